//! Settings, as a host loads them.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "settings/acme.rs"]
mod acme;
#[path = "settings/channels.rs"]
mod channels;
#[path = "settings/files.rs"]
mod files;
#[path = "settings/folder.rs"]
mod folder;
#[path = "settings/guard.rs"]
mod guard;
#[path = "settings/messages.rs"]
mod messages;
#[path = "settings/schemas.rs"]
mod schemas;
#[path = "settings/secrets.rs"]
mod secrets;
#[path = "settings/variables.rs"]
mod variables;
