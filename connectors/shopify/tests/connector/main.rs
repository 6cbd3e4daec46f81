//! What the connector promises, over a scripted wire and over real HTTP.

#![expect(clippy::unwrap_used, reason = "tests")]

mod access;
mod faults;
mod feeds;
mod lookup;
mod loopback;
mod outcomes;
mod points;
mod requests;
mod settings;
mod stale;
mod support;
