//! Companies for tests: a folder of settings, a database, the real program, and simulated
//! marketplaces on loopback. The tests themselves are in `tests/whole`.

mod books;
mod browser;
mod chance;
mod company;
mod conversation;
mod cutter;
mod database;
mod five;
mod folder;
mod ledger;
mod program;
mod reader;
mod shop;
mod small_disk;

pub use books::Books;
pub use browser::free_address;
pub use chance::{dice, knob};
pub use company::Company;
pub use cutter::{Cut, Cutter};
pub use database::{WHOLE, copy_database, execute};
pub use five::{CHANNELS, Five, Lines, five_channels, introduce};
pub use folder::Folder;
pub use ledger::{Inputs, Ledger, Said};
pub use program::{Finished, Started};
pub use shop::{CHANNEL, SUPPLIER, Shop};
pub use small_disk::{SmallDisk, address_in};
