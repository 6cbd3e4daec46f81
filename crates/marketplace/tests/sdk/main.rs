//! What the SDK promises to connectors and to hosts.

#![expect(clippy::unwrap_used, reason = "tests")]

mod admission;
mod contract;
mod endpoint;
mod envelope;
mod envelope_laws;
mod json;
mod mailbox;
mod oauth;
mod opening;
mod receipt;
mod registry;
mod report;
mod secret;
mod support;
mod wire;
