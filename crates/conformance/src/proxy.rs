//! A proxy on loopback that passes HTTP requests on, one per connection, and injects a fault at one
//! of them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::Fault;

/// How long a delayed request stays away, and a slow answer takes.
const DELAY: Duration = Duration::from_millis(60);
const HEAD_BYTES_MAX: usize = 64 << 10;

/// A running proxy; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    state: Mutex<State>,
    /// Told when the request with the fault has arrived.
    struck: Notify,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<(usize, Fault)>,
    seen: Vec<Seen>,
    on_their_way: usize,
}

/// A request as it passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Method and path.
    pub(crate) target: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Proxy {
    pub(crate) async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { upstream, state: Mutex::default(), struck: Notify::new() });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// Forgets what has passed, and injects a fault at a request from now on, counted from 0.
    pub(crate) fn inject(&self, fault: Option<(usize, Fault)>) {
        let mut state = self.shared.state();
        state.fault = fault;
        state.seen.clear();
    }

    /// The requests since [`Proxy::inject`].
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.state().seen.clone()
    }

    /// Waits until the fault has struck.
    pub(crate) async fn struck(&self) {
        self.shared.struck.notified().await;
    }

    /// Waits until no request is on its way any more.
    pub(crate) async fn calm(&self) {
        while self.shared.state().on_their_way > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: &Exchange) -> Option<Fault> {
        let mut state = self.state();
        let position = state.seen.len();
        state.seen.push(Seen { target: request.target.clone(), body: request.body().to_vec() });
        state.on_their_way += 1;
        state.fault.filter(|(at, _)| *at == position).map(|(_, fault)| fault)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A connection that breaks is what the trials are about.
            let _ = pass(stream, &shared).await;
        });
    }
}

async fn pass(mut sender: TcpStream, shared: &Shared) -> io::Result<()> {
    let Some(request) = Exchange::read(&mut sender).await? else { return Ok(()) };
    let fault = shared.note(&request);
    let passed = answer(sender, shared, &request, fault).await;
    shared.state().on_their_way -= 1;
    passed
}

async fn answer(
    mut sender: TcpStream,
    shared: &Shared,
    request: &Exchange,
    fault: Option<Fault>,
) -> io::Result<()> {
    if fault == Some(Fault::Delayed) {
        drop(sender);
        shared.struck.notify_one();
        tokio::time::sleep(DELAY).await;
        return request.forward(shared.upstream).await.map(drop);
    }
    let mut answer = Vec::new();
    if fault.is_none_or(Fault::arrives) {
        answer = request.forward(shared.upstream).await?;
    }
    if fault == Some(Fault::Repeated) {
        answer = request.forward(shared.upstream).await?;
    }
    if fault.is_some() {
        shared.struck.notify_one();
    }
    if matches!(fault, Some(Fault::Slow | Fault::Cancelled)) {
        tokio::time::sleep(DELAY).await;
    }
    sender.write_all(&told(fault, answer)).await?;
    sender.shutdown().await
}

/// What the sender is told in place of the answer.
fn told(fault: Option<Fault>, answer: Vec<u8>) -> Vec<u8> {
    match fault {
        None | Some(Fault::Repeated | Fault::Slow | Fault::Cancelled) => answer,
        Some(Fault::Lost | Fault::Delayed) => Vec::new(),
        Some(Fault::Truncated) => half(answer),
        Some(Fault::Alien | Fault::AlienApplied) => page("200 OK", "<html>Please log in</html>"),
        Some(Fault::Empty) => page("200 OK", ""),
        Some(Fault::Throttled) => page("429 Too Many Requests", "slow down"),
        Some(Fault::Unauthorised) => page("401 Unauthorized", "who are you?"),
        Some(Fault::Failed) => page("503 Service Unavailable", "down"),
        Some(Fault::FailedApplied) => page("500 Internal Server Error", "oops"),
        Some(Fault::Redirected) => {
            page("307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/", "elsewhere")
        }
    }
}

/// An answer without the second half of its body; the head still promises all of it.
fn half(mut answer: Vec<u8>) -> Vec<u8> {
    let head = head_end(&answer).unwrap_or(0);
    answer.truncate(head + (answer.len() - head) / 2);
    answer
}

fn page(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "content-type: text/html\r\nconnection: close";
    format!("HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

/// One request, whole.
struct Exchange {
    target: String,
    bytes: Vec<u8>,
    head: usize,
}

impl Exchange {
    async fn read(sender: &mut TcpStream) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = head_end(&bytes) {
                break end;
            }
            if bytes.len() > HEAD_BYTES_MAX || sender.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        };
        let Some((target, length)) = parse(&bytes) else { return Ok(None) };
        while bytes.len() < head + length {
            if sender.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(Self { target, bytes, head }))
    }

    fn body(&self) -> &[u8] {
        self.bytes.get(self.head..).unwrap_or_default()
    }

    /// Sends it on and reads the whole answer.
    async fn forward(&self, upstream: SocketAddr) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(upstream).await?;
        let head = self.head - 2;
        stream.write_all(&self.bytes[..head]).await?;
        stream.write_all(b"connection: close\r\n\r\n").await?;
        stream.write_all(self.body()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

/// Where the head ends.
fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|position| position + 4)
}

/// Method and path, and the length of the body.
fn parse(bytes: &[u8]) -> Option<(String, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(bytes).ok()?;
    let target = format!("{} {}", request.method?, request.path?);
    let length =
        request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length
        .map_or(Some(0), |header| std::str::from_utf8(header.value).ok()?.trim().parse().ok())?;
    Some((target, length))
}
