//! What is kept of one listing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trueup_stock::Level;

use crate::{Priority, mutant};

/// One product on one channel at one remote location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListingId(pub i64);

/// One request's worth of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub i64);

/// Counts the changes of a listing's wanted level. Never reused, never lowered.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Generation(pub i64);

impl Generation {
    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The delivery state of one listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What it should show.
    pub wanted: Wanted,
    /// What the marketplace last acknowledged, where it ever did.
    pub acknowledged: Option<Acknowledged>,
    /// Where it is between the two.
    pub state: State,
    /// Sends whose fate is not known, oldest first; one per quantity, and one per True-Up under way
    /// that the listing is not in.
    pub suspects: Vec<Suspect>,
    /// Failed sends since the last success.
    pub attempts: u32,
}

/// The level a listing should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The level.
    pub level: Level,
    /// Which change of it this is.
    pub generation: Generation,
    /// Whether this is the last zero of a product that left the channel.
    pub is_last: bool,
}

/// The level a marketplace acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// The level, as it was sent.
    pub level: Level,
    /// The generation that was sent.
    pub generation: Generation,
    /// When the answer came.
    pub at: Timestamp,
}

/// Where a listing is between wanted and acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The marketplace can hold nothing but the wanted level.
    Clean,
    /// To be sent.
    Due {
        /// What goes first.
        priority: Priority,
        /// Not before this instant.
        not_before: Timestamp,
    },
    /// In a batch whose outcome is not recorded.
    InFlight(BatchId),
    /// Refused; not sent again until something changes.
    Parked(Parked),
    /// Its product left the channel and its last zero was acknowledged.
    Retired,
}

/// Why a listing is parked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The marketplace's reason.
    pub reason: String,
    /// What was refused, apart from the numbers: part number, location and settings. Another
    /// fingerprint is worth another try.
    pub fingerprint: i64,
    /// From this instant on a True-Up may try again although nothing changed.
    pub probe_at: Timestamp,
}

/// A send whose fate is not known: its value may be in force, or may still come into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The batch it was in.
    pub batch: BatchId,
    /// The quantity it carried.
    pub quantity: i64,
    /// After this instant it cannot take effect any more.
    pub settle_until: Timestamp,
}

impl Suspect {
    /// Stands for a moment that nobody knows yet, because the request is still under way.
    pub const UNDER_WAY: Timestamp = Timestamp::constant(253_402_207_200, 0);
}

/// One line as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The batch.
    pub batch: BatchId,
    /// The generation that was copied when the line was claimed.
    pub generation: Generation,
    /// The level that was copied with it.
    pub level: Level,
    /// When the batch was claimed; the request began after that.
    pub started_at: Timestamp,
}

impl Listing {
    /// A listing that was never told anything.
    #[must_use]
    pub const fn new(level: Level, now: Timestamp) -> Self {
        let wanted = Wanted { level, generation: Generation(1), is_last: false };
        Self {
            wanted,
            acknowledged: None,
            state: State::Due { priority: Priority::First, not_before: now },
            suspects: Vec::new(),
            attempts: 0,
        }
    }

    /// Whether nothing is in flight or unclear and the wanted level was acknowledged: then the
    /// marketplace can hold nothing else.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        let acknowledged = self.acknowledged.map(|acknowledged| acknowledged.level);
        let is_alone = self.suspects.is_empty() || mutant!(SkipsWhenEqual);
        acknowledged == Some(self.wanted.level) && is_alone
    }

    /// The quantities the marketplace might show, acknowledged first; without the one in flight,
    /// which the batch knows.
    pub fn possible(&self) -> impl Iterator<Item = i64> {
        let acknowledged = self.acknowledged.map(|acknowledged| acknowledged.level.quantity);
        acknowledged.into_iter().chain(self.suspects.iter().map(|suspect| suspect.quantity))
    }

    /// Whether anything must be sent: a last zero is owed only where something may stand.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        !self.wanted.is_last || self.possible().next().is_some()
    }

    /// How many units could be oversold right now.
    #[must_use]
    pub fn exposure(&self) -> i64 {
        let most = self.possible().max().unwrap_or_default();
        most.saturating_sub(self.wanted.level.quantity).max(0)
    }
}
