//! What the checker proves, and what it must refuse to prove.
#![expect(clippy::print_stdout, reason = "the numbers and the paths are what these tests are for")]

mod flaws;
mod mutants;
mod naive;
mod ours;
