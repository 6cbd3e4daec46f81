//! A company for tests: a folder of settings, a database, the real program, and a simulated
//! Wayfair on loopback. The tests themselves are in `tests/whole`.

mod books;
mod chance;
mod cutter;
mod database;
mod ledger;
mod program;
mod shop;
mod small_disk;

pub use books::Books;
pub use chance::{dice, knob};
pub use cutter::{Cut, Cutter};
pub use database::{WHOLE, copy_database, execute};
pub use ledger::{Inputs, Ledger, Said};
pub use program::{Finished, Started};
pub use shop::{CHANNEL, SUPPLIER, Shop};
pub use small_disk::{SmallDisk, address_in};
