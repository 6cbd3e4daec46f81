//! Every mode and fault over real HTTP: what goes over the wire, and what is stored.
#![expect(clippy::unwrap_used, reason = "tests")]

mod client;
mod documents;
mod faults;
mod feeds;
mod lifecycle;
mod login;
mod reads;
mod schema;
mod throttle;
