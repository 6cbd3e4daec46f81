//! A way for the host to count what the runner does.

use std::fmt;

use trueup_store::FeedRow;

/// Is told of what the runner has done. It must not block.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Something happened.
    fn observe(&self, event: &Event);
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A feed has ended; its lines are counted as they stand at that moment.
    FeedEnded(FeedRow),
}
