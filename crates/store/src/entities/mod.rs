//! Rows that are looked up one at a time.

pub(crate) mod channel;
pub(crate) mod external_stock;
pub(crate) mod product;
