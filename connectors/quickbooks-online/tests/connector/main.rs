//! The connector against the simulated company, over real HTTP and through the real exchange.

#![expect(clippy::unwrap_used, reason = "tests")]

mod booking;
mod login;
mod outcomes;
mod settings;
mod support;
