//! What people state: products, stock, orders, fixed counts, opt-ins and aliases.

mod external_stock;
mod import;
mod marks;
mod order_rules;
mod order_tables;
mod orders;
mod products;
mod refused;
mod runs;
mod selected;
mod stage;
mod stock;

pub use import::{BadRows, Import, ImportReport};
pub use stage::Record;
