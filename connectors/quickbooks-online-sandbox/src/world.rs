//! Everything the server holds, behind one lock that is never held across an await.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use trueup_marketplace::SandboxError;
use trueup_sandbox::Bucket;

use crate::batch::{self, Sent};
use crate::company::Company;
use crate::desk::Desk;
use crate::knobs::turn;
use crate::modes::Modes;
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

/// Everything the server holds.
#[derive(Debug)]
pub(crate) struct World {
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
    fn new(seed: u64, faults: &[String]) -> Result<Self, SandboxError> {
        let mut world = Self {
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
        };
        faults.iter().try_for_each(|fault| turn(&mut world, fault))?;
        Ok(world)
    }

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

    pub(crate) fn view(&mut self, now: Timestamp) -> StateView {
        self.settle(now);
        StateView::of(&self.company, self.calls)
    }
}

/// A handle on the world.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(seed: u64, faults: &[String]) -> Result<Self, SandboxError> {
        Ok(Self(Arc::new(Mutex::new(World::new(seed, faults)?))))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        // A panic elsewhere leaves counters and quantities as they were; nothing is half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
