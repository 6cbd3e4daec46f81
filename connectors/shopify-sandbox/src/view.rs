//! What `GET /state` shows.

use serde::Serialize;

use crate::store::{Store, item_id, variant_id};
use crate::world::Calls;

/// Everything the simulated shop holds, sorted by SKU, item and location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateView {
    /// Every level of every inventory item.
    pub lines: Vec<LineView>,
    /// How many GraphQL requests arrived, whatever came of them.
    pub requests: u64,
    /// How many of them set quantities.
    pub sets: u64,
}

/// One inventory item at one location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LineView {
    /// The SKU of the variant.
    pub sku: String,
    /// The global id of the variant.
    pub variant: String,
    /// The global id of the inventory item.
    pub inventory_item: String,
    /// The number of the location.
    pub location: String,
    /// What can be sold.
    pub available: i64,
    /// What is sold and not shipped.
    pub committed: i64,
    /// What lies there.
    pub on_hand: i64,
    /// Whether the item is stocked there.
    pub is_active: bool,
    /// Whether Shopify counts it at all.
    pub is_tracked: bool,
    /// Of the product: `ACTIVE`, `DRAFT`, …
    pub status: String,
}

impl StateView {
    pub(crate) fn of(store: &Store, calls: Calls) -> Self {
        let lines = store.levels().filter_map(|((number, location), level)| {
            let variant = store.variant(*number)?;
            Some(LineView {
                sku: variant.sku.clone(),
                variant: variant_id(*number),
                inventory_item: item_id(*number),
                location: location.to_string(),
                available: level.available,
                committed: level.committed,
                on_hand: level.quantity("on_hand"),
                is_active: level.is_active,
                is_tracked: variant.is_tracked,
                status: variant.status.to_owned(),
            })
        });
        let mut lines: Vec<LineView> = lines.collect();
        lines.sort_unstable();
        Self { lines, requests: calls.graphql, sets: calls.sets }
    }

    /// The first level of a SKU at a location.
    #[must_use]
    pub fn line(&self, location: u64, sku: &str) -> Option<&LineView> {
        let location = location.to_string();
        self.lines.iter().find(|line| line.sku == sku && line.location == location)
    }

    /// What can be sold of a SKU at a location.
    #[must_use]
    pub fn available(&self, location: u64, sku: &str) -> Option<i64> {
        self.line(location, sku).map(|line| line.available)
    }
}
