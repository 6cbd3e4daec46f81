//! Feeds whoever takes files: EDI houses, portals with an upload folder, and marketplaces without
//! an API. Each batch becomes one complete file in a folder; where the reader leaves an
//! acknowledgement beside it, the feed is confirmed, and otherwise it is *submitted, not confirmed*.
//!
//! The form of the files and of the acknowledgements is in this crate's README.

mod acknowledgement;
mod column;
mod content;
mod file_drop;
mod folder;
mod settings;

pub use column::{Column, Template};
pub use file_drop::FileDrop;
pub use settings::{Format, Settings};

trueup_marketplace::register!(FileDrop);
