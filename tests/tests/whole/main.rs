//! What the whole product must survive, each with a test on the real program, a real database and
//! real sockets.

#![expect(missing_docs, reason = "tests state their promise in their names")]

#[cfg(feature = "failpoints")]
mod crash;
mod daemon;
mod faults;
mod leaving;
mod main_job;
mod northwind;
mod odd_input;
mod two_runners;
