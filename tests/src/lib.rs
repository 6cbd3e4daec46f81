//! A company for tests: a folder of settings, a database, the real program, and a simulated
//! Wayfair on loopback. The tests themselves are in `tests/whole`.

mod program;
mod shop;

pub use program::{Finished, Started};
pub use shop::{CHANNEL, SUPPLIER, Shop};
