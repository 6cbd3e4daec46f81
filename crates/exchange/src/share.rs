//! How much of the published rate is used. Pure: the time is an argument.
//!
//! Published limits are often shared with others or simply lower than published. Being throttled
//! lowers the share; it grows back by itself, slowly, and never beyond the whole.

use std::time::Duration;

use tokio::time::Instant;

/// What being throttled leaves of the rate.
const LEFT: f64 = 0.7;
/// How long it takes from nothing back to the whole.
const WHOLE_AGAIN: Duration = Duration::from_secs(600);
/// How long after an outage it stays at the floor.
const QUIET: Duration = Duration::from_secs(60);

/// The share of the published rate that may be used.
#[derive(Debug)]
pub(crate) struct Share {
    floor: f64,
    low: f64,
    since: Option<Instant>,
}

impl Share {
    /// The whole. `floor` is the share that throttling never goes below.
    pub(crate) fn whole(floor: f64) -> Self {
        Self { floor: floor.clamp(f64::MIN_POSITIVE, 1.0), low: 1.0, since: None }
    }

    /// The share at a moment: above nothing, at most 1.
    pub(crate) fn at(&self, now: Instant) -> f64 {
        let Some(since) = self.since else { return 1.0 };
        let grown = now.saturating_duration_since(since).div_duration_f64(WHOLE_AGAIN);
        (self.low + grown).min(1.0)
    }

    /// A request that left at `sent` was throttled; growing begins at `from`, when the rest that
    /// the marketplace asked for is over. Requests that were under way together count once.
    pub(crate) fn shrink(&mut self, sent: Instant, from: Instant) {
        if self.since.is_none_or(|since| since < sent) {
            self.lower(self.at(sent) * LEFT, from);
        }
    }

    /// Nobody is there: the floor is enough, until no attempt has failed so for a minute.
    pub(crate) fn drop_to_floor(&mut self, now: Instant) {
        self.lower(self.floor, now + QUIET);
    }

    fn lower(&mut self, share: f64, from: Instant) {
        self.low = share.max(self.floor);
        self.since = Some(from);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn throttling_leaves_seven_tenths_each_time() {
        let (start, mut share) = (Instant::now(), Share::whole(0.01));
        share.shrink(start, start);
        assert!((share.at(start) - 0.7).abs() < 1e-9);
        share.shrink(start + SECOND, start + SECOND);
        assert!((share.at(start + SECOND) - 0.7 * (0.7 + 1.0 / 600.0)).abs() < 1e-9);
    }

    #[test]
    fn requests_throttled_together_count_once() {
        let (start, mut share) = (Instant::now(), Share::whole(0.01));
        (0..20).for_each(|_| share.shrink(start, start + SECOND));
        assert!((share.at(start + SECOND) - 0.7).abs() < 1e-9);
    }

    #[test]
    fn growing_begins_after_the_rest_and_ends_at_the_whole() {
        let (start, mut share) = (Instant::now(), Share::whole(0.01));
        share.shrink(start, start + 60 * SECOND);
        assert!((share.at(start + 30 * SECOND) - 0.7).abs() < 1e-9);
        assert!((share.at(start + 120 * SECOND) - 0.8).abs() < 1e-9);
        assert!((share.at(start + 3_600 * SECOND) - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn never_below_the_floor_and_never_above_the_whole(
            floor in 0.0..1.0_f64,
            steps in prop::collection::vec((0..200_u64, any::<bool>()), 1..60),
        ) {
            let (mut now, mut share) = (Instant::now(), Share::whole(floor));
            for (pause, is_outage) in steps {
                now += Duration::from_secs(pause);
                if is_outage { share.drop_to_floor(now) } else { share.shrink(now, now) }
                prop_assert!((floor..=1.0).contains(&share.at(now)));
                prop_assert!((floor..=1.0).contains(&share.at(now + 900 * SECOND)));
            }
        }
    }
}
