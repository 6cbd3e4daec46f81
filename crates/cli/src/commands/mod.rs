//! The commands, one file for each or for a family.

mod adopt;
mod audit;
mod check;
mod connect;
mod connectors;
mod doctor;
mod execute;
mod explain;
mod external_stock;
mod feed_lines;
mod feeds;
mod figures;
mod health;
mod import;
mod init;
mod journal;
mod levers;
mod listings;
mod opt;
mod preview;
mod products;
mod qwc;
mod run;
pub mod sandbox;
mod schema;
mod send;
mod status;

pub use execute::execute;
pub use explain::print as print_explanation;
pub use feed_lines::summary as feed_summary;
pub use figures::print_figures;
pub use preview::print_held;
