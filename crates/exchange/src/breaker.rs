//! The breaker of one pipeline: in an outage it stops the retries, never the first tries. Pure: the
//! time is an argument.
//!
//! First tries go on at the floor of the pace, so the next of them notices a recovery. Beside them
//! one retry a minute passes as a probe, and no more than one for every ten first tries, so that
//! an outage of any length sees hardly more attempts than requests.

use std::time::Duration;

use tokio::time::Instant;

const PROBE_EVERY: Duration = Duration::from_secs(60);
const FIRST_TRIES_PER_PROBE: u32 = 10;

/// Counts attempts in a row that found nobody there.
#[derive(Debug)]
pub(crate) struct Breaker {
    most: u32,
    failures: u32,
    first_tries: u32,
    probed_at: Option<Instant>,
}

impl Breaker {
    /// A breaker that opens after so many failures in a row.
    pub(crate) const fn new(most: u32) -> Self {
        Self { most, failures: 0, first_tries: 0, probed_at: None }
    }

    const fn is_open(&self) -> bool {
        self.failures >= self.most
    }

    /// A request is tried for the first time; ten of them earn a probe.
    pub(crate) fn first_try(&mut self) {
        self.first_tries = (self.first_tries + 1).min(FIRST_TRIES_PER_PROBE);
    }

    /// The marketplace answered, whatever it said.
    pub(crate) fn reached(&mut self) {
        *self = Self::new(self.most);
    }

    /// Nobody was there, or nobody able to serve. Says whether retries are over with that.
    pub(crate) fn failed(&mut self) -> bool {
        self.failures = self.failures.saturating_add(1);
        self.is_open()
    }

    /// Whether a retry may pass now. Taking it for a probe uses up what was earned.
    #[must_use]
    pub(crate) fn lets_retry(&mut self, now: Instant) -> bool {
        if !self.is_open() {
            return true;
        }
        let is_minute_over =
            self.probed_at.is_none_or(|at| now.saturating_duration_since(at) >= PROBE_EVERY);
        let passes = is_minute_over && self.first_tries >= FIRST_TRIES_PER_PROBE;
        if passes {
            self.probed_at = Some(now);
            self.first_tries = 0;
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::budget::Budget;

    const ATTEMPTS_MAX: u32 = 3;

    /// Attempts of a request in an outage: the first, and the retries that are let through.
    fn attempts(breaker: &mut Breaker, budget: &mut Budget, now: Instant) -> u32 {
        breaker.first_try();
        breaker.failed();
        let mut attempts = 1;
        while attempts < ATTEMPTS_MAX && breaker.lets_retry(now) && budget.pay(14) {
            breaker.failed();
            attempts += 1;
        }
        attempts
    }

    #[test]
    fn opens_after_failures_in_a_row_and_closes_with_one_answer() {
        let (mut breaker, now) = (Breaker::new(3), Instant::now());
        breaker.failed();
        breaker.failed();
        assert!(breaker.lets_retry(now));
        breaker.reached();
        assert_eq!([(); 3].map(|()| breaker.failed()), [false, false, true]);
        assert!(!breaker.lets_retry(now));
        breaker.reached();
        assert!(breaker.lets_retry(now));
    }

    #[test]
    fn open_one_lets_a_probe_pass_per_minute_and_ten_first_tries() {
        let (mut breaker, start) = (Breaker::new(1), Instant::now());
        breaker.failed();
        let mut probes = Vec::new();
        for second in 0..600 {
            breaker.first_try();
            if breaker.lets_retry(start + Duration::from_secs(second)) {
                probes.push(second);
            }
        }
        assert_eq!(probes, [9, 69, 129, 189, 249, 309, 369, 429, 489, 549]);
    }

    proptest! {
        #[test]
        fn an_outage_sees_at_most_a_fifth_more_attempts_than_requests(
            pauses_s in prop::collection::vec(prop_oneof![0..3_u64, 0..90_u64, 0..3_600_u64], 40..400),
        ) {
            let (mut breaker, mut budget) = (Breaker::new(5), Budget::full(500));
            let (mut now, mut made) = (Instant::now(), 0);
            for pause in &pauses_s {
                now += Duration::from_secs(*pause);
                made += attempts(&mut breaker, &mut budget, now);
            }
            let requests = u32::try_from(pauses_s.len())?;
            prop_assert!(made * 10 <= requests * 12, "{made} attempts for {requests} requests");
        }
    }
}
