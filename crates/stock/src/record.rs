//! What comes in: one record per row of a products, stock or orders file, parsed and checked.

use jiff::civil::Date;

use crate::{
    ChannelName, LineQuantities, LocationCode, OrderCode, ProductCode, Quantity, Standing,
};

/// A record and the row of its file, so that later checks can still point at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered<T> {
    /// The row, counted as a person sees it: a header is row 1.
    pub row: u64,
    /// The record.
    pub record: T,
}

/// A product, as stated by its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRecord {
    /// Its identity.
    pub code: ProductCode,
    /// What people call it.
    pub name: String,
    /// Whether it is sold at all.
    pub active: bool,
    /// Whether it will not be made again.
    pub discontinued: bool,
    /// Expected from production or suppliers.
    pub incoming: Option<Quantity>,
    /// When more is expected.
    pub next_available_on: Option<Date>,
    /// The channels it is opted in to, exactly; `None` leaves the opt-ins as they are.
    pub marketplaces: Option<Vec<ChannelName>>,
}

/// The stock of a product at a location: sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRecord {
    /// The product.
    pub product: ProductCode,
    /// Where.
    pub location: LocationCode,
    /// How much; never negative.
    pub quantity: Quantity,
}

/// A sales-order line. The records of one order replace all lines it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLineRecord {
    /// The order.
    pub order: OrderCode,
    /// The line's number as stated; `None` takes the order of the rows.
    pub line: Option<String>,
    /// The product.
    pub product: ProductCode,
    /// The line's numbers; none is negative.
    pub quantities: LineQuantities,
    /// Where the order stands; the same on each of its lines.
    pub standing: Standing,
}

/// A fixed count for a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalStockRecord {
    /// The product.
    pub product: ProductCode,
    /// The count to send instead of the real one; never negative.
    pub quantity: Quantity,
}

/// A row that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The file it came from, as the person named it.
    pub file: String,
    /// The row, counted as a person sees it.
    pub row: u64,
    /// The column, where one is to blame.
    pub column: Option<String>,
    /// What is wrong and what would fix it.
    pub reason: String,
    /// The order it belongs to, where that could be read: an order is taken whole or not at all.
    pub order: Option<OrderCode>,
}
