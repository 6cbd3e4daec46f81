//! A way for the host to count what happens on the way out.

use std::fmt;
use std::time::Duration;

/// Is told of every attempt, as it ends. It must not block.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Something happened.
    fn observe(&self, event: Event);
}

/// What happened. Like the events in the log it holds no address and no word of the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An attempt ended: `answered`, or how it failed (`throttled`, `not connected`, `late`, …).
    Attempt {
        /// How it ended.
        verdict: &'static str,
        /// How long it took.
        elapsed: Duration,
    },
    /// A request will be repeated.
    Repeat,
    /// So many tokens are left of the retry budget.
    Budget(u32),
}
