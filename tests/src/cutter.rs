//! A way to a PostgreSQL server that is cut at the n-th COMMIT.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where the connection breaks; the program cannot tell the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never hears of the COMMIT.
    BeforeIt,
    /// The server carries it out, and its answer is lost.
    AfterIt,
}

/// A proxy on loopback that cuts one connection. Dropping it cuts all others as well.
#[derive(Debug)]
pub struct Cutter {
    address: SocketAddr,
    commits: Arc<AtomicUsize>,
    nth: usize,
    serving: JoinHandle<()>,
}

impl Cutter {
    /// Starts a proxy to the server of a database's address.
    ///
    /// # Panics
    /// Where loopback has no room for it.
    pub async fn start(url: &str, nth: usize, cut: Cut) -> Self {
        let server = server_of(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = listener.local_addr().expect("it is bound");
        let commits = Arc::new(AtomicUsize::new(0));
        let line = Line { server, commits: Arc::clone(&commits), nth, cut };
        let serving = tokio::spawn(async move {
            let mut lines = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                lines.spawn(line.clone().carry(client));
            }
        });
        Self { address, commits, nth, serving }
    }

    /// The database's address by way of the proxy.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        url.replace(server_of(url), &self.address.to_string())
    }

    /// Whether there was an n-th COMMIT.
    #[must_use]
    pub fn has_cut(&self) -> bool {
        self.commits.load(Ordering::SeqCst) >= self.nth
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The part of `postgres://user@host:port/name` that names the server.
fn server_of(url: &str) -> &str {
    url.split(['@', '/']).nth(3).expect("an address with a user, a host and a port")
}

#[derive(Clone)]
struct Line {
    server: String,
    commits: Arc<AtomicUsize>,
    nth: usize,
    cut: Cut,
}

impl Line {
    /// Carries what both sides say, until one of them ends or the line is cut.
    async fn carry(self, client: TcpStream) {
        let Ok(server) = TcpStream::connect(&self.server).await else { return };
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let answers = tokio::spawn(async move {
            tokio::io::copy(&mut from_server, &mut to_client).await.map(|_| ()).ok();
        });
        let mut words = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_client.read(&mut words).await {
            let said = words.get(..length).unwrap_or_default();
            if self.is_to_be_cut(said) {
                answers.abort();
                if self.cut == Cut::AfterIt {
                    // The server carries out what it has received, whoever is still there.
                    let _heard = to_server.write_all(said).await;
                    let _flushed = to_server.shutdown().await;
                }
                return;
            }
            if to_server.write_all(said).await.is_err() {
                return;
            }
        }
        answers.abort();
    }

    fn is_to_be_cut(&self, said: &[u8]) -> bool {
        const COMMIT: &[u8] = b"COMMIT";
        said.windows(COMMIT.len()).any(|word| word == COMMIT)
            && self.commits.fetch_add(1, Ordering::SeqCst) + 1 == self.nth
    }
}
