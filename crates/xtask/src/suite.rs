//! Everything that CI runs, in the order in which it fails fastest.

use std::process::Command;
use std::time::Instant;

use crate::{connectors, directions, generated, postgres, reliability, sizes};

/// A step: what it shows, and the arguments of cargo.
type Step = (&'static str, &'static [&'static str]);

const DIES: &[&str] = &[
    "test",
    "--locked",
    "--package",
    "trueup-tests",
    "--features",
    "failpoints",
    "--",
    "crash::",
    "sleepwalkers::",
];

const STORE_DIES: &[&str] = &[
    "test",
    "--locked",
    "--package",
    "trueup-store",
    "--features",
    "failpoints",
    "--test",
    "crashes",
    "--test",
    "import_crashes",
];

const SIMULATES: &[&str] = &[
    "test",
    "--locked",
    "--package",
    "trueup-simulation",
    "--features",
    "mutants",
    "--",
    "--test-threads=1",
];

const STEPS: &[Step] = &[
    ("formatted", &["fmt", "--all", "--check"]),
    (
        "no lint warns",
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
    ),
    ("tests", &["test", "--workspace", "--locked", "--no-fail-fast"]),
    ("the program dies or is stopped at each point", DIES),
    ("the store dies at each point", STORE_DIES),
    ("no rule breaks in simulated days, and broken rules show", SIMULATES),
    ("documentation builds", &["doc", "--workspace", "--no-deps", "--locked"]),
];

/// Runs every step and stops at the first that fails.
pub fn run() -> Result<String, String> {
    let started = Instant::now();
    println!("== {}", directions::check()?);
    println!("== {}", sizes::check()?);
    println!("== {}", reliability::check()?);
    println!("== {}", postgres::provide()?);
    for (shows, arguments) in STEPS {
        println!("== {shows}: cargo {}", arguments.join(" "));
        let status = Command::new(env!("CARGO"))
            .args(*arguments)
            .env("TESTBED_POSTGRES", "required")
            .env("TESTBED_ZEEP", "required")
            .env("RUSTDOCFLAGS", "-D warnings")
            .status()
            .map_err(|error| format!("cargo cannot be run: {error}"))?;
        if !status.success() {
            return Err(format!("failed: {shows} (cargo {})", arguments.join(" ")));
        }
    }
    println!("== {}", connectors::check(false)?);
    println!("== {}", generated::check()?);
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    Ok(format!("everything passed in {minutes:.1} minutes"))
}
