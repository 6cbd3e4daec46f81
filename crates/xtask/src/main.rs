//! Chores of this repository, each a check that can fail: `cargo xtask test` runs them all.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool prints")]

mod directions;
mod postgres;
mod sizes;
mod suite;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test        everything that CI runs
       cargo xtask directions  which crate depends on which
       cargo xtask sizes       no file over 300 lines
       cargo xtask postgres    that a PostgreSQL server can be started for tests";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let done = match chore.as_str() {
        "test" => suite::run(),
        "directions" => directions::check(),
        "sizes" => sizes::check(),
        "postgres" => postgres::provide(),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
