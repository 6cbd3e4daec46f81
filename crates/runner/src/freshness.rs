//! How old what a marketplace shows may become, and when to say that it is older. Pure: the time is
//! an argument.

use jiff::{SignedDuration, Timestamp};

use crate::{Schedule, Schedules};

/// How old a channel may become before somebody must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objective(pub SignedDuration);

/// What is known of a channel's age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Since when the oldest change has been waiting.
    pub oldest_undelivered: Option<Timestamp>,
    /// When the last feed ended that delivered all it was to.
    pub last_success: Option<Timestamp>,
    /// From when on a success may be expected where there was none yet.
    pub since: Option<Timestamp>,
}

/// What is to be said about a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Its objective is missed; said again whenever another objective's time has passed.
    Missed,
    /// It is fresh again.
    Fresh,
}

/// What was said about a channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    said_at: Option<SignedDuration>,
}

impl Objective {
    /// Where settings say nothing: twice the longest pause of the schedule that runs most often.
    /// `None` where nothing is scheduled.
    #[must_use]
    pub fn of(schedules: &Schedules) -> Option<Self> {
        let pauses = schedules.iter().map(|scheduled| longest_pause(scheduled.schedule));
        pauses.min().map(|pause| Self(pause.saturating_mul(2)))
    }

    /// Whether a channel of this age misses it.
    #[must_use]
    pub fn is_missed_by(self, age: Option<SignedDuration>) -> bool {
        age.is_some_and(|age| age > self.0)
    }
}

impl Traces {
    /// How long ago all was well: the age of the oldest change that waits, or of the last success,
    /// whichever is longer. `None` where nothing was ever expected.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        let success = self.last_success.or(self.since);
        let oldest = [self.oldest_undelivered, success].into_iter().flatten().min()?;
        Some(now.duration_since(oldest).max(SignedDuration::ZERO))
    }
}

impl Watch {
    /// Decides whether something is to be said now. `elapsed` is a time that never goes back.
    pub fn look(
        &mut self,
        objective: Objective,
        age: Option<SignedDuration>,
        elapsed: SignedDuration,
    ) -> Option<Notice> {
        if !objective.is_missed_by(age) {
            return self.said_at.take().map(|_| Notice::Fresh);
        }
        let is_news = self.said_at.is_none_or(|said_at| elapsed - said_at >= objective.0);
        is_news.then(|| {
            self.said_at = Some(elapsed);
            Notice::Missed
        })
    }
}

/// The longest pause between two runs; for times of day, on a day of 24 hours.
fn longest_pause(schedule: &Schedule) -> SignedDuration {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    match schedule {
        Schedule::Every(interval) => *interval,
        Schedule::At { times, .. } => {
            let gaps = times.windows(2).map(|two| two[0].duration_until(two[1]));
            let over_night = times.last().zip(times.first());
            let over_night = over_night.map(|(last, first)| DAY - first.duration_until(*last));
            gaps.chain(over_night).max().unwrap_or(DAY)
        }
    }
}

#[cfg(test)]
mod tests;
