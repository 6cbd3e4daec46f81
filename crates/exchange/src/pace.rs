//! The rate one channel may send at. Pure: the time is an argument.
//!
//! Two rules hold together. The generic cell rate algorithm spaces requests out after a burst; a
//! log of the last requests keeps any window within the published limit exactly, which the cell
//! rate alone does not: a burst followed by a steady stream exceeds it by the burst.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;
use trueup_marketplace::Pace;

/// Hands out the moments at which requests may be sent.
#[derive(Debug)]
pub(crate) struct Pacer {
    interval: Duration,
    tolerance: Duration,
    window: Duration,
    most: usize,
    due: Option<Instant>,
    held_until: Option<Instant>,
    granted: VecDeque<Instant>,
}

impl Pacer {
    /// A pacer that has granted nothing yet. Zeros in the pace are read as 1.
    pub(crate) fn new(pace: Pace) -> Self {
        let requests = pace.requests.max(1);
        let interval = pace.per / requests;
        Self {
            interval,
            tolerance: interval.saturating_mul(pace.burst.saturating_sub(1)),
            window: pace.per,
            most: usize::try_from(requests).unwrap_or(usize::MAX),
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
        self.due = due.checked_add(self.interval).or(self.due);
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

    fn earliest(&self, now: Instant) -> Instant {
        let spaced = self.due.and_then(|due| due.checked_sub(self.tolerance));
        let in_turn = self.granted.back().copied();
        let rules = [in_turn, spaced, self.window_opens(), self.held_until];
        rules.into_iter().flatten().fold(now, Instant::max)
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

#[cfg(test)]
mod tests;
