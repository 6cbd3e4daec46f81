//! What every listing should show, what was told, and what came of it.
//!
//! The rules are `trueup_delivery`'s; here each transaction loads the rows it is about, moves them
//! in memory and writes back what changed, in a fixed number of statements. The transactions, in
//! the order in which a feed runs them:
//!
//! | | what | durable | when it is lost |
//! |---|---|---|---|
//! | T1 | [`refresh`]: marks taken, then inputs read, wanted levels noted | yes | the marks are still there |
//! | T2 | [`claim`], [`whole`]: lines put in flight in a batch | yes | the lines are still due |
//! | T3 | [`outcome`]: what became of each line | no | the lines are confirmed again |
//! | T4 | [`feeds`]: the feed closed | no | it shows as interrupted |

pub(crate) mod batch;
pub(crate) mod channels;
pub(crate) mod claim;
mod fate;
pub(crate) mod feeds;
mod holds;
mod impact;
pub(crate) mod journal;
pub(crate) mod kept;
mod left_out;
pub(crate) mod outcome;
mod part;
pub(crate) mod preview;
pub(crate) mod reconcile;
pub(crate) mod recover;
pub(crate) mod refresh;
mod request;
mod retry;
pub(crate) mod row;
pub(crate) mod rows;
mod schedules;
mod settled;
pub(crate) mod time;
mod unresolved;
mod waiting;
pub(crate) mod whole;
pub(crate) mod words;

pub use batch::{ClaimedBatch, ClaimedLine};
pub use channels::ChannelRow;
pub use claim::{Claim, Claimable};
pub use fate::{BatchOutcome, LineOutcome, Recorded};
pub use feeds::{Cause, FeedEnd, NewFeed};
pub use holds::{Hold, Holding};
pub use impact::{Change, Impact, Judged, Shown, Shrunk};
pub use journal::JournalHead;
pub use preview::{Previewed, PreviewedLine};
pub use refresh::{Planner, Refresh, Refreshed};
pub use unresolved::Unresolved;
pub use waiting::Waiting;
pub use whole::{Completeness, Whole, WholeClaim};
