//! The rate one channel may send at. Pure: the time is an argument.
//!
//! Two rules hold together. The generic cell rate algorithm spaces requests out after a burst; a
//! log of the last requests keeps any window within the published limit exactly, which the cell
//! rate alone does not: a burst followed by a steady stream exceeds it by the burst. What throttling
//! taught slows the spacing down and cuts the burst; nothing speeds either up.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;
use trueup_marketplace::Pace;

use crate::share::Share;

/// Hands out the moments at which requests may be sent.
#[derive(Debug)]
pub(crate) struct Pacer {
    interval: Duration,
    burst: u32,
    share: Share,
    window: Duration,
    most: usize,
    due: Option<Instant>,
    held_until: Option<Instant>,
    granted: VecDeque<Instant>,
}

impl Pacer {
    /// A pacer that has granted nothing yet and will never learn to go slower than `floor`. Zeros
    /// in the pace are read as 1.
    pub(crate) fn new(pace: Pace, floor: Pace) -> Self {
        let interval = interval(pace);
        Self {
            interval,
            burst: pace.burst,
            share: Share::whole(share_of(interval, floor)),
            window: pace.per,
            most: usize::try_from(pace.requests.max(1)).unwrap_or(usize::MAX),
            due: None,
            held_until: None,
            granted: VecDeque::new(),
        }
    }

    /// Grants the next free moment, at `now` or later.
    ///
    /// # Errors
    /// The wait, where it would go beyond `until`; nothing is granted then.
    pub(crate) fn grant(&mut self, now: Instant, until: Instant) -> Result<Instant, Duration> {
        let at = self.earliest(now);
        if at > until {
            return Err(at - now);
        }
        let due = self.due.map_or(at, |due| due.max(at));
        self.due = due.checked_add(self.interval_at(at)).or(self.due);
        self.record(at);
        Ok(at)
    }

    /// Grants nothing more before this moment: the marketplace asked for a rest.
    pub(crate) fn hold_until(&mut self, moment: Instant) {
        self.held_until = self.held_until.max(Some(moment));
    }

    /// Whether a moment granted earlier has meanwhile fallen into a rest.
    pub(crate) fn is_held(&self, now: Instant) -> bool {
        self.held_until.is_some_and(|moment| now < moment)
    }

    /// A request that left at `sent` was throttled: goes slower once `from` has come, and slowly
    /// faster from then on.
    pub(crate) fn slow_down(&mut self, sent: Instant, from: Instant) {
        self.share.shrink(sent, from);
    }

    /// Nobody is there: goes as slowly as it may.
    pub(crate) fn idle(&mut self, now: Instant) {
        self.share.drop_to_floor(now);
    }

    fn earliest(&self, now: Instant) -> Instant {
        let spaced = self.due.and_then(|due| due.checked_sub(self.tolerance_at(now)));
        let in_turn = self.granted.back().copied();
        let rules = [in_turn, spaced, self.window_opens(), self.held_until];
        rules.into_iter().flatten().fold(now, Instant::max)
    }

    fn interval_at(&self, now: Instant) -> Duration {
        let share = self.share.at(now);
        if share < 1.0 { self.interval.div_f64(share) } else { self.interval }
    }

    /// How far ahead of its time a request may go: a burst in proportion to the share.
    fn tolerance_at(&self, now: Instant) -> Duration {
        let beyond_one = f64::from(self.burst) * self.share.at(now) - 1.0;
        self.interval_at(now).mul_f64(beyond_one.floor().max(0.0))
    }

    /// When the oldest of the last `most` requests leaves the window.
    fn window_opens(&self) -> Option<Instant> {
        let is_full = self.granted.len() >= self.most;
        let oldest = self.granted.front().filter(|_| is_full)?;
        oldest.checked_add(self.window)
    }

    fn record(&mut self, at: Instant) {
        self.granted.push_back(at);
        let (most, window) = (self.most, self.window);
        while let Some(oldest) = self.granted.front()
            && (self.granted.len() > most || at.duration_since(*oldest) >= window)
        {
            self.granted.pop_front();
        }
    }
}

/// Which share of a rate the floor is; a floor without an interval forbids to slow down at all.
fn share_of(published: Duration, floor: Pace) -> f64 {
    let floor = interval(floor);
    if floor > published { published.div_duration_f64(floor) } else { 1.0 }
}

fn interval(pace: Pace) -> Duration {
    pace.per / pace.requests.max(1)
}

#[cfg(test)]
mod tests;
