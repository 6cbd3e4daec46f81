//! Feeds Wayfair's dropship inventory: absolute levels per part number and supplier id, by True-Up
//! and Differential, confirmed by ticket where Wayfair offers to tell.
//!
//! What a supplier sets up on Wayfair's side, and what is assumed rather than documented, is in
//! this crate's README.

mod answer;
mod feed;
mod settings;
mod transaction;
mod wayfair;

pub use settings::{Confirm, Environment, Settings, WhenBackordered};
pub use wayfair::Wayfair;

trueup_marketplace::register!(Wayfair);
