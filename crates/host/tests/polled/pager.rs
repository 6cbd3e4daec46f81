//! A marketplace that calls, and a host with a channel of it.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use trueup_host::Host;
use trueup_host::settings::Problems;
use trueup_marketplace::{
    Batch, Call, Capabilities, Checked, Connector, Contact, Context, Error, Invitation, Mailbox,
    Marketplace, OpenError, Polled, Prepared, Receipt, Registration, Registry, Reply,
};

/// Lets those go who said `hold`.
pub static GATE: Semaphore = Semaphore::const_new(0);
/// Counts those who said `hold`.
pub static HELD: Semaphore = Semaphore::const_new(0);

#[derive(Debug)]
pub struct Pager;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PagerSettings {}

impl Connector for Pager {
    const ID: &'static str = "pager";
    const TITLE: &'static str = "Pager";
    type Settings = PagerSettings;

    fn open(_: PagerSettings) -> Result<Self, OpenError> {
        Ok(Self)
    }

    fn example() -> &'static str {
        "[settings]\n"
    }
}

#[async_trait]
impl Marketplace for Pager {
    fn capabilities(&self) -> Capabilities {
        Capabilities { contact: Contact::TheyPoll, ..Capabilities::least() }
    }

    fn polled(&self) -> Option<&dyn Polled> {
        Some(self)
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        Ok(Prepared::default())
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        Err(Error::unreadable("nothing is submitted here"))
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked(String::new()))
    }
}

#[async_trait]
impl Polled for Pager {
    async fn answer(&self, call: &Call, mailbox: &dyn Mailbox) -> Reply {
        let body = match call.body.as_ref() {
            b"hold" => {
                HELD.add_permits(1);
                GATE.acquire().await.unwrap().forget();
                "held".to_owned()
            }
            b"panic" => panic!("a connector with a defect"),
            _ => format!(
                "{:?} {}?{} {} bytes, waits: {}",
                call.method,
                call.url,
                call.query,
                call.body.len(),
                mailbox.waits().await.unwrap()
            ),
        };
        Reply { status: StatusCode::OK, content_type: "text/plain", body: Bytes::from(body) }
    }

    fn invitation(&self, channel: &str, url: &str) -> Result<Invitation, String> {
        let file_name = format!("{channel}.txt");
        Ok(Invitation { file_name, content: url.to_owned(), advice: "install it".to_owned() })
    }
}

fn registry() -> Registry {
    Registry::of([Registration::of::<Pager>("0")]).unwrap()
}

/// A folder with a channel `desk`, and this in `trueup.toml`.
pub fn folder(main: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("channels")).unwrap();
    std::fs::write(dir.path().join("trueup.toml"), main).unwrap();
    let channel = "marketplace = \"pager\"\n[settings]\n";
    std::fs::write(dir.path().join("channels/desk.toml"), channel).unwrap();
    std::fs::write(dir.path().join("channels/off.toml"), format!("enabled = false\n{channel}"))
        .unwrap();
    dir
}

pub async fn host(dir: &TempDir) -> Host {
    let builder = Host::builder().config_dir(dir.path()).registry(registry());
    builder.environment([]).open().await.unwrap()
}

pub fn load(main: &str) -> Result<trueup_host::settings::Settings, Problems> {
    let dir = folder(main);
    trueup_host::settings::load(dir.path(), &registry(), std::iter::empty())
}

/// A port that nobody listens at, for the moment.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A host that runs, and the port it is called at.
pub struct Running {
    pub host: Arc<Host>,
    pub port: u16,
    running: tokio::task::JoinHandle<()>,
    _dir: TempDir,
}

impl Running {
    pub async fn start() -> Self {
        let port = free_port();
        let dir = folder(&format!("[polled]\nlisten = \"127.0.0.1:{port}\"\n"));
        let host = Arc::new(host(&dir).await);
        let run = Arc::clone(&host);
        let running = tokio::spawn(async move { run.run().await.unwrap() });
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(!running.is_finished(), "it could not listen");
            tokio::task::yield_now().await;
        }
        Self { host, port, running, _dir: dir }
    }

    pub async fn say(&self, head: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let length = body.len();
        let head = format!("{head} HTTP/1.1\r\nhost: here\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that has seen enough may close before it has all of the body.
        let _ = stream.write_all(body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    pub async fn post(&self, body: &[u8]) -> String {
        self.say("POST /polled/desk", body).await
    }

    pub async fn stop(self) {
        self.host.stop();
        self.running.await.unwrap();
    }
}
