//! What trueup remembers, in SQLite or PostgreSQL.
//!
//! Work on many rows is one set-based statement or a stream; nothing here asks the database about
//! one product after the other.

mod candidates;
mod delivery;
mod error;
mod feeds;
mod ids;
mod leases;
mod migrations;
mod selection;
mod status;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use ids::{ChannelId, FeedId};
pub use selection::{Products, SelectionReport};
pub use store::{Durability, SQLITE_VERSION_MIN, Store};
