//! How long to wait before trying again. Pure: the random number is an argument.

use std::time::Duration;

/// Full jitter: anything from nothing up to `base`, doubled with every retry, never above `most`.
///
/// `random` is in `0.0..1.0`; `retry` counts from 0. Spreading over the whole range is what keeps
/// many clients that failed together from coming back together.
pub(crate) fn full_jitter(retry: u32, base: Duration, most: Duration, random: f64) -> Duration {
    let doubled = base.saturating_mul(2_u32.saturating_pow(retry));
    doubled.min(most).mul_f64(random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: Duration = Duration::from_secs(1);
    const MOST: Duration = Duration::from_secs(20);

    #[test]
    fn ceiling_doubles_up_to_the_most() {
        let ceilings: Vec<u64> = [0, 1, 2, 3, 4, 5, 99]
            .map(|retry| full_jitter(retry, BASE, MOST, 1.0).as_secs())
            .into();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 20, 20]);
    }

    proptest! {
        #[test]
        fn wait_lies_between_nothing_and_the_ceiling(retry: u32, random in 0.0..1.0_f64) {
            let wait = full_jitter(retry, BASE, MOST, random);
            prop_assert!(wait <= MOST);
            prop_assert!(wait <= full_jitter(retry, BASE, MOST, 1.0));
        }

        #[test]
        fn larger_draws_wait_longer(retry in 0..40_u32, one in 0.0..1.0_f64, two in 0.0..1.0_f64) {
            let wait = |random| full_jitter(retry, BASE, MOST, random);
            prop_assert!(wait(one.min(two)) <= wait(one.max(two)));
        }
    }
}
