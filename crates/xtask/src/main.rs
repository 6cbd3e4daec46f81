//! Chores of this repository, each a check that can fail: `cargo xtask test` runs them all.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool prints")]

mod connectors;
mod directions;
mod generated;
mod new_connector;
mod postgres;
mod reliability;
mod simulate;
mod sizes;
mod suite;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test        everything that CI runs
       cargo xtask directions  which crate depends on which
       cargo xtask sizes       no file over 300 lines
       cargo xtask connectors  that docs/connectors.md tells what is so; `--write` makes it so
       cargo xtask new-connector NAME [FOLDER]  a copy of the template under another name
       cargo xtask generated   that new connectors, here and elsewhere, conform from the first test
       cargo xtask reliability that the tests named in docs/reliability.md exist
       cargo xtask postgres    that a PostgreSQL server can be started for tests
       cargo xtask simulate    days against simulated marketplaces: [--days N] [--seed S] [--postgres] [--differences] [--loud]";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let done = match chore.as_str() {
        "test" => suite::run(),
        "connectors" => connectors::check(std::env::args().nth(2).as_deref() == Some("--write")),
        "new-connector" => new_connector::make(std::env::args().nth(2), std::env::args().nth(3)),
        "generated" => generated::check(),
        "directions" => directions::check(),
        "sizes" => sizes::check(),
        "reliability" => reliability::check(),
        "postgres" => postgres::provide(),
        "simulate" => simulate::run(&std::env::args().skip(2).collect::<Vec<_>>()),
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
