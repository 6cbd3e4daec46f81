//! Days with a fresh seed each time.

use std::time::Instant;

use trueup_simulation::{Options, Series, series, simulate};

/// How many days are simulated where `SIMULATED_DAYS` does not say.
const DAYS: i64 = 500;

#[test]
fn no_rule_breaks_in_500_days() {
    let days = std::env::var("SIMULATED_DAYS").ok().and_then(|days| days.parse().ok());
    let first = fastrand::u64(..) >> 16;
    trueup_testbed::report(&format!("simulation: the first seed is {first}"));
    let began = Instant::now();
    let wanted = Series { first, days: days.unwrap_or(DAYS), options: Options::default() };
    match series(wanted) {
        Ok(lived) => {
            let took = began.elapsed().as_secs();
            trueup_testbed::report(&format!("simulation: {lived} in {took} s, no rule broken"));
        }
        Err(failure) => panic!("{failure}"),
    }
}

/// Marketplaces to which writes add: nothing is booked twice, whatever is lost.
#[test]
fn no_rule_breaks_in_100_days_of_differences() {
    let first = fastrand::u64(..) >> 16;
    trueup_testbed::report(&format!("simulation of differences: the first seed is {first}"));
    let options = Options { are_differences: true, ..Options::default() };
    match series(Series { first, days: 100, options }) {
        Ok(lived) => trueup_testbed::report(&format!("simulation of differences: {lived}")),
        Err(failure) => panic!("{failure}"),
    }
}

/// A whole True-Up that landed late set to 0 what had been told for the first time since.
#[test]
fn a_seed_that_once_broke_a_rule_holds() {
    if let Err(failure) = simulate(150_518_601_753_187, Options::default()) {
        panic!("{failure}");
    }
}

#[test]
fn a_seed_repeats_itself() {
    let once = || simulate(7, Options::default()).expect("no rule breaks");
    assert_eq!(once(), once());
}

#[test]
fn the_same_holds_on_postgresql() {
    let database = trueup_testbed::TestDatabase::postgres();
    if database.is_none() {
        return;
    }
    let options = Options { on_postgres: true, ..Options::default() };
    if let Err(failure) = series(Series { first: fastrand::u64(..) >> 16, days: 10, options }) {
        panic!("{failure}");
    }
}
