//! What the connector promises, over a scripted wire and over real HTTP.

#![expect(clippy::unwrap_used, reason = "tests")]

mod answers;
mod evidence;
mod faults;
mod feeds;
mod login;
mod loopback;
mod requests;
mod settings;
mod settling;
mod support;
mod verdicts;
