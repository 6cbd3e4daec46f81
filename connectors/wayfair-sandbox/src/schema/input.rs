//! What `save` takes, in both spellings; where both are given the modern one counts.

use async_graphql::{Enum, InputObject};

use crate::feed::Kind;
use crate::line::Offer;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "inventoryFeedKind")]
pub(crate) enum FeedKind {
    TrueUp,
    Differential,
}

impl From<FeedKind> for Kind {
    fn from(kind: FeedKind) -> Self {
        match kind {
            FeedKind::TrueUp => Self::TrueUp,
            FeedKind::Differential => Self::Differential,
        }
    }
}

#[derive(Debug, InputObject)]
#[graphql(name = "inventoryInput")]
pub(crate) struct InventoryInput {
    supplier_id: Option<i32>,
    supplier_part_number: Option<String>,
    quantity_on_hand: Option<i32>,
    quantity_backordered: Option<i32>,
    quantity_on_order: Option<i32>,
    item_next_availability_date: Option<String>,
    product_name_and_options: Option<String>,
    discontinued: Option<bool>,
    #[graphql(name = "supplier_id")]
    old_supplier_id: Option<i32>,
    #[graphql(name = "supplier_part_number")]
    old_supplier_part_number: Option<String>,
    #[graphql(name = "quantity_on_hand")]
    old_quantity_on_hand: Option<i32>,
    #[graphql(name = "quantity_backordered")]
    old_quantity_backordered: Option<i32>,
    #[graphql(name = "quantity_on_order")]
    old_quantity_on_order: Option<i32>,
    #[graphql(name = "item_next_availability_date")]
    old_item_next_availability_date: Option<String>,
    #[graphql(name = "product_name_and_options")]
    old_product_name_and_options: Option<String>,
}

impl From<InventoryInput> for Offer {
    fn from(line: InventoryInput) -> Self {
        Self {
            supplier_id: line.supplier_id.or(line.old_supplier_id),
            part: line.supplier_part_number.or(line.old_supplier_part_number),
            on_hand: line.quantity_on_hand.or(line.old_quantity_on_hand),
            backordered: line.quantity_backordered.or(line.old_quantity_backordered),
            on_order: line.quantity_on_order.or(line.old_quantity_on_order),
            next_available: line
                .item_next_availability_date
                .or(line.old_item_next_availability_date),
            discontinued: line.discontinued,
        }
    }
}
