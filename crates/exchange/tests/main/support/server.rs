//! A server that does what a script says, down to half an answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Seen {
    /// The token it carried, or an empty text.
    pub(crate) fn token(&self) -> &str {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap_or_default()
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A whole answer: status, further header lines, body.
    Answer(u16, String, String),
    /// A whole answer after a while.
    Delayed(Duration, Box<Reply>),
    /// Nothing, for ever.
    Hang,
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Half an answer, then the connection is closed.
    Truncated,
    /// An answer that never ends.
    Endless,
}

impl Reply {
    pub(crate) fn ok() -> Self {
        Self::status(200)
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, String::new(), "{}".to_owned())
    }

    pub(crate) fn with_header(status: u16, header: &str) -> Self {
        Self::Answer(status, format!("{header}\r\n"), "{}".to_owned())
    }

    /// The `nth` token: `token-0`, `token-1`, …, with the refresh token `refresh-1`, ….
    pub(crate) fn token(nth: usize, life_s: u64) -> Self {
        let refresh = nth + 1;
        let body = format!(
            r#"{{"access":"token-{nth}","life_s":{life_s},"refresh":"refresh-{refresh}"}}"#
        );
        Self::Answer(200, String::new(), body)
    }
}

type Script = dyn Fn(&Seen, usize) -> Reply + Send + Sync;

/// A server on loopback. Dropping it stops it and closes its connections.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// The script is asked with each request and how many came to the same path before.
    pub(crate) async fn start(
        script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start_on("127.0.0.1:0", script).await
    }

    pub(crate) async fn start_on(
        address: &str,
        script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::default();
        let task = tokio::spawn(accept(listener, Arc::new(script), Arc::clone(&seen)));
        Self { address, seen, task }
    }

    /// Gives tokens that live for an hour, and this reply to everything else.
    pub(crate) async fn answering(reply: Reply) -> Self {
        Self::scripted(move |_, _| reply.clone()).await
    }

    /// Gives tokens that live for an hour, and follows the script in everything else.
    pub(crate) async fn scripted(
        script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |seen, nth| match seen.path.as_str() {
            "/token" => Reply::token(nth, 3_600),
            _ => script(seen, nth),
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests to a path, in order of arrival.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.path == path).cloned().collect()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.seen(path).len()
    }
}

async fn accept(listener: TcpListener, script: Arc<Script>, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&script), Arc::clone(&seen)));
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Script>,
    all: Arc<Mutex<Vec<Seen>>>,
) -> Option<()> {
    loop {
        let seen = request(&mut stream).await?;
        let reply = {
            let mut all = all.lock().unwrap();
            let nth = all.iter().filter(|before| before.path == seen.path).count();
            all.push(seen.clone());
            script(&seen, nth)
        };
        answer(&mut stream, reply).await?;
    }
}

async fn request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_ends = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8(bytes[..head_ends].to_vec()).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head_ends + length {
        more(stream, &mut bytes).await?;
    }
    Some(Seen {
        path: head.split(' ').nth(1)?.split('?').next()?.to_owned(),
        body: String::from_utf8_lossy(&bytes[head_ends..]).into_owned(),
        head,
        at: Instant::now(),
    })
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(bytes).await.ok()?;
    (read > 0).then_some(())
}

async fn answer(stream: &mut TcpStream, reply: Reply) -> Option<()> {
    match reply {
        Reply::Answer(status, headers, body) => {
            let length = body.len();
            let text =
                format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}");
            stream.write_all(text.as_bytes()).await.ok()
        }
        Reply::Delayed(delay, reply) => {
            tokio::time::sleep(delay).await;
            Box::pin(answer(stream, *reply)).await
        }
        Reply::Hang => std::future::pending().await,
        Reply::Close => None,
        Reply::Reset => {
            stream.set_zero_linger().ok()?;
            None
        }
        Reply::Truncated => {
            let text = "HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{\"half\":";
            stream.write_all(text.as_bytes()).await.ok()?;
            None
        }
        Reply::Endless => endless(stream).await,
    }
}

async fn endless(stream: &mut TcpStream) -> Option<()> {
    let head = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.ok()?;
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    loop {
        stream.write_all(chunk.as_bytes()).await.ok()?;
    }
}
