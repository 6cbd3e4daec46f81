//! Ending or stopping the process at a named point, for tests of what survives it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::failure::Failure;

/// `<failpoint>` or `<failpoint>:<n>`: the n-th time it is passed, the process ends without any
/// clearing up.
const CRASH_AT: &str = "TRUEUP_CRASH_AT";

/// The same, except that the process stops as by `kill -STOP`, until somebody wakes it.
const STOP_AT: &str = "TRUEUP_STOP_AT";

/// Arms the failpoints that the environment names, if it names any.
pub fn arm() -> Result<(), Failure> {
    arm_one(CRASH_AT, || std::process::abort())?;
    arm_one(STOP_AT, stop)
}

fn arm_one(variable: &str, act: fn()) -> Result<(), Failure> {
    let Ok(wanted) = std::env::var(variable) else {
        return Ok(());
    };
    let (point, nth) = parse(&wanted);
    let passed = AtomicU64::new(0);
    let passing = move || {
        if passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            act();
        }
    };
    fail::cfg_callback(point, passing)
        .map_err(|error| Failure::usage(format!("{variable} cannot be armed: {error}")))
}

/// Every thread stops, also the one that waits for `kill` here.
fn stop() {
    let id = std::process::id().to_string();
    let _resumed = std::process::Command::new("kill").args(["-STOP", &id]).status();
}

fn parse(wanted: &str) -> (&str, u64) {
    let counted = wanted.rsplit_once(':').and_then(|(point, nth)| Some((point, nth.parse().ok()?)));
    counted.unwrap_or((wanted, 1))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_point_may_be_counted() {
        assert_eq!(parse("runner::sent"), ("runner::sent", 1));
        assert_eq!(parse("runner::sent:3"), ("runner::sent", 3));
    }
}
