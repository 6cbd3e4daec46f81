//! Starting, steering and stopping the simulator.

use std::net::SocketAddr;

use jiff::Timestamp;
use trueup_marketplace::{RunningSandbox, SandboxError};
use trueup_sandbox::{Options, Server};

use crate::REALM;
use crate::company::ADJUST_ACCOUNT;
use crate::desk::{CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN};
use crate::knobs::turn;
use crate::server::routes;
use crate::view::StateView;
use crate::world::{Calls, Shared};

/// A simulated company that is listening. Dropping it stops it.
#[derive(Debug)]
pub struct QuickBooksOnlineSandbox {
    world: Shared,
    server: Server,
}

impl QuickBooksOnlineSandbox {
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
        let root = self.server.root();
        format!(
            "[settings]\n\
             environment = \"sandbox\"\n\
             realm_id = \"{REALM}\"\n\
             client_id = \"{CLIENT_ID}\"\n\
             client_secret = \"{CLIENT_SECRET}\"\n\
             refresh_token = \"{REFRESH_TOKEN}\"\n\
             adjust_account = \"{ADJUST_ACCOUNT}\"\n\
             time_zone = \"America/New_York\"\n\
             api_url = \"{root}\"\n\
             auth_url = \"{root}\"\n\
             consent_url = \"{root}\"\n"
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

    /// Switches a fault or mode while it runs, or does what somebody does in the company:
    /// `lost_answer=next`, `sell=ABC-1`.
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
