//! `simulate [--days N] [--seed S] [--postgres] [--differences] [--loud] [--break MUTANT]`: scenarios
//! until so many days have passed. With a seed and no days, that scenario alone.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool prints")]

use std::process::ExitCode;

use trueup_delivery::Mutant;
use trueup_simulation::{Options, Series, series, simulate};

const USAGE: &str = "usage: cargo xtask simulate [--days N] [--seed S] [--postgres] [--differences] \
                     [--loud] [--break MUTANT]";

fn main() -> ExitCode {
    let Some((days, seed, options)) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let outcome = match (days, seed) {
        (None, Some(seed)) => simulate(seed, options).map(|lived| lived.to_string()),
        (days, seed) => {
            let first = seed.unwrap_or_else(|| fastrand::u64(..) >> 16);
            let wanted = Series { first, days: days.unwrap_or(500), options };
            println!("the first seed is {first}");
            series(wanted).map(|lived| lived.to_string())
        }
    };
    match outcome {
        Ok(lived) => {
            println!("{lived}, no rule broken");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn mutant(name: &str) -> Option<Mutant> {
    Mutant::ALL.iter().copied().find(|mutant| format!("{mutant:?}") == name)
}

/// Days, seed and options; `None` where they cannot be read.
fn arguments() -> Option<(Option<i64>, Option<u64>, Options)> {
    let (mut days, mut seed, mut options) = (None, None, Options::default());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--days" => days = Some(words.next()?.parse().ok()?),
            "--seed" => seed = Some(words.next()?.parse().ok()?),
            "--postgres" => options.on_postgres = true,
            "--differences" => options.are_differences = true,
            "--loud" => options.is_loud = true,
            "--break" => options.broken = Some(mutant(&words.next()?)?),
            _ => return None,
        }
    }
    Some((days, seed, options))
}
