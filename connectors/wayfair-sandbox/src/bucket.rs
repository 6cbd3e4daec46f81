//! A token bucket, pure over the time it is handed.

use std::time::Duration;

use jiff::Timestamp;

/// A bucket that starts full.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bucket {
    spent: f64,
    since: Timestamp,
}

/// How much a bucket holds and how fast it fills.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) capacity: u32,
    pub(crate) per_second: f64,
}

/// The longest wait that is ever told, also for a bucket that never fills.
const WAIT_MAX: Duration = Duration::from_secs(60);

impl Bucket {
    /// Takes one out, or says how long until there is one.
    pub(crate) fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let elapsed = now.duration_since(self.since).as_secs_f64().max(0.0);
        self.since = now;
        self.spent = (self.spent - elapsed * rate.per_second).max(0.0);
        let over = self.spent + 1.0 - f64::from(rate.capacity);
        if over <= f64::EPSILON {
            self.spent += 1.0;
            return Ok(());
        }
        Err(Duration::try_from_secs_f64(over / rate.per_second).map_or(WAIT_MAX, shorter))
    }
}

fn shorter(wait: Duration) -> Duration {
    wait.min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("a time in range")
    }

    #[test]
    fn gives_its_capacity_at_once_then_as_fast_as_it_fills() {
        let rate = Rate { capacity: 2, per_second: 0.5 };
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(rate, at(0)), Ok(()));
        assert_eq!(bucket.take(rate, at(0)), Ok(()));
        assert_eq!(bucket.take(rate, at(0)), Err(Duration::from_secs(2)));
        assert_eq!(bucket.take(rate, at(2)), Ok(()));
        assert_eq!(bucket.take(rate, at(2)), Err(Duration::from_secs(2)));
    }

    #[test]
    fn an_empty_bucket_that_never_fills_tells_a_bounded_wait() {
        let rate = Rate { capacity: 0, per_second: 0.0 };
        assert_eq!(Bucket::default().take(rate, at(0)), Err(WAIT_MAX));
    }

    #[test]
    fn a_clock_that_steps_back_does_not_fill_it() {
        let rate = Rate { capacity: 1, per_second: 1.0 };
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(rate, at(10)), Ok(()));
        assert!(bucket.take(rate, at(0)).is_err());
    }
}
