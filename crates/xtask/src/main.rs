//! Chores of this repository, each a check that can fail: `cargo run -p trueup-xtask -- directions`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool prints")]

mod directions;
mod sizes;

use std::process::ExitCode;

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let done = match chore.as_str() {
        "directions" => directions::check(),
        "sizes" => sizes::check(),
        _ => Err("usage: cargo run -p trueup-xtask -- directions|sizes".to_owned()),
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
