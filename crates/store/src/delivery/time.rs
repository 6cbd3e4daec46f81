//! Instants as the database keeps them: microseconds since 1970.

use jiff::Timestamp;

use super::words::corrupt;
use crate::StoreError;

/// An instant as a number.
pub(crate) fn micros(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

/// The instant that [`micros`] gave.
pub(crate) fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| corrupt("an instant beyond all calendars"))
}

/// The instant as it will be read back, so that what is compared is what is kept.
pub(crate) fn kept(now: Timestamp) -> Timestamp {
    instant(micros(now)).unwrap_or(now)
}
