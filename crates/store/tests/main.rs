//! The store, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "tests")]

mod delivery;
mod inputs;
