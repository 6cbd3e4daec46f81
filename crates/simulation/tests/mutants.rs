//! A simulation proves nothing until broken rules break in it.

use std::sync::Mutex;
use std::thread::{available_parallelism, scope};

use trueup_delivery::Mutant;
use trueup_simulation::{Options, simulate};

/// Days within which a broken rule must show.
const DAYS: i64 = 100;

/// Rules that matter where a write adds.
const OF_DIFFERENCES: [Mutant; 1] = [Mutant::TrustsKeysForEver];

/// The days until the simulation noticed, and what.
fn killed(mutant: Mutant) -> Result<(i64, String), String> {
    let are_differences = OF_DIFFERENCES.contains(&mutant);
    let options = Options { broken: Some(mutant), are_differences, ..Options::default() };
    let mut days = 0;
    for seed in 1.. {
        match simulate(seed, options) {
            Ok(lived) => days += lived.days,
            Err(failure) => {
                let accusation = failure.accusation;
                return Ok((days + accusation.day, accusation.to_string()));
            }
        }
        if days >= DAYS {
            break;
        }
    }
    Err(format!("{mutant:?} survived {days} days"))
}

/// Breaks one rule after the other, until none is left; those that nothing showed.
fn survivors(left: &Mutex<Vec<Mutant>>) -> Vec<String> {
    let next = || left.lock().expect("a scenario that panics ends the test").pop();
    let mut survivors = Vec::new();
    while let Some(mutant) = next() {
        match killed(mutant) {
            Ok((day, what)) => {
                trueup_testbed::report(&format!("{mutant:?} killed on day {day}: {what}"));
            }
            Err(why) => survivors.push(why),
        }
    }
    survivors
}

/// Those that `SIMULATED_MUTANTS` names, or all of them.
fn chosen() -> Vec<Mutant> {
    let names = std::env::var("SIMULATED_MUTANTS").unwrap_or_default();
    let is_chosen = |mutant: &Mutant| {
        names.is_empty() || names.split(',').any(|name| name == format!("{mutant:?}"))
    };
    Mutant::ALL.iter().copied().filter(is_chosen).collect()
}

#[test]
fn every_broken_rule_shows_within_100_days() {
    assert!(Mutant::ALL.len() >= 20);
    let left = Mutex::new(chosen());
    let survivors: Vec<String> = scope(|threads| {
        let count = available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..count).map(|_| threads.spawn(|| survivors(&left))).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.flat_map(|survivors| survivors.expect("no scenario panics")).collect()
    });
    assert!(survivors.is_empty(), "{survivors:#?}");
}

#[test]
fn no_rule_breaks_under_the_same_seeds() {
    let mut days = 0;
    for seed in 1.. {
        match simulate(seed, Options::default()) {
            Ok(lived) => days += lived.days,
            Err(failure) => panic!("{failure}"),
        }
        if days >= DAYS {
            return;
        }
    }
}
