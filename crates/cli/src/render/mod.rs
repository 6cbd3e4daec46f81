//! Printing: the same rows as a table for people, as JSON or as CSV.
//!
//! Rows are pushed one at a time, so that a million of them pass through without being kept.

mod amount;
mod cell;
mod column;
mod delimited;
mod document;
mod ink;
mod json;
mod rows;
mod table;
mod tree;
mod waiting;

pub use amount::{counted, instant};
pub use cell::{Row, harmless, text};
pub use column::Column;
pub use document::document;
pub use ink::Ink;
pub use rows::{RowPrinter, print_rows};
pub use tree::{Node, print_tree};
pub use waiting::Waiting;
