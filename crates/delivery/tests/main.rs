//! The promises of the listing state machine.
#![expect(clippy::unwrap_used, reason = "tests")]

mod laws;
mod left_out;
mod model;
mod moves;
mod steps;
