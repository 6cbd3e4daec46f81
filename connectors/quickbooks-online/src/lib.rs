//! Feeds the quantities on hand of a QuickBooks Online company: what is there is read, and the
//! difference is booked as an inventory adjustment, once per key.
//!
//! What a company sets up at QuickBooks, and what is assumed rather than documented, is in this
//! crate's README.

mod fault;
mod item;
mod plan;
mod quickbooks;
mod settings;

pub use quickbooks::QuickBooksOnline;
pub use settings::{Environment, MatchBy, Settings};

trueup_marketplace::register!(QuickBooksOnline);
