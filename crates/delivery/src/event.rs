//! What can happen to a listing.

use jiff::{SignedDuration, Timestamp};
use trueup_stock::Level;

use crate::{BatchId, Parked, Sent};

/// Something that happened to a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The engine computed what it should show.
    Want {
        /// The level.
        level: Level,
        /// Whether the product left the channel and this is its last zero.
        is_last: bool,
        /// What a refusal would be about; see [`Parked::fingerprint`].
        fingerprint: i64,
        /// When.
        now: Timestamp,
    },
    /// A batch took it along.
    Claimed(BatchId),
    /// It is told something while a True-Up that it is not in, and in which an absent line means 0,
    /// may still land.
    LeftOut {
        /// The True-Up's batch.
        batch: BatchId,
        /// Until when that may land; [`Suspect::UNDER_WAY`](crate::Suspect::UNDER_WAY) while nobody
        /// gave it up.
        settle_until: Timestamp,
    },
    /// The True-Up that it was not in is under way no more.
    Ended {
        /// The True-Up's batch.
        batch: BatchId,
        /// Until when it may still land.
        settle_until: Timestamp,
    },
    /// The marketplace acknowledged the line.
    Accepted {
        /// The line as it was sent.
        sent: Sent,
        /// When the answer came.
        now: Timestamp,
    },
    /// The marketplace refused the line.
    Rejected {
        /// The line as it was sent.
        sent: Sent,
        /// Why, and what the refusal is about.
        parked: Parked,
        /// When the answer came.
        now: Timestamp,
    },
    /// The request certainly had no effect.
    NotApplied {
        /// The line as it was sent.
        sent: Sent,
        /// When to try again.
        not_before: Timestamp,
    },
    /// Nobody knows whether the line took effect.
    Unknown {
        /// The line as it was sent.
        sent: Sent,
        /// When we gave up.
        now: Timestamp,
        /// How much later it could still take effect.
        settle: SignedDuration,
        /// When to try again.
        not_before: Timestamp,
    },
    /// A person asks for another try.
    Retry {
        /// When.
        now: Timestamp,
    },
}
