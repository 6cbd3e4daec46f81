//! How channels and their listings stand.

use jiff::Timestamp;
use serde::Serialize;
use trueup_store::{JournalHead, ParkedReason};

use super::HeldFeed;

/// How a channel stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct StatusView {
    pub channel: String,
    pub marketplace: String,
    pub enabled: bool,
    pub paused: bool,
    /// Who is feeding it at the moment.
    pub owner: Option<String>,
    pub listings: u64,
    pub clean: u64,
    pub due: u64,
    pub in_flight: u64,
    pub parked: u64,
    /// Why, most frequent first; at most ten reasons.
    pub parked_by: Vec<ParkedReason>,
    /// Listings with a send whose fate is not known.
    pub unresolved: u64,
    /// Units that could be oversold right now.
    pub exposure: i64,
    /// Products whose numbers must be computed again.
    pub dirty: u64,
    pub oldest_undelivered: Option<Timestamp>,
    /// When the last feed ended that delivered all it was to.
    pub last_success: Option<Timestamp>,
    pub last_true_up: Option<Timestamp>,
    pub last_differential: Option<Timestamp>,
    /// Lines that the marketplace took with the last complete True-Up.
    pub covered: u64,
    /// Planned runs that nobody made, since ever.
    pub missed: u64,
    /// How old the channel may become before an alarm.
    pub freshness_objective_seconds: Option<i64>,
    /// How old it is: the age of the oldest change that waits, or of the last success.
    pub freshness_seconds: Option<i64>,
    pub freshness_missed: bool,
    pub next: Vec<NextRun>,
    /// When its flags and levels were audited last.
    pub last_audit: Option<Timestamp>,
    /// What that audit found, and healed.
    pub defects: u64,
    /// How far its journal has come.
    pub journal: Option<JournalHead>,
    /// Feeds of which a part waits for a person.
    pub held_feeds: Vec<HeldFeed>,
    /// What an operator should know.
    pub problem: Option<String>,
}

/// A run to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct NextRun {
    pub schedule: String,
    /// In UTC.
    pub at: Timestamp,
    /// In the zone of the settings.
    pub local: String,
}

/// How a listing stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ListingView {
    /// Its number, after which the next page begins.
    pub listing: i64,
    pub product_code: String,
    pub part_number: String,
    pub location: Option<String>,
    /// `clean`, `due`, `in_flight`, `parked` or `retired`.
    pub state: String,
    /// The quantity that the marketplace should show.
    pub wanted: i64,
    /// The quantity that the marketplace last acknowledged.
    pub acknowledged: Option<i64>,
    pub acknowledged_at: Option<Timestamp>,
    /// Every quantity that the marketplace might show.
    pub possible: Vec<i64>,
    /// Units that could be oversold right now.
    pub exposure: i64,
    /// Since when the wanted quantity has been waiting.
    pub due_since: Option<Timestamp>,
    /// Not tried again before this; of a parked one, when it is probed.
    pub not_before: Option<Timestamp>,
    /// Sends since the last acknowledgement.
    pub attempts: u32,
    pub held: bool,
    /// Why it is parked or held.
    pub reason: Option<String>,
}
