//! Tests that throw dice say with which seed, so that a failure can be had again.

use std::fmt::Display;
use std::io::Write;
use std::str::FromStr;

/// A number from the environment, for longer runs than those of every commit.
///
/// # Panics
/// Where it is set to something else than a number.
#[must_use]
pub fn knob<T: FromStr + Display>(name: &str, usual: T) -> T {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} must be a number: {text}")),
        Err(_) => usual,
    }
}

/// Dice with a fresh seed, or with that of `TESTBED_SEED`. The seed is printed past the test
/// harness, which shows what a test prints only where it fails.
#[must_use]
pub fn dice(test: &str) -> fastrand::Rng {
    let seed: u64 = knob("TESTBED_SEED", fastrand::u64(..));
    let _nowhere_to_say_it = writeln!(std::io::stderr(), "{test}: TESTBED_SEED={seed}");
    fastrand::Rng::with_seed(seed)
}
