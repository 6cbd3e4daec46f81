//! Times of day, on the calendar of a zone.
//!
//! The instants of one time of day never go back from one date to the next: a gap moves an instant
//! to the gap's end, a fold takes the first of two. So a search may walk dates in order and stop at
//! the first hit.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// A zone leaves out at most one date in a row, a gap spans at most two; the rest is margin.
const DATES_SEARCHED: usize = 5;

/// The first instant after `instant` at which one of the times is reached.
pub(super) fn first_after(
    times: &[Time],
    zone: &TimeZone,
    instant: Timestamp,
) -> Option<Timestamp> {
    let today = zone.to_datetime(instant).date();
    let mut dates = today.series(1.day()).take(DATES_SEARCHED);
    dates.find_map(|date| {
        let reached = instants(times, zone, date);
        reached.filter(|at| *at > instant).min()
    })
}

/// The last instant, at or before `instant`, at which one of the times was reached.
pub(super) fn last_until(times: &[Time], zone: &TimeZone, instant: Timestamp) -> Option<Timestamp> {
    let today = zone.to_datetime(instant).date();
    // Where midnight is in a fold, the next date has begun once already.
    let latest = today.tomorrow().unwrap_or(today);
    let mut dates = latest.series(-1.day()).take(DATES_SEARCHED);
    dates.find_map(|date| {
        let reached = instants(times, zone, date);
        reached.filter(|at| *at <= instant).max()
    })
}

fn instants(times: &[Time], zone: &TimeZone, date: Date) -> impl Iterator<Item = Timestamp> {
    let at = move |time: &Time| instant_of(date.to_datetime(*time), zone);
    times.iter().filter_map(at)
}

/// When a local time is reached; `None` where its whole date does not exist.
fn instant_of(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(local).ok()
        }
        AmbiguousOffset::Gap { before, after } => {
            // Read with the later offset, a time within the gap lies before the gap.
            let before_gap = after.to_timestamp(local).ok()?;
            let end = zone.following(before_gap).next()?.timestamp();
            let gap = before.to_datetime(end)..after.to_datetime(end);
            let midnight = local.date().to_datetime(Time::midnight());
            let next_midnight = midnight.checked_add(1.day()).ok()?;
            let is_date_left_out = gap.start <= midnight && next_midnight <= gap.end;
            (!is_date_left_out).then_some(end)
        }
    }
}
