//! What the engine computes per product: arithmetic on stock and demand.
//!
//! Incoming quantity, next availability date and the discontinued mark are stated by people, not
//! computed; they travel with the [`Product`](crate::Product).

use serde::Serialize;

use crate::Quantity;

/// The figures of one product.
///
/// `net`, `available` and `backordered` follow from the other two, so they are set only by
/// [`Figures::compute`]. A product without any stock record has *unknown* figures: `stock` is
/// `None`, and so is all that depends on it. Unknown is not zero.
///
/// Laws: `net = stock − on_orders`, `net = available − backordered`, both are ≥ 0 and never both
/// positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Stock on hand, all locations together.
    pub stock: Option<Quantity>,
    /// Unshipped demand of the sales orders that count.
    pub on_orders: Quantity,
    /// Stock less demand; may be negative.
    pub net: Option<Quantity>,
    /// What may be sold: `max(0, net)`.
    pub available: Option<Quantity>,
    /// What is missing to satisfy present orders: `max(0, on_orders − stock)`.
    pub backordered: Option<Quantity>,
}

impl Figures {
    /// Computes the figures from stock (unknown where there is no record) and demand.
    #[must_use]
    pub fn compute(stock: Option<Quantity>, on_orders: Quantity) -> Self {
        let net = stock.map(|stock| stock.minus(on_orders));
        Self {
            stock,
            on_orders,
            net,
            available: net.map(Quantity::or_zero),
            backordered: stock.map(|stock| on_orders.minus(stock).or_zero()),
        }
    }
}
