//! Feeds the inventory of a Shopify store: looks variants up by SKU, and sets their quantities in
//! batches, each compared with what was read before.
//!
//! What a merchant sets up on Shopify's side, and what is assumed rather than documented, is in this
//! crate's README.

mod answer;
mod handshake;
mod plan;
mod settings;
mod shopify;
mod store;
mod telling;
mod variant;

pub use settings::{
    Confirm, Products, Quantity, Settings, WhenChanged, WhenNotStocked, WhenNotTracked,
};
pub use shopify::Shopify;

trueup_marketplace::register!(Shopify);
