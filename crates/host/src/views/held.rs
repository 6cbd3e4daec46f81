//! Held feeds.

use jiff::Timestamp;
use serde::Serialize;
use trueup_runner::Reason;

/// A feed of which a part waits for a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct HeldFeed {
    /// The number by which it is approved.
    pub feed: i64,
    pub channel: String,
    pub held_at: Timestamp,
    /// When its numbers were last brought up to date.
    pub shown_at: Timestamp,
    /// How long an approval of it is good for; `null` where there is none.
    pub approved_until: Option<Timestamp>,
    /// Why, with the numbers.
    pub reasons: Vec<Reason>,
    /// The same in words.
    pub message: String,
}
