//! Feeds the Template shop: absolute levels per part number and warehouse, in batches, each line
//! judged in the answer.
//!
//! What to set up at the shop, and what is assumed rather than documented, is in this crate's
//! README.

mod answer;
mod settings;
mod template;

pub use settings::Settings;
pub use template::Template;

trueup_marketplace::register!(Template);
