//! When a feed is due: times of day in a zone, or an interval. Pure over `now`.
//!
//! # Guarantees
//! Planned instants only ever grow, so a clock that jumps back repeats nothing. However many
//! instants were missed, one run now makes up for all of them, because a feed says what is true
//! and not what has happened. A daily time has one instant per local day: right after the gap
//! where the time does not exist, the first of the two where it exists twice, and none on a date
//! that a zone leaves out altogether.

mod form;
mod local;

use std::iter;

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use form::Form;
pub use form::ScheduleError;

/// When a feed runs.
///
/// In settings: `{ at = ["13:30", "16:30"], time_zone = "UTC" }` (the zone is UTC where it is left
/// out) or `{ every = "30m" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Form", into = "Form")]
pub enum Schedule {
    /// Every day at these times.
    At {
        /// The times of day, ascending, none twice.
        times: Vec<Time>,
        /// The zone whose clock is meant.
        time_zone: TimeZone,
    },
    /// After so much elapsed time, whatever the clock on the wall says;
    /// [`Schedule::INTERVAL_MIN`] to [`Schedule::INTERVAL_MAX`].
    Every(SignedDuration),
}

/// Whether a feed is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Due {
    /// Not before `next`.
    NotYet {
        /// The next planned instant.
        next: Timestamp,
    },
    /// Once, now.
    Now {
        /// The latest instant this run was planned for: the next `last_planned`.
        planned: Timestamp,
        /// How many planned instants before that one had no run; [`Schedule::MISSED_MAX`] stands
        /// for that many or more.
        missed: u64,
    },
}

impl Schedule {
    /// The shortest interval. A schedule is for feeds, not for watching changes; what is shorter
    /// only spends a marketplace's patience.
    pub const INTERVAL_MIN: SignedDuration = SignedDuration::from_secs(10);
    /// The longest interval: 366 days.
    pub const INTERVAL_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);
    /// How far missed instants are counted.
    pub const MISSED_MAX: u64 = 10_000;

    /// The zone that an IANA name stands for.
    ///
    /// # Errors
    /// A name that is not in the time zone database.
    pub fn zone(name: &str) -> Result<TimeZone, ScheduleError> {
        form::zone(name)
    }

    /// Reads an elapsed time such as `30m` or `1h 30m`.
    ///
    /// # Errors
    /// What is none, or outside of [`Schedule::INTERVAL_MIN`] and [`Schedule::INTERVAL_MAX`].
    pub fn interval(text: &str) -> Result<SignedDuration, ScheduleError> {
        form::interval(text)
    }

    /// The first planned instant after `instant`. An interval counts from `instant` itself. Saturates
    /// at the end of time.
    #[must_use]
    pub fn next_after(&self, instant: Timestamp) -> Timestamp {
        match self {
            Self::At { times, time_zone } => {
                local::first_after(times, time_zone, instant).unwrap_or(Timestamp::MAX)
            }
            Self::Every(interval) => later(instant, at_least(*interval)),
        }
    }

    /// The next `n` planned instants after `now`, ascending; fewer at the end of time. An interval
    /// counts from `now`, so pass the instant it last ran for to stay on its grid.
    #[must_use]
    pub fn upcoming(&self, now: Timestamp, n: usize) -> Vec<Timestamp> {
        self.instants_after(now).take(n).collect()
    }

    /// Whether a run is due, given the instant the last one was planned for.
    ///
    /// A schedule that never ran has no `last_planned`: an interval is due at once, times of day
    /// wait for the next one. Keep the `now` of that first answer as `last_planned`, or a time that
    /// passes unseen is not noticed.
    pub fn due(&self, last_planned: Option<Timestamp>, now: Timestamp) -> Due {
        let Some(last) = last_planned else {
            return self.due_first(now);
        };
        let next = self.next_after(last);
        if next > now || next == last {
            return Due::NotYet { next };
        }
        match self {
            Self::At { .. } => self.caught_up(last, now),
            Self::Every(interval) => on_grid(last, at_least(*interval), now),
        }
    }

    fn due_first(&self, now: Timestamp) -> Due {
        match self {
            Self::At { .. } => Due::NotYet { next: self.next_after(now) },
            Self::Every(_) => Due::Now { planned: now, missed: 0 },
        }
    }

    /// One run for every planned instant after `last` and up to `now`, of which there is one.
    fn caught_up(&self, last: Timestamp, now: Timestamp) -> Due {
        let past = self.instants_after(last).take_while(|at| *at <= now);
        let bound = usize::try_from(Self::MISSED_MAX).unwrap_or(usize::MAX);
        let (mut planned, mut count) = (last, 0);
        for at in past.take(bound.saturating_add(1)) {
            (planned, count) = (at, count + 1);
        }
        if count > Self::MISSED_MAX {
            planned = self.last_until(now).unwrap_or(planned);
        }
        let missed = count.saturating_sub(1);
        Due::Now { planned, missed }
    }

    fn last_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::At { times, time_zone } => local::last_until(times, time_zone, now),
            Self::Every(_) => None,
        }
    }

    fn instants_after(&self, instant: Timestamp) -> impl Iterator<Item = Timestamp> {
        let grown = |from: Timestamp| Some(self.next_after(from)).filter(|next| *next > from);
        iter::successors(grown(instant), move |at| grown(*at))
    }
}

/// Steps of `interval` from `last`; at least one lies at or before `now`.
fn on_grid(last: Timestamp, interval: SignedDuration, now: Timestamp) -> Due {
    let elapsed = now.duration_since(last).as_nanos();
    let steps = elapsed / interval.as_nanos();
    let reach = SignedDuration::try_from_nanos_i128(steps * interval.as_nanos());
    let planned = reach.map_or(now, |reach| later(last, reach));
    let missed = u64::try_from(steps.saturating_sub(1)).unwrap_or(0);
    let missed = missed.min(Schedule::MISSED_MAX);
    Due::Now { planned, missed }
}

fn later(instant: Timestamp, duration: SignedDuration) -> Timestamp {
    instant.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// An interval built in code may be anything; none may stop the clock.
fn at_least(interval: SignedDuration) -> SignedDuration {
    interval.clamp(Schedule::INTERVAL_MIN, Schedule::INTERVAL_MAX)
}
