//! The simulator over real HTTP: what is recorded of the service, and every mode.

#![expect(clippy::unwrap_used, reason = "tests")]

mod client;
mod cost;
mod faults;
mod keys;
mod login;
mod rows;
mod schema;
mod store;
