//! What a host binary embeds: settings, the registry of marketplaces, and every operation of the
//! `trueup` binary as a method of [`Host`].
//!
//! ```no_run
//! # async fn example() -> Result<(), trueup_host::HostError> {
//! let host = trueup_host::Host::builder().config_dir("shop").open().await?;
//! host.run().await
//! # }
//! ```

mod adopting;
mod alarm;
mod auditing;
mod connecting;
mod error;
mod explain;
mod figures;
mod health;
mod holding;
mod host;
mod importing;
mod journal;
mod linked;
mod listings;
mod metrics;
mod opting;
mod polled;
mod preview;
mod sending;
pub mod settings;
mod source;
mod status;
mod vault;
pub mod views;
mod watching;

pub use adopting::AdoptedView;
pub use auditing::AuditView;
pub use connecting::{Connected, Consent, ConsentDesk};
pub use error::{HostError, HostErrorKind};
pub use host::{Host, HostBuilder};
pub use importing::{ImportKind, ImportOrder, Progress};
pub use journal::{JournalEntryView, JournalView, ToldView};
pub use linked::{connectors, init_files, schema};
pub use opting::{Pairs, Selection};
pub use source::{Rows, SourceError, StockSource};
pub use trueup_marketplace::{FeedKind, Registry};
pub use trueup_stock::Basis;
pub use trueup_store::{JournalHead, Which};
