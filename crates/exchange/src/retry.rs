//! Whether a failed attempt is repeated, and when. Pure: time and chance are arguments.

use std::time::Duration;

use trueup_marketplace::Retry;

use crate::backoff::full_jitter;
use crate::failure::Failure;
use crate::options::Retries;

/// How far a request has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Attempts made.
    pub(crate) attempts: u32,
    /// What the last retry cost.
    pub(crate) paid: u32,
    /// Whether another token would not help: one was refused already, or none was sent.
    pub(crate) is_login_spent: bool,
}

/// What is to be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Repeat after so long, if the budget pays so much.
    Repeat {
        /// The wait.
        wait: Duration,
        /// The cost.
        cost: u32,
    },
    /// Hand it to the caller.
    GiveUp,
}

impl Retries {
    /// Repeats what cannot have been applied, and of what may have been applied only reads. A
    /// refused token is repeated once, at once; the rest that the marketplace asks for is kept.
    pub(crate) fn decide(
        &self,
        failure: &Failure,
        progress: Progress,
        is_read: bool,
        random: f64,
    ) -> Decision {
        if progress.attempts >= self.attempts_max {
            return Decision::GiveUp;
        }
        let retry = progress.attempts.saturating_sub(1);
        let backoff = full_jitter(retry, self.backoff_base, self.backoff_max, random);
        let wait = backoff.max(self.rest(failure).unwrap_or_default());
        let cost = self.cost;
        match failure {
            Failure::TokenRefused if progress.is_login_spent => Decision::GiveUp,
            Failure::FixedTokenRefused => Decision::GiveUp,
            Failure::TokenRefused => Decision::Repeat { wait: Duration::ZERO, cost },
            Failure::Throttled(_) => Decision::Repeat { wait, cost: self.throttled_cost },
            Failure::Connect(_) => Decision::Repeat { wait, cost },
            Failure::Broken(_) | Failure::Late | Failure::Unclear { .. } if is_read => {
                Decision::Repeat { wait, cost }
            }
            Failure::Broken(_)
            | Failure::Late
            | Failure::Unclear { .. }
            | Failure::Malformed(_)
            | Failure::OffLimits(_)
            | Failure::TooLarge
            | Failure::Refused(_) => Decision::GiveUp,
        }
    }

    /// The rest the marketplace asked for, in full up to the longest we grant.
    pub(crate) fn rest(&self, failure: &Failure) -> Option<Duration> {
        failure.rest().map(|rest| rest.min(self.rest_max))
    }

    /// What the caller is told about trying again what was not applied.
    pub(crate) fn advice(&self, failure: &Failure, progress: Progress) -> Retry {
        match failure {
            Failure::Malformed(_)
            | Failure::OffLimits(_)
            | Failure::Refused(_)
            | Failure::FixedTokenRefused => Retry::Never,
            Failure::TokenRefused if progress.is_login_spent => Retry::Never,
            Failure::TokenRefused
            | Failure::Connect(_)
            | Failure::Throttled(_)
            | Failure::Broken(_)
            | Failure::Late
            | Failure::TooLarge
            | Failure::Unclear { .. } => self.rest(failure).map_or(Retry::Later, Retry::After),
        }
    }
}

#[cfg(test)]
mod tests;
