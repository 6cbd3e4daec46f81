//! The retry budget of one channel: retries are paid from a bucket that only success refills.
//!
//! First tries are free, so a marketplace that is down still sees every request once, and a
//! marketplace that recovers is noticed at once. What stops is the multiplication.

/// How many retry tokens are left.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u32,
    most: u32,
}

impl Budget {
    /// A full bucket.
    pub(crate) const fn full(most: u32) -> Self {
        Self { left: most, most }
    }

    /// Pays for a retry, or says that it cannot be afforded.
    #[must_use]
    pub(crate) fn pay(&mut self, cost: u32) -> bool {
        let Some(left) = self.left.checked_sub(cost) else {
            return false;
        };
        self.left = left;
        true
    }

    /// A request succeeded: what its last retry cost comes back; without a retry, one token does.
    /// Gives back what is left then.
    pub(crate) fn refund(&mut self, paid: u32) -> u32 {
        self.left = self.left.saturating_add(paid.max(1)).min(self.most);
        self.left
    }

    /// How many tokens are left.
    pub(crate) const fn left(&self) -> u32 {
        self.left
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn outage_ends_the_retries() {
        let mut budget = Budget::full(500);
        let afforded = (0..1_000).filter(|_| budget.pay(14)).count();
        assert_eq!(afforded, 35);
    }

    #[test]
    fn successes_without_a_retry_refill_slowly() {
        let mut budget = Budget::full(14);
        assert!(budget.pay(14));
        assert_eq!((0..13).map(|_| budget.refund(0)).last(), Some(13));
        assert!(!budget.pay(14), "13 successes do not pay for a retry of 14");
        budget.refund(0);
        assert!(budget.pay(14));
    }

    #[test]
    fn retry_that_succeeds_costs_nothing() {
        let mut budget = Budget::full(500);
        let all_afforded = (0..1_000).all(|_| {
            let afforded = budget.pay(14);
            budget.refund(14);
            afforded
        });
        assert!(all_afforded);
    }

    proptest! {
        #[test]
        fn never_spends_more_than_it_had(steps in prop::collection::vec((any::<bool>(), 0..30_u32), 0..400)) {
            let (mut budget, mut had) = (Budget::full(100), 100_u64);
            for (is_payment, amount) in steps {
                if !is_payment {
                    budget.refund(amount);
                    had += u64::from(amount.max(1));
                } else if budget.pay(amount) {
                    prop_assert!(u64::from(amount) <= had);
                    had -= u64::from(amount);
                }
                prop_assert!(budget.left <= 100);
            }
        }
    }
}
