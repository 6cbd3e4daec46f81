//! The promises of the listing state machine.
#![expect(clippy::unwrap_used, reason = "tests")]

mod laws;
mod model;
mod moves;
mod steps;
