//! Every mode and fault over real HTTP: what goes over the wire, and what is on the books.
#![expect(clippy::unwrap_used, reason = "tests")]

mod booking;
mod client;
mod consent;
mod faults;
mod limits;
mod login;
mod modes;
mod queries;
mod repeating;
