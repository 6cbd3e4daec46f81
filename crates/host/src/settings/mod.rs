//! Settings: `trueup.toml`, a file per channel and environment variables, merged and judged.
//!
//! [`load`] reports every problem of every file at once, each with its place and what would fix it,
//! and never shows a secret. It reads files and judges them; it opens no connection.
//!
//! ```text
//! files ─▶ documents ─┐                     ┌─▶ trueup.toml's form ─────────▶ Settings
//! (toml, lines)       ├─▶ merged (figment) ─┤   secrets ─▶ schema ─▶ meaning
//! variables ──────────┘   value and place   └─▶ each channel's form, the connector's schema
//! ```

mod channel;
mod core;
mod database;
mod document;
mod environment;
mod finding;
mod form;
mod guard;
mod init;
mod key_path;
mod load;
mod merged;
mod model;
mod opening;
mod polled;
mod problem;
mod report;
mod schema;
mod schema_walk;
mod secrets;
mod sources;
mod suggest;
mod terms;
mod wording;

pub use database::Database;
pub use init::{example_capabilities, init_files};
pub use load::load;
pub use model::{ChannelSettings, Settings};
pub(crate) use polled::judge_url;
pub use polled::{Certificate, PolledSettings};
pub use problem::{Place, Problem, Problems};
pub use schema::schema;
pub use terms::{canonical_terms, terms, terms_fingerprint};
