//! Everything the server holds, behind one lock that is never held across an await.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use trueup_marketplace::SandboxError;
use trueup_sandbox::Bucket;

use crate::auth::Desk;
use crate::knobs::turn;
use crate::modes::Modes;
use crate::state::Book;
use crate::view::StateView;

/// How often each part of the simulator was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Requests for a token, the refused ones included.
    pub token: u64,
    /// Requests to the GraphQL endpoint, the refused and broken ones included.
    pub graphql: u64,
    /// Saves that reached the marketplace, the refused ones included.
    pub saves: u64,
    /// Queries of `transactions` that reached the marketplace.
    pub transactions: u64,
    /// Queries of `inventory` that reached the marketplace.
    pub inventory: u64,
}

/// Everything the server holds.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) modes: Modes,
    pub(crate) desk: Desk,
    pub(crate) bucket: Bucket,
    pub(crate) calls: Calls,
    book: Book,
}

impl World {
    fn new(seed: u64, faults: &[String]) -> Result<Self, SandboxError> {
        let mut modes = Modes::default();
        for fault in faults {
            turn(&mut modes, fault)?;
        }
        Ok(Self {
            seed,
            modes,
            desk: Desk::new(seed),
            bucket: Bucket::default(),
            calls: Calls::default(),
            book: Book::default(),
        })
    }

    /// The book to write in and the modes to write by.
    pub(crate) fn book_and_modes(&mut self) -> (&mut Book, &Modes) {
        (&mut self.book, &self.modes)
    }

    /// What it holds, late calls that are due included.
    pub(crate) fn view(&mut self, now: Timestamp) -> StateView {
        self.book.settle(now);
        StateView::of(&self.book, self.calls.graphql, now)
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
