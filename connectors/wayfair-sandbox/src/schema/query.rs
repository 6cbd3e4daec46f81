//! The optional read side: `transactions` and `inventory`.

use async_graphql::{Context, Object, Result, SimpleObject};
use jiff::Timestamp;

use crate::line::Key;
use crate::schema::filter::{
    Filter, InventoryFilterField, OrderingInput, Row, Selection, TransactionFilterField,
};
use crate::schema::transaction::Transaction;
use crate::state::Level;
use crate::world::Shared;

#[derive(Debug, SimpleObject)]
pub(crate) struct Warehouse {
    id: Option<i32>,
    name: Option<String>,
}

#[derive(Debug, SimpleObject)]
pub(crate) struct WayfairProduct {
    sku: Option<String>,
    name: Option<String>,
    status: Option<String>,
    status_detail: Option<String>,
}

/// A stored listing. `product` is null: there is no catalogue behind the listings.
#[derive(Debug, SimpleObject)]
pub(crate) struct Inventory {
    supplier_part_number: Option<String>,
    quantity_on_hand: Option<i32>,
    quantity_backordered: Option<i32>,
    quantity_on_order: Option<i32>,
    discontinued: Option<bool>,
    item_next_availability_date: Option<String>,
    warehouse: Option<Warehouse>,
    product: Option<WayfairProduct>,
}

impl From<(&Key, &Level)> for Inventory {
    fn from((key, level): (&Key, &Level)) -> Self {
        Self {
            supplier_part_number: Some(key.part.to_string()),
            quantity_on_hand: Some(level.on_hand),
            quantity_backordered: level.backordered,
            quantity_on_order: level.on_order,
            discontinued: Some(level.discontinued),
            item_next_availability_date: level.next_available.clone(),
            warehouse: Some(Warehouse {
                id: Some(key.supplier_id),
                name: Some(format!("Warehouse {}", key.supplier_id)),
            }),
            product: None,
        }
    }
}

impl Row for (&Key, &Level) {
    fn value(&self, field: &str) -> Option<String> {
        let (key, level) = self;
        match field {
            "supplierPartNumber" => Some(key.part.to_string()),
            "quantityOnHand" => Some(level.on_hand.to_string()),
            "quantityBackordered" => level.backordered.map(|quantity| quantity.to_string()),
            "quantityOnOrder" => level.on_order.map(|quantity| quantity.to_string()),
            "discontinued" => Some(level.discontinued.to_string()),
            "itemNextAvailabilityDate" => level.next_available.clone(),
            "warehouseId" => Some(key.supplier_id.to_string()),
            _ => None,
        }
    }
}

type Filters<F> = Option<Vec<Option<Filter<F>>>>;
type Orderings = Option<Vec<Option<OrderingInput>>>;
type Listings = Option<Vec<Option<Inventory>>>;

pub(crate) struct Query;

#[Object]
impl Query {
    async fn inventory(
        &self,
        context: &Context<'_>,
        filters: Filters<InventoryFilterField>,
        ordering: Orderings,
        #[graphql(default_with = "Some(10)")] limit: Option<i32>,
        #[graphql(default_with = "Some(0)")] offset: Option<i32>,
    ) -> Result<Listings> {
        listings(context, filters, ordering, (limit, offset))
    }

    async fn product_inventory(
        &self,
        context: &Context<'_>,
        filters: Filters<InventoryFilterField>,
        ordering: Orderings,
        #[graphql(default_with = "Some(10)")] limit: Option<i32>,
        #[graphql(default_with = "Some(0)")] offset: Option<i32>,
    ) -> Result<Listings> {
        listings(context, filters, ordering, (limit, offset))
    }

    async fn transactions(
        &self,
        context: &Context<'_>,
        filters: Filters<TransactionFilterField>,
        ordering: Orderings,
        #[graphql(default_with = "Some(10)")] limit: Option<i32>,
        #[graphql(default_with = "Some(0)")] offset: Option<i32>,
    ) -> Result<Option<Vec<Option<Transaction>>>> {
        let selection = Selection { filters, ordering, limit, offset };
        let now = Timestamp::now();
        let mut world = context.data::<Shared>()?.lock();
        world.calls.transactions += 1;
        let (book, modes) = world.book_and_modes();
        book.settle(now);
        let feeds = book.feeds().cloned();
        let rows = feeds.map(|feed| Transaction::read(feed, &modes.shapes, now));
        Ok(Some(selection.of(rows).into_iter().map(Some).collect()))
    }
}

fn listings(
    context: &Context<'_>,
    filters: Filters<InventoryFilterField>,
    ordering: Orderings,
    (limit, offset): (Option<i32>, Option<i32>),
) -> Result<Listings> {
    let selection = Selection { filters, ordering, limit, offset };
    let mut world = context.data::<Shared>()?.lock();
    world.calls.inventory += 1;
    let (book, _) = world.book_and_modes();
    book.settle(Timestamp::now());
    let rows = selection.of(book.levels()).into_iter();
    Ok(Some(rows.map(|row| Some(row.into())).collect()))
}
