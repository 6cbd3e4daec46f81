//! Everything the server holds.

use std::collections::{BTreeMap, HashMap};

use axum::Router;
use jiff::Timestamp;
use trueup_marketplace::SandboxError;
use trueup_sandbox::{Bucket, Simulated};

use crate::REALM;
use crate::batch::{self, Sent};
use crate::company::{ADJUST_ACCOUNT, Company};
use crate::desk::{CLIENT_ID, CLIENT_SECRET, Desk, REFRESH_TOKEN};
use crate::knobs::turn;
use crate::modes::Modes;
use crate::server::routes;
use crate::view::StateView;

/// How often each part of the simulator was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Requests for a token, the refused ones included.
    pub token: u64,
    /// Requests to the company, the refused ones included.
    pub api: u64,
    /// Queries that were executed; these are metered.
    pub queries: u64,
    /// Batches that were executed, repeated ones left out.
    pub batches: u64,
    /// Requests that were answered from the memory of request ids.
    pub repeats: u64,
    /// Requests beyond a limit.
    pub throttled: u64,
}

/// A handle on the world.
pub(crate) type Shared = trueup_sandbox::Shared<World>;

/// Everything the server holds.
#[derive(Debug)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) modes: Modes,
    pub(crate) desk: Desk,
    pub(crate) company: Company,
    pub(crate) calls: Calls,
    pub(crate) per_second: Bucket,
    pub(crate) per_minute: Bucket,
    pub(crate) batches: Bucket,
    /// Answers by request id, and when they were given.
    pub(crate) answered: HashMap<String, (Timestamp, serde_json::Value)>,
    delayed: BTreeMap<(Timestamp, u64), Sent>,
}

impl World {
    /// Carries a batch out later.
    pub(crate) fn delay(&mut self, until: Timestamp, sent: Sent) {
        self.delayed.insert((until, self.calls.api), sent);
    }

    /// Carries out what is due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(due) = self.delayed.first_entry().filter(|due| due.key().0 <= now) {
            let sent = due.remove();
            // Nobody waits for the answer.
            let _ = batch::answer(self, &sent, now);
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
            company: Company::default(),
            calls: Calls::default(),
            per_second: Bucket::default(),
            per_minute: Bucket::default(),
            batches: Bucket::default(),
            answered: HashMap::new(),
            delayed: BTreeMap::new(),
        }
    }

    fn routes(world: Shared) -> Router {
        routes(world)
    }

    fn channel_settings(&self, root: &str) -> String {
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

    fn turn(&mut self, fault: &str) -> Result<(), SandboxError> {
        turn(self, fault)
    }

    fn reset_modes(&mut self) {
        self.modes = Modes::default();
    }

    fn view(&mut self, now: Timestamp) -> StateView {
        self.settle(now);
        StateView::of(&self.company, self.calls)
    }

    fn calls(&self) -> Calls {
        self.calls
    }
}
