//! A token bucket, pure over the time it is handed.

use std::time::Duration;

use jiff::Timestamp;

/// A bucket that starts full.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    spent: f64,
    since: Timestamp,
}

/// How much a bucket holds and how fast it fills.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// What it holds.
    pub capacity: u32,
    /// What it gains each second.
    pub per_second: f64,
}

/// The longest wait that is ever told, also for a bucket that never fills.
const WAIT_MAX: Duration = Duration::from_secs(60);

impl Bucket {
    /// Takes so much out, or says how long until there is so much.
    ///
    /// # Errors
    /// The wait; nothing was taken.
    pub fn take(&mut self, cost: f64, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let over = cost - self.left(rate, now);
        if over <= f64::EPSILON {
            self.spent += cost;
            return Ok(());
        }
        Err(Duration::try_from_secs_f64(over / rate.per_second).map_or(WAIT_MAX, shorter))
    }

    /// What it holds now.
    pub fn left(&mut self, rate: Rate, now: Timestamp) -> f64 {
        let elapsed = now.duration_since(self.since).as_secs_f64().max(0.0);
        self.since = now;
        self.spent = (self.spent - elapsed * rate.per_second).max(0.0);
        f64::from(rate.capacity) - self.spent
    }

    /// Puts back what was taken too much.
    pub fn give_back(&mut self, amount: f64) {
        self.spent = (self.spent - amount).max(0.0);
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
        assert_eq!(bucket.take(1.0, rate, at(0)), Ok(()));
        assert_eq!(bucket.take(1.0, rate, at(0)), Ok(()));
        assert_eq!(bucket.take(1.0, rate, at(0)), Err(Duration::from_secs(2)));
        assert_eq!(bucket.take(1.0, rate, at(2)), Ok(()));
        assert_eq!(bucket.take(1.0, rate, at(2)), Err(Duration::from_secs(2)));
    }

    #[test]
    fn an_empty_bucket_that_never_fills_tells_a_bounded_wait() {
        let rate = Rate { capacity: 0, per_second: 0.0 };
        assert_eq!(Bucket::default().take(1.0, rate, at(0)), Err(WAIT_MAX));
    }

    #[test]
    fn a_clock_that_steps_back_does_not_fill_it() {
        let rate = Rate { capacity: 1, per_second: 1.0 };
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(1.0, rate, at(10)), Ok(()));
        assert!(bucket.take(1.0, rate, at(0)).is_err());
    }

    #[test]
    fn what_was_taken_too_much_can_be_put_back() {
        let rate = Rate { capacity: 100, per_second: 10.0 };
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(60.0, rate, at(0)), Ok(()));
        assert_eq!(bucket.take(60.0, rate, at(0)), Err(Duration::from_secs(2)));
        bucket.give_back(20.0);
        assert_eq!(bucket.take(60.0, rate, at(0)), Ok(()));
        assert!(bucket.left(rate, at(0)).abs() < f64::EPSILON);
    }
}
