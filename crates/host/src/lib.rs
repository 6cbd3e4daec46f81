//! What a host binary embeds: settings, the registry of marketplaces, and every operation of the
//! `trueup` binary as a method of [`Host`].
//!
//! ```no_run
//! use futures::TryStreamExt;
//! use trueup_host::{Host, HostError};
//! // And `use … as _;` for each connector that channel files may name, which links it.
//!
//! #[tokio::main]
//! async fn main() -> Result<(), HostError> {
//!     let host = Host::builder().config_dir("shop").open().await?;
//!
//!     let mut figures = std::pin::pin!(host.figures(&[]).await?);
//!     while let Some(product) = figures.try_next().await? {
//!         println!("{}: {:?} available", product.product_code, product.available);
//!     }
//!
//!     tokio::select! {
//!         done = host.run() => done, // every schedule of every enabled channel
//!         _ = tokio::signal::ctrl_c() => { host.stop(); Ok(()) }
//!     }
//! }
//! ```
//!
//! `examples/embedded` is a whole program with tables and a web server of its own.

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
