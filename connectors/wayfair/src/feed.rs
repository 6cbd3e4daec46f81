//! The inventory mutation: which lines fit, and the bytes of the request.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Value, json};
use trueup_marketplace::{
    Batch, Error, ErrorKind, FeedKind, Level, Line, RemoteLocation, Retry, Ticket,
};

use crate::settings::WhenBackordered;

/// A GraphQL request.
#[derive(Serialize)]
pub(crate) struct Operation<V> {
    query: String,
    variables: V,
}

/// The variables of the inventory mutation. Their order is the order of the bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaveInventory<'a> {
    feed_kind: &'static str,
    dry_run: bool,
    inventory: Vec<InventoryInput<'a>>,
}

/// One line, in Wayfair's words. Zeros are sent like other numbers: whether a field that is left
/// out keeps its old value is not documented.
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

impl<'a> Operation<SaveInventory<'a>> {
    /// The mutation for these lines. `errors` is the limit of the list of refused lines; without
    /// one Wayfair names ten.
    pub(crate) fn save(
        batch: &'a Batch,
        errors: Option<usize>,
        policy: WhenBackordered,
    ) -> Result<Self, Error> {
        let lines = batch.lines.iter();
        let inventory: Vec<_> =
            lines.map(|line| InventoryInput::of(line, policy)).collect::<Result<_, _>>()?;
        refuse_duplicates(&inventory)?;
        let query = format!(
            "mutation SaveInventory($inventory: [inventoryInput!]!, $feedKind: inventoryFeedKind, \
             $dryRun: Boolean) {{ inventory {{ save(inventory: $inventory, feedKind: $feedKind, \
             dryRun: $dryRun) {{ handle status errorCount {} }} }} }}",
            error_list(errors)
        );
        let variables = SaveInventory {
            feed_kind: match batch.kind {
                FeedKind::TrueUp => "TRUE_UP",
                FeedKind::Differential => "DIFFERENTIAL",
            },
            dry_run: batch.is_dry_run,
            inventory,
        };
        Ok(Self { query, variables })
    }
}

impl Operation<Value> {
    /// The question what became of a feed.
    pub(crate) fn transaction(ticket: &Ticket, errors: Option<usize>) -> Self {
        let query = format!(
            "query InventoryTransaction($handle: String!) {{ transactions(filters: [{{ field: \
             handle, equals: $handle }}], limit: 1) {{ handle status itemCount errorCount \
             completedCount processingCount {} }} }}",
            error_list(errors)
        );
        let variables = json!({ "handle": ticket.0 });
        Self { query, variables }
    }
}

/// The selection of the refused lines.
fn error_list(limit: Option<usize>) -> String {
    let limit = limit.map_or(String::new(), |limit| format!("(limit: {limit})"));
    format!("errors{limit} {{ key message }}")
}

impl<'a> InventoryInput<'a> {
    fn of(line: &'a Line, policy: WhenBackordered) -> Result<Self, Error> {
        let part_number = line.part_number.as_str();
        let Some(location) = &line.location else {
            return Err(beyond(format!(
                "part number `{part_number}` has no supplier id; add [locations] to the channel"
            )));
        };
        let date = line.level.next_available_on;
        Ok(Self {
            supplier_id: supplier_id(location).map_err(beyond)?,
            supplier_part_number: part_number,
            quantity_on_hand: on_hand(&line.level, policy),
            quantity_backordered: line.level.backordered,
            quantity_on_order: line.level.on_orders,
            item_next_availability_date: date
                .map(|date| date.strftime("%m-%d-%Y 00:00:00").to_string()),
            discontinued: line.level.discontinued,
        })
    }
}

fn on_hand(level: &Level, policy: WhenBackordered) -> i64 {
    let waits = level.quantity == 0 && level.backordered > 0;
    match policy {
        WhenBackordered::MinusOne if waits => -1,
        WhenBackordered::MinusOne | WhenBackordered::Zero => level.quantity,
    }
}

/// A supplier id: a positive whole number, written as Wayfair writes it.
pub(crate) fn supplier_id(location: &RemoteLocation) -> Result<i32, String> {
    let id: Option<i32> = location.as_str().parse().ok();
    id.filter(|id| *id > 0 && id.to_string() == location.as_str()).ok_or_else(|| {
        format!(
            "`{location}` is not a supplier id; write the number that Partner Home shows under \
                 Warehouse Management, such as 81454"
        )
    })
}

/// Wayfair does not say which of two equal lines wins.
fn refuse_duplicates(lines: &[InventoryInput<'_>]) -> Result<(), Error> {
    let mut seen = HashSet::with_capacity(lines.len());
    let twice =
        lines.iter().find(|line| !seen.insert((line.supplier_id, line.supplier_part_number)));
    twice.map_or(Ok(()), |line| {
        Err(beyond(format!(
            "part number `{}` occurs twice at supplier id {}; give each product its own",
            line.supplier_part_number, line.supplier_id
        )))
    })
}

/// Nothing was sent, because the batch does not fit.
pub(crate) fn beyond(message: String) -> Error {
    Error::not_applied(ErrorKind::BeyondLimits, Retry::Never, message)
}
