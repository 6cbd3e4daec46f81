//! The pipeline over real loopback HTTP, against a server with scripted behaviour.
#![expect(clippy::unwrap_used, reason = "tests")]

mod allowance;
mod connection;
mod login;
mod manners;
mod outage;
mod policy;
mod secrecy;
mod support;
mod tokens;
mod unclear;
mod vault;
