//! A company whose only marketplace is QuickBooks Desktop.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::net::TcpStream;
use trueup_quickbooks_desktop_sandbox::{DesktopSandbox, Ending, Http, Service, VisitView};
use trueup_sandbox::Options;

use crate::browser::free_address;
use crate::five::introduce;
use crate::folder::Folder;
use crate::program::Started;

const CHANNEL: &str = "quickbooks";
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of settings with one channel, and a simulated Web Connector that knows it.
#[derive(Debug)]
pub struct Company {
    /// The settings.
    pub folder: Folder,
    /// The simulated Web Connector. It calls when it is told to.
    pub connector: DesktopSandbox,
    front: SocketAddr,
}

impl Company {
    /// A company of three products on a database, with these further tables in `trueup.toml` and in
    /// the channel's file.
    ///
    /// # Panics
    /// Where the Web Connector cannot be started.
    pub async fn open(database: &str, settings: &str, channel: &str) -> Self {
        let connector = DesktopSandbox::start(Options::default()).await.expect("it starts");
        let (folder, front) = (Folder::default(), free_address());
        let polled = format!("[polled]\nlisten = \"{front}\"\n");
        folder.write("trueup.toml", &format!("database = \"{database}\"\n{polled}{settings}"));
        let own = connector.channel_settings();
        let text = format!("marketplace = \"quickbooks_desktop\"\n{channel}\n{own}");
        folder.write(&format!("channels/{CHANNEL}.toml"), &text);
        introduce(&folder, CHANNEL, &connector).await;
        let products = "product_code,marketplaces\nA,quickbooks\nB,quickbooks\nC,quickbooks\n";
        folder.import("products", products).await;
        folder.import("stock", "product_code,quantity\nA,10\nB,20\nC,30\n").await;
        Self { folder, connector, front }
    }

    /// Starts `trueup run`, and waits until it can be called.
    ///
    /// # Panics
    /// Where it does not come to that.
    pub async fn run(&self) -> Started {
        let runner = self.folder.start(&["run"], &[]);
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.front).await.is_err() {
            assert!(Instant::now() < deadline, "nobody listens at {}", self.front);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        runner
    }

    /// Has the Web Connector call until an item shows a quantity; how the last visit went.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn visit_until(&self, item: &str, quantity: &str) -> VisitView {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let visit = self.connector.visit().await;
            if self.on_hand(item).as_deref() == Some(quantity) {
                return visit;
            }
            assert!(Instant::now() < deadline, "not {quantity} of {item}: {visit:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Has the Web Connector call, and kills the program before the call of this number, counted
    /// from 0; whether the session had as many.
    pub async fn visit_and_kill(&self, program: &mut Started, call: usize) -> bool {
        let url = format!("http://{}/polled/{CHANNEL}", self.front);
        let program = Mutex::new(program);
        let killing = Killing { service: Http::at(url), program, call, calls: AtomicUsize::new(0) };
        let visit = self.connector.visit_to(&killing).await;
        let was_killed = visit.calls.len() > call;
        assert_ne!(was_killed, visit.ending == Ending::Done, "{visit:#?}");
        was_killed
    }

    /// What QuickBooks shows of an item.
    #[must_use]
    pub fn on_hand(&self, item: &str) -> Option<String> {
        self.connector.state().on_hand(item).map(str::to_owned)
    }

    /// The channel's row of `trueup status`.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn status(&self) -> Value {
        let rows = self.folder.status().await;
        rows.into_iter().next().expect("the channel has a row")
    }
}

/// A service that is killed before one of its calls.
struct Killing<'a> {
    service: Http,
    program: Mutex<&'a mut Started>,
    call: usize,
    calls: AtomicUsize,
}

#[async_trait::async_trait]
impl Service for Killing<'_> {
    async fn post(&self, method: &str, body: String) -> Result<(u16, String), String> {
        if self.calls.fetch_add(1, Ordering::Relaxed) == self.call {
            self.program.lock().expect("nobody panics with it").kill();
        }
        self.service.post(method, body).await
    }
}
