//! Starting, steering and stopping the simulator.

use std::net::SocketAddr;

use jiff::Timestamp;
use trueup_marketplace::{RunningSandbox, SandboxError};
use trueup_sandbox::{Options, Server};

use crate::desk::{CLIENT_ID, CLIENT_SECRET};
use crate::knobs::turn;
use crate::server::routes;
use crate::view::StateView;
use crate::world::{Calls, Shared};

/// A simulated shop that is listening. Dropping it stops it.
#[derive(Debug)]
pub struct ShopifySandbox {
    world: Shared,
    server: Server,
}

impl ShopifySandbox {
    /// Starts it on the current tokio runtime.
    ///
    /// # Errors
    /// A fault or mode that is not known or has a wrong value, or an address that is taken.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let world = Shared::new(options.seed, &options.faults)?;
        let server = Server::start(options.listen, routes(world.clone())).await?;
        Ok(Self { world, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A `[settings]` table, as TOML, for a channel file that points here.
    #[must_use]
    pub fn channel_settings(&self) -> String {
        format!(
            "[settings]\n\
             shop = \"sandbox-store\"\n\
             client_id = \"{CLIENT_ID}\"\n\
             client_secret = \"{CLIENT_SECRET}\"\n\
             api_url = \"{}\"\n",
            self.server.root()
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

    /// Switches a fault or mode while it runs, or does what the merchant or a buyer does:
    /// `lost_answer=next`, `sell=ABC-1:2`.
    ///
    /// # Errors
    /// It is not known or has a wrong value.
    pub fn set_mode(&self, fault: &str) -> Result<(), SandboxError> {
        turn(&mut self.world.lock(), fault)
    }

    /// Stops listening and waits a moment for the requests that are being answered.
    pub async fn stop(self) {
        self.server.stop().await;
    }

    pub(crate) fn into_running(self) -> RunningSandbox {
        RunningSandbox {
            address: self.address(),
            channel_settings: self.channel_settings(),
            guard: Box::new(self),
        }
    }
}
