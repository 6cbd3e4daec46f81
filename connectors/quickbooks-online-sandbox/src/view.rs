//! What `GET /state` shows.

use serde::Serialize;

use crate::company::Company;
use crate::world::Calls;

/// Everything on the simulated company's books.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateView {
    /// Every item, in the order they came into being.
    pub items: Vec<ItemView>,
    /// How many adjustments were booked.
    pub adjustments: u64,
    /// Queries that were executed, which QuickBooks meters.
    pub queries: u64,
}

/// One item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemView {
    /// Its id.
    pub id: String,
    /// Its SKU.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// What is on hand.
    pub on_hand: f64,
}

impl StateView {
    #[expect(clippy::cast_precision_loss, reason = "a simulated quantity is small")]
    pub(crate) fn of(company: &Company, calls: Calls) -> Self {
        let items = company.items().map(|item| ItemView {
            id: item.id.to_string(),
            sku: item.sku.clone(),
            name: item.name.clone(),
            on_hand: item.on_hand as f64 / 10_000.0,
        });
        let (items, adjustments) = (items.collect(), company.adjustments());
        Self { items, adjustments, queries: calls.queries }
    }

    /// What is on hand of the first item with this SKU.
    #[must_use]
    pub fn on_hand(&self, sku: &str) -> Option<f64> {
        self.items.iter().find(|item| item.sku == sku).map(|item| item.on_hand)
    }
}
