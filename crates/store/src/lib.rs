//! What trueup remembers, in SQLite or PostgreSQL.
//!
//! Work on many rows is one set-based statement or a stream; nothing here asks the database about
//! one product after the other.

mod error;
mod migrations;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use store::{Durability, SQLITE_VERSION_MIN, Store};
