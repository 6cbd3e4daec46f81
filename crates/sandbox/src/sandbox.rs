//! A simulator that is listening: starting, steering and stopping it.

use std::fmt;
use std::net::SocketAddr;

use axum::Router;
use jiff::Timestamp;
use trueup_marketplace::{RunningSandbox, SandboxError, SandboxOptions, Starting};

use crate::{Options, Server, Shared};

/// Everything a simulator holds, and how it is reached.
pub trait Simulated: Sized + Send + fmt::Debug + 'static {
    /// What `GET /state` shows.
    type View;
    /// How often each part was called.
    type Calls;

    /// How it begins, without faults and modes.
    fn new(seed: u64) -> Self;

    /// Where it is called.
    fn routes(world: Shared<Self>) -> Router;

    /// A `[settings]` table, as TOML, for a channel file that points to `root`.
    fn channel_settings(&self, root: &str) -> String;

    /// Switches a fault or mode, or does what somebody does there.
    ///
    /// # Errors
    /// It is not known or has a wrong value.
    fn turn(&mut self, fault: &str) -> Result<(), SandboxError>;

    /// Back to how it is without faults and modes; what is stored stays.
    fn reset_modes(&mut self);

    /// What it holds, late calls that are due included.
    fn view(&mut self, now: Timestamp) -> Self::View;

    /// How often each part was called.
    fn calls(&self) -> Self::Calls;
}

/// A simulated marketplace that is listening. Dropping it stops it.
#[derive(Debug)]
pub struct Sandbox<W> {
    world: Shared<W>,
    server: Server,
}

impl<W: Simulated> Sandbox<W> {
    /// Starts it on the current tokio runtime.
    ///
    /// # Errors
    /// A fault or mode that is not known or has a wrong value, or an address that is taken.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let mut world = W::new(options.seed);
        options.faults.iter().try_for_each(|fault| world.turn(fault))?;
        let world = Shared::new(world);
        let server = Server::start(options.listen, W::routes(world.clone())).await?;
        Ok(Self { world, server })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A `[settings]` table, as TOML, for a channel file that points here.
    #[must_use]
    pub fn channel_settings(&self) -> String {
        self.world.lock().channel_settings(&self.server.root())
    }

    /// What `GET /state` shows.
    #[must_use]
    pub fn state(&self) -> W::View {
        self.world.lock().view(Timestamp::now())
    }

    /// How often each part was called.
    #[must_use]
    pub fn calls(&self) -> W::Calls {
        self.world.lock().calls()
    }

    /// Switches a fault or mode while it runs, or does what somebody does there:
    /// `lost_answer=next`, `no_id=off`, `sell=ABC-1`.
    ///
    /// # Errors
    /// It is not known or has a wrong value.
    pub fn set_mode(&self, fault: &str) -> Result<(), SandboxError> {
        self.world.lock().turn(fault)
    }

    /// Back to how it is without faults and modes; what is stored stays.
    pub fn reset_modes(&self) {
        self.world.lock().reset_modes();
    }

    /// Stops listening and waits a moment for the requests that are being answered.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Starts a simulator for the command line, as its
/// [`SandboxRegistration`](trueup_marketplace::SandboxRegistration) asks.
#[must_use]
pub fn starting<W: Simulated>(options: SandboxOptions) -> Starting {
    Box::pin(async {
        let sandbox = Sandbox::<W>::start(options.into()).await?;
        let (address, channel_settings) = (sandbox.address(), sandbox.channel_settings());
        Ok(RunningSandbox { address, channel_settings, guard: Box::new(sandbox) })
    })
}
