//! Everything the server holds.

use std::collections::BTreeMap;

use axum::Router;
use jiff::Timestamp;
use trueup_marketplace::SandboxError;
use trueup_sandbox::{Bucket, Dice, Simulated};

use crate::desk::{CLIENT_ID, CLIENT_SECRET, Desk};
use crate::execute::{Asked, execute};
use crate::keys::Keys;
use crate::knobs::turn;
use crate::modes::Modes;
use crate::server::routes;
use crate::store::Store;
use crate::view::StateView;

/// How often each part of the simulator was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Requests for a token, the refused ones included.
    pub token: u64,
    /// Requests to the GraphQL endpoint, the refused and broken ones included.
    pub graphql: u64,
    /// Sets of quantities that were executed, those with user errors included.
    pub sets: u64,
    /// Activations that were executed.
    pub activations: u64,
    /// Look-ups by SKU that were executed.
    pub searches: u64,
    /// Look-ups by id that were executed.
    pub nodes: u64,
    /// Requests that asked for more points than there were.
    pub throttled: u64,
}

/// The circumstances of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) now: Timestamp,
    /// The version that answers.
    pub(crate) version: &'static str,
    pub(crate) dice: Dice,
}

/// A handle on the world.
pub(crate) type Shared = trueup_sandbox::Shared<World>;

/// Everything the server holds.
#[derive(Debug)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) modes: Modes,
    pub(crate) desk: Desk,
    pub(crate) bucket: Bucket,
    pub(crate) calls: Calls,
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) groups: u64,
    delayed: BTreeMap<(Timestamp, u64), (Asked, Visit)>,
}

impl World {
    /// Carries a request out later.
    pub(crate) fn delay(&mut self, until: Timestamp, asked: Asked, visit: Visit) {
        self.delayed.insert((until, visit.dice.request), (asked, visit));
    }

    /// Carries out what is due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(due) = self.delayed.first_entry().filter(|due| due.key().0 <= now) {
            let (asked, visit) = due.remove();
            // Nobody waits for the answer.
            let _ = execute(self, &asked, visit);
        }
    }
}

impl Simulated for World {
    type View = StateView;
    type Calls = Calls;

    fn new(seed: u64) -> Self {
        Self {
            seed,
            modes: Modes::default(),
            desk: Desk::new(seed),
            bucket: Bucket::default(),
            calls: Calls::default(),
            store: Store::default(),
            keys: Keys::default(),
            groups: 0,
            delayed: BTreeMap::new(),
        }
    }

    fn routes(world: Shared) -> Router {
        routes(world)
    }

    fn channel_settings(&self, root: &str) -> String {
        format!(
            "[settings]\n\
             shop = \"sandbox-store\"\n\
             client_id = \"{CLIENT_ID}\"\n\
             client_secret = \"{CLIENT_SECRET}\"\n\
             api_url = \"{}\"\n",
            root
        )
    }

    fn turn(&mut self, fault: &str) -> Result<(), SandboxError> {
        turn(self, fault)
    }

    fn reset_modes(&mut self) {
        self.modes = Modes::default();
    }

    fn view(&mut self, now: Timestamp) -> StateView {
        self.settle(now);
        StateView::of(&self.store, self.calls)
    }

    fn calls(&self) -> Calls {
        self.calls
    }
}
