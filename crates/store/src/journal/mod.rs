//! Reading the journal: whether it is whole, and what it says of one listing.
//!
//! | entry | answers for |
//! |---|---|
//! | `batch_claimed`, `batch_parked` | the batch's key, feed, time and number of lines; its body, by `body` |
//! | `batch_answered`, `batch_interrupted`, `batch_parked` | the batch's outcome, handle and line exceptions, by `digest` |
//! | `batch_ticket` | the same, while the answer is awaited |
//! | `batch_prepared` | the request, by `request` |
//! | `feed_opened`, `feed_closed` | the feed's kind, basis and cause; its end |
//!
//! Whoever controls the database can rebuild all of it, head included. A head that was noted
//! elsewhere, outside of that person's reach, shows it; nothing within the database can.

mod answers;
mod facts;
mod history;
mod verify;

pub use history::{Told, ToldAnswer};
pub use verify::{JournalBreak, JournalCheck};
