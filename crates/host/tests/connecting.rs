//! Connecting a channel by consent, over real HTTP.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

#[path = "connecting/bank.rs"]
mod bank;
#[path = "connecting/consents.rs"]
mod consents;
