//! Ending the process at a named point, for tests of what survives it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::failure::Failure;

/// `<failpoint>` or `<failpoint>:<n>`: the n-th time it is passed, the process ends without any
/// clearing up.
const VARIABLE: &str = "TRUEUP_CRASH_AT";

/// Arms the failpoint that the environment names, if it names one.
pub fn arm() -> Result<(), Failure> {
    let Ok(wanted) = std::env::var(VARIABLE) else {
        return Ok(());
    };
    let (point, nth) = parse(&wanted);
    let passed = AtomicU64::new(0);
    let crash = move || {
        if passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            std::process::abort();
        }
    };
    fail::cfg_callback(point, crash)
        .map_err(|error| Failure::usage(format!("{VARIABLE} cannot be armed: {error}")))
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
