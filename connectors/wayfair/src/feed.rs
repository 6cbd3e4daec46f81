//! The two documents sent to Wayfair, and a line in its words.

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use trueup_marketplace::{
    Batch, Error, ErrorKind, FeedKind, Line, RemoteLocation, Retry, Ticket, graphql,
};

use crate::settings::WhenBackordered;

const SAVE: &str = "mutation SaveInventory($inventory: [inventoryInput!]!, $feedKind: \
    inventoryFeedKind, $dryRun: Boolean) { inventory { save(inventory: $inventory, feedKind: \
    $feedKind, dryRun: $dryRun) { handle status errorCount errors { key message } } } }";

const TRANSACTION: &str = "query InventoryTransaction($handle: String!) { transactions(filters: \
    [{ field: handle, equals: $handle }], limit: 1) { handle status itemCount errorCount \
    completedCount processingCount errors { key message } } }";

/// The variables of the inventory mutation. Their order is the order of the bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SaveInventory<'a> {
    feed_kind: &'static str,
    dry_run: bool,
    inventory: Vec<InventoryInput<'a>>,
}

/// One line. Zeros are sent like other numbers: whether a field that is left out keeps its old
/// value is not documented.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InventoryInput<'a> {
    supplier_id: i32,
    supplier_part_number: &'a str,
    quantity_on_hand: i64,
    quantity_backordered: i64,
    quantity_on_order: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_next_availability_date: Option<String>,
    discontinued: bool,
}

/// The mutation of a batch. `named_max` limits the list of refused lines; without it Wayfair names
/// ten.
pub(crate) fn save(
    batch: &Batch,
    named_max: Option<usize>,
    policy: WhenBackordered,
) -> Result<Bytes, Error> {
    let feed_kind = match batch.kind {
        FeedKind::TrueUp => "TRUE_UP",
        FeedKind::Differential => "DIFFERENTIAL",
    };
    let inventory = batch.lines.iter().map(|line| input(line, policy)).collect::<Result<_, _>>();
    let inventory = inventory
        .map_err(|why: String| Error::not_applied(ErrorKind::BeyondLimits, Retry::Never, why))?;
    let variables = SaveInventory { feed_kind, dry_run: batch.is_dry_run, inventory };
    Ok(graphql::body(&limited(SAVE, named_max), &variables))
}

/// The question what became of a feed.
pub(crate) fn transaction(ticket: &Ticket, named_max: Option<usize>) -> Bytes {
    graphql::body(&limited(TRANSACTION, named_max), &json!({ "handle": ticket.0 }))
}

fn limited(query: &str, named_max: Option<usize>) -> String {
    let limit = named_max.map_or(String::new(), |limit| format!("(limit: {limit})"));
    query.replace("errors {", &format!("errors{limit} {{"))
}

fn input(line: &Line, policy: WhenBackordered) -> Result<InventoryInput<'_>, String> {
    let level = &line.level;
    let waits = level.quantity == 0 && level.backordered > 0;
    Ok(InventoryInput {
        supplier_id: supplier_id(line.location.as_ref())?,
        supplier_part_number: line.part_number.as_str(),
        quantity_on_hand: match policy {
            WhenBackordered::MinusOne if waits => -1,
            WhenBackordered::MinusOne | WhenBackordered::Zero => level.quantity,
        },
        quantity_backordered: level.backordered,
        quantity_on_order: level.on_orders,
        item_next_availability_date: level
            .next_available_on
            .map(|date| date.strftime("%m-%d-%Y 00:00:00").to_string()),
        discontinued: level.discontinued,
    })
}

/// A supplier id: a positive whole number, written as Wayfair writes it.
pub(crate) fn supplier_id(location: Option<&RemoteLocation>) -> Result<i32, String> {
    let text = location.map_or("", RemoteLocation::as_str);
    let id: Option<i32> = text.parse().ok();
    id.filter(|id| *id > 0 && id.to_string() == text).ok_or_else(|| {
        format!(
            "`{text}` is not a supplier id; write the number that Partner Home shows under \
             Warehouse Management, such as 81454"
        )
    })
}
