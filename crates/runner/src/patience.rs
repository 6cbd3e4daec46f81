//! How long the runner waits before it tries again. Pure: attempts and chance are arguments.

use jiff::SignedDuration;

/// The first wait after a failed send.
const FIRST: SignedDuration = SignedDuration::from_secs(15);
/// The longest wait after many.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// How long a listing waits after so many failed sends in a row (at least 1): doubling from 15 s to
/// 15 min, the upper half of each step left to `chance` (0 to 1), so that a thousand listings that
/// failed together do not come back together.
#[must_use]
pub fn backoff(attempts: u32, chance: f64) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(10);
    let full = (FIRST * 2_i32.pow(doublings)).min(LONGEST);
    let half = full / 2;
    let chance = if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 0.0 };
    half + half.mul_f64(chance)
}

/// How long to wait before asking again about a pending submission: doubling from 250 ms to 5 s.
#[must_use]
pub fn asking(asked: u32) -> SignedDuration {
    let doublings = asked.min(5);
    (SignedDuration::from_millis(250) * 2_i32.pow(doublings)).min(SignedDuration::from_secs(5))
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LONGEST, asking, backoff};

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        assert_eq!(backoff(1, 1.0), FIRST);
        assert_eq!(backoff(2, 1.0), FIRST * 2);
        assert_eq!(backoff(100, 1.0), LONGEST);
    }

    #[test]
    fn chance_takes_at_most_half_of_the_wait_away() {
        for attempts in 1..40 {
            assert!(backoff(attempts, 0.0) * 2 == backoff(attempts, 1.0));
            assert!(backoff(attempts, f64::NAN) == backoff(attempts, 0.0));
        }
    }

    #[test]
    fn asking_slows_down_to_every_five_seconds() {
        assert_eq!(asking(0).as_millis(), 250);
        assert_eq!(asking(99).as_secs(), 5);
    }
}
