//! Starting, steering and stopping the simulator.

use std::net::SocketAddr;

use tokio::task::JoinHandle;
use trueup_marketplace::{RunningSandbox, SandboxError};
use trueup_sandbox::{Options, Server};

use crate::amount::Amount;
use crate::connector::{self, Service};
use crate::modes::{ACCOUNT, Faults};
use crate::server::routes;
use crate::view::{StateView, VisitView};
use crate::world::{Shared, World};

/// What to do about a Web Connector that was not told where to call.
const CALLS_NOBODY: &str = "# The simulated Web Connector calls nobody yet. Start it again with\n\
    # --faults url=http://127.0.0.1:8085/polled/CHANNEL,every=2s\n\
    # where CHANNEL is the name of this file.\n";

/// A simulated Web Connector and company file. Dropping it stops it.
#[derive(Debug)]
pub struct DesktopSandbox {
    world: Shared,
    server: Server,
    schedule: JoinHandle<()>,
}

impl DesktopSandbox {
    /// Starts it on the current tokio runtime. It calls by itself where `every` is set.
    ///
    /// # Errors
    /// A fault or mode that is not known or has a wrong value, or an address that is taken.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let world = Shared::new(World::new(options.seed, &options.faults)?);
        let server = Server::start(options.listen, routes(world.clone())).await?;
        let schedule = tokio::spawn(call_again(world.clone()));
        Ok(Self { world, server, schedule })
    }

    /// Where its window on the state listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A `[settings]` table, as TOML, for a channel that it signs in to. Where it calls nobody yet, a
    /// comment says how to make it call.
    #[must_use]
    pub fn channel_settings(&self) -> String {
        let visit = self.world.lock().modes.visit.clone();
        let calls = match visit.url {
            Some(_) => "",
            None => CALLS_NOBODY,
        };
        format!(
            "[settings]\n{calls}user_name = \"{}\"\npassword = \"{}\"\naccount = \"{ACCOUNT}\"\n",
            visit.user, visit.password
        )
    }

    /// Calls once, now, and tells how it went.
    pub async fn visit(&self) -> VisitView {
        connector::visit(&self.world).await
    }

    /// Calls a service that is not reached over HTTP once, now.
    pub async fn visit_to(&self, service: &dyn Service) -> VisitView {
        connector::visit_to(&self.world, service).await
    }

    /// Has QuickBooks carry out a message by itself, without a Web Connector.
    ///
    /// # Errors
    /// The HRESULT and message where QuickBooks takes none of it.
    pub fn process(&self, message: &str) -> Result<String, (String, String)> {
        let answer = self.world.lock().process(message);
        answer.map_err(|refused| (refused.hresult, refused.message))
    }

    /// What `GET /state` shows.
    #[must_use]
    pub fn state(&self) -> StateView {
        self.world.lock().view()
    }

    /// Switches a fault or mode while it runs: `lost_answer=next`, `multi_user=off`.
    ///
    /// # Errors
    /// It is not known or has a wrong value.
    pub fn set_mode(&self, fault: &str) -> Result<(), SandboxError> {
        self.world.lock().turn(fault)
    }

    /// No fault any more; modes and what is stored stay.
    pub fn reset_faults(&self) {
        let mut world = self.world.lock();
        let Faults { error_code, not_taken_code, cannot_open_code, .. } =
            world.modes.faults.clone();
        world.modes.faults =
            Faults { error_code, not_taken_code, cannot_open_code, ..Faults::default() };
    }

    /// Somebody sells or counts in QuickBooks itself.
    ///
    /// # Errors
    /// There is no such item, or that is no quantity.
    pub fn count(&self, full_name: &str, quantity: &str) -> Result<(), SandboxError> {
        let mut world = self.world.lock();
        let index = world.company.named(full_name);
        let item = index.and_then(|index| world.company.items.get_mut(index));
        let wrong = || SandboxError(format!("there is no item `{full_name}`, or no such quantity"));
        let (item, amount) = item.zip(Amount::parse(quantity)).ok_or_else(wrong)?;
        item.on_hand.clear();
        item.on_hand.insert(String::new(), amount);
        Ok(())
    }

    pub(crate) fn into_running(self) -> RunningSandbox {
        RunningSandbox {
            address: self.address(),
            channel_settings: self.channel_settings(),
            guard: Box::new(self),
        }
    }
}

impl Drop for DesktopSandbox {
    fn drop(&mut self) {
        self.schedule.abort();
    }
}

/// Calls by the schedule that is set; where none is, looks again soon.
async fn call_again(world: Shared) {
    loop {
        let visit = world.lock().modes.visit.clone();
        match visit.every.filter(|_| visit.url.is_some()) {
            Some(every) => {
                tokio::time::sleep(every).await;
                connector::visit(&world).await;
            }
            None => tokio::time::sleep(std::time::Duration::from_millis(200)).await,
        }
    }
}
