//! Starting and stopping a sandbox.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trueup_marketplace::{SandboxError, SandboxOptions};

use crate::cut::{CuttableListener, Scissors};

/// How a sandbox starts. The default listens on a free port of loopback, with seed 0 and
/// without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The same seed and the same sequence of requests give the same faults.
    pub seed: u64,
    /// Names of faults and modes, each perhaps with a value: `lost_answer=0.1`.
    pub faults: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), seed: 0, faults: Vec::new() }
    }
}

impl Options {
    /// With one more fault or mode.
    #[must_use]
    pub fn with(mut self, fault: &str) -> Self {
        self.faults.push(fault.to_owned());
        self
    }

    /// With another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl From<SandboxOptions> for Options {
    fn from(options: SandboxOptions) -> Self {
        Self { listen: options.listen, seed: options.seed, faults: options.faults }
    }
}

/// Serves routes until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// How long [`Server::stop`] waits for requests that are being answered.
const FAREWELL: Duration = Duration::from_secs(1);

impl Server {
    /// Starts on the current tokio runtime. Handlers find the [`Scissors`] of their connection as
    /// its `ConnectInfo`.
    ///
    /// # Errors
    /// The address is taken.
    pub async fn start(listen: SocketAddr, routes: Router) -> Result<Self, SandboxError> {
        let in_use = |error| {
            SandboxError(format!("cannot listen on {listen}: {error}; choose another address"))
        };
        let listener = TcpListener::bind(listen).await.map_err(in_use)?;
        let address = listener.local_addr().map_err(in_use)?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, routes, stopped));
        Ok(Self { address, stop, task })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL to call it at, without a path.
    #[must_use]
    pub fn root(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Stops listening and waits a moment for the requests that are being answered.
    pub async fn stop(self) {
        let Self { stop, task, .. } = self;
        drop(stop);
        let abort = task.abort_handle();
        if tokio::time::timeout(FAREWELL, task).await.is_err() {
            abort.abort();
        }
    }
}

/// Runs until the other end of `stopped` is gone.
async fn serve(listener: TcpListener, routes: Router, stopped: oneshot::Receiver<()>) {
    let service = routes.into_make_service_with_connect_info::<Scissors>();
    let stopped = async {
        // Both a message and a dropped sender say stop.
        let _ = stopped.await;
    };
    let server = axum::serve(CuttableListener(listener), service).with_graceful_shutdown(stopped);
    // Serving ends only by the signal; axum retries what goes wrong while accepting.
    let _ = server.await;
}

/// The address to call for one that listens everywhere.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let loopback = match listening.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(loopback, listening.port())
}
