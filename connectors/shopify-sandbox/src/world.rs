//! Everything the server holds, behind one lock that is never held across an await.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use trueup_marketplace::SandboxError;
use trueup_sandbox::{Bucket, Dice};

use crate::desk::Desk;
use crate::execute::{Asked, execute};
use crate::keys::Keys;
use crate::knobs::turn;
use crate::modes::Modes;
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

/// Everything the server holds.
#[derive(Debug)]
pub(crate) struct World {
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
    fn new(seed: u64, faults: &[String]) -> Result<Self, SandboxError> {
        let mut world = Self {
            seed,
            modes: Modes::default(),
            desk: Desk::new(seed),
            bucket: Bucket::default(),
            calls: Calls::default(),
            store: Store::default(),
            keys: Keys::default(),
            groups: 0,
            delayed: BTreeMap::new(),
        };
        faults.iter().try_for_each(|fault| turn(&mut world, fault))?;
        Ok(world)
    }

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

    /// What it holds, late calls that are due included.
    pub(crate) fn view(&mut self, now: Timestamp) -> StateView {
        self.settle(now);
        StateView::of(&self.store, self.calls)
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
        // A panic elsewhere leaves counters and levels as they were; nothing is half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
