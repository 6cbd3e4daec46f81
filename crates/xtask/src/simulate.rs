//! The simulation by hand: another length, another seed, another database.

use std::process::Command;

/// Hands its arguments to the program `simulate`, built with what it needs.
pub fn run(arguments: &[String]) -> Result<String, String> {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--package", "trueup-simulation"])
        .args(["--features", "mutants", "--bin", "simulate", "--"])
        .args(arguments)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    match status.success() {
        true => Ok("the simulation found no broken rule".to_owned()),
        false => Err("the simulation did not succeed".to_owned()),
    }
}
