//! Time, in ticks. It is always [`NOW`]: when time passes, everything else comes one tick closer,
//! so that two moments with the same things ahead of them are one state.

use jiff::{SignedDuration, Timestamp};

/// The present.
pub const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// How long after we gave up on it a request may still take effect.
pub const SETTLE: SignedDuration = SignedDuration::from_secs(SETTLE_TICKS as i64);

/// [`SETTLE`] in ticks.
pub const SETTLE_TICKS: u8 = 2;

/// How long after a claim its request may leave.
pub const DEADLINE: SignedDuration = TICK;

/// How long a failed send waits for the next try.
pub const BACKOFF: SignedDuration = TICK;

const TICK: SignedDuration = SignedDuration::from_secs(1);

/// A moment, one tick closer.
pub fn closer(moment: Timestamp) -> Timestamp {
    moment.saturating_sub(TICK).unwrap_or(Timestamp::MIN)
}

/// A moment a while after another.
pub fn after(moment: Timestamp, wait: SignedDuration) -> Timestamp {
    moment.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
