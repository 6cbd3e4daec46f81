//! The simulation finds no broken rule, and every rule that is broken on purpose.

mod days;
mod mutants;
