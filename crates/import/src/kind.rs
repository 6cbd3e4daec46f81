//! The kinds of files: their columns and the records these become.

pub(crate) mod codes;
mod heads;
mod order_book;
pub(crate) mod orders;
pub(crate) mod products;
pub(crate) mod stock;
