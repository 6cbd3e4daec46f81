//! Starting, steering and stopping the simulator.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trueup_marketplace::{RunningSandbox, SandboxError, SandboxOptions};

use crate::auth::{CLIENT_ID, CLIENT_SECRET};
use crate::cut::{CuttableListener, Scissors};
use crate::knobs::turn;
use crate::modes::Modes;
use crate::server::{GRAPHQL_PATH, TOKEN_PATH, routes};
use crate::view::StateView;
use crate::world::{Calls, Shared};

/// How the simulator starts. The default listens on a free port of loopback, with seed 0 and
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

/// A simulated Wayfair that is listening. Dropping it stops it.
#[derive(Debug)]
pub struct WayfairSandbox {
    address: SocketAddr,
    world: Shared,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// How long [`WayfairSandbox::stop`] waits for requests that are being answered.
const FAREWELL: Duration = Duration::from_secs(1);

impl WayfairSandbox {
    /// Starts it on the current tokio runtime.
    ///
    /// # Errors
    /// A fault or mode that is not known or has a wrong value, or an address that is taken.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let world = Shared::new(options.seed, &options.faults)?;
        let in_use = |error| {
            let listen = options.listen;
            SandboxError(format!("cannot listen on {listen}: {error}; choose another address"))
        };
        let listener = TcpListener::bind(options.listen).await.map_err(in_use)?;
        let address = listener.local_addr().map_err(in_use)?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve(listener, world.clone(), stopped));
        Ok(Self { address, world, stop, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A `[settings]` table, as TOML, for a channel file that points here.
    #[must_use]
    pub fn channel_settings(&self) -> String {
        let environment = self.world.lock().modes.environment.name();
        let root = format!("http://{}", reachable(self.address));
        format!(
            "[settings]\n\
             environment = \"{environment}\"\n\
             client_id = \"{CLIENT_ID}\"\n\
             client_secret = \"{CLIENT_SECRET}\"\n\
             api_url = \"{root}{GRAPHQL_PATH}\"\n\
             auth_url = \"{root}{TOKEN_PATH}\"\n"
        )
    }

    /// What `GET /state` shows.
    #[must_use]
    pub fn state(&self) -> StateView {
        self.world.lock().view(Timestamp::now())
    }

    /// How often each part was called.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.world.lock().calls
    }

    /// Switches a fault or mode while it runs: `lost_answer=next`, `no_id=off`.
    ///
    /// # Errors
    /// It is not known or has a wrong value.
    pub fn set_mode(&self, fault: &str) -> Result<(), SandboxError> {
        turn(&mut self.world.lock().modes, fault)
    }

    /// Back to how it is without faults and modes; what is stored stays.
    pub fn reset_modes(&self) {
        self.world.lock().modes = Modes::default();
    }

    /// Stops listening and waits a moment for the requests that are being answered.
    pub async fn stop(self) {
        let Self { stop, server, .. } = self;
        drop(stop);
        let abort = server.abort_handle();
        if tokio::time::timeout(FAREWELL, server).await.is_err() {
            abort.abort();
        }
    }

    pub(crate) fn into_running(self) -> RunningSandbox {
        RunningSandbox {
            address: self.address,
            channel_settings: self.channel_settings(),
            guard: Box::new(self),
        }
    }
}

/// Runs until the other end of `stopped` is gone.
async fn serve(listener: TcpListener, world: Shared, stopped: oneshot::Receiver<()>) {
    let service = routes(world).into_make_service_with_connect_info::<Scissors>();
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
