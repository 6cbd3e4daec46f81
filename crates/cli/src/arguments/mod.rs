//! The command line: the stable contract with people and scripts.

mod command;
mod connect;
mod feed;
mod import;
mod journal;
mod listings;
mod printing;
mod products;
mod sandbox;

pub use command::{Arguments, Command};
pub use connect::Connect;
pub use feed::Feed;
pub use import::{Import, Imported};
pub use journal::Journal;
pub use listings::Listings;
pub use printing::{Format, Printing};
pub use products::{Alias, ExternalStock, OptIn, Pairs, Products};
pub use sandbox::Sandbox;
