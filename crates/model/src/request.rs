//! A request on its way.

use jiff::Timestamp;
use trueup_delivery::{BatchId, Generation, Sent};

use crate::calendar::{NOW, closer};

/// Who waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The process that holds the lease.
    Holder,
    /// A paused predecessor.
    Predecessor,
    /// Nobody any more.
    Nobody,
}

/// A request from its claim until it can have no effect any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The line it carries.
    pub sent: Sent,
    /// Who waits for its answer.
    pub owner: Owner,
    /// Whether it left our process.
    pub has_left: bool,
    /// Whether it was applied at least once.
    pub has_landed: bool,
    /// From this instant on it cannot take effect; `None` until we gave up on it.
    pub until: Option<Timestamp>,
}

impl Request {
    /// A request that was just claimed.
    pub const fn new(sent: Sent, owner: Owner) -> Self {
        Self { sent, owner, has_left: false, has_landed: false, until: None }
    }

    /// The same, one tick later; `None` when it can have no effect any more.
    pub fn one_tick_later(mut self) -> Option<Self> {
        self.until = self.until.map(closer);
        if self.owner != Owner::Nobody {
            self.sent.started_at = closer(self.sent.started_at);
        }
        self.until.is_none_or(|until| until > NOW).then_some(self)
    }

    /// The same, with nobody waiting: only its quantity and its time matter from here on, and all
    /// the rest is wiped so that equal futures are equal states.
    pub const fn forgotten(mut self, until: Option<Timestamp>) -> Self {
        self.sent.batch = BatchId(0);
        self.sent.generation = Generation(0);
        self.sent.started_at = NOW;
        Self { sent: self.sent, owner: Owner::Nobody, has_left: true, has_landed: false, until }
    }
}
