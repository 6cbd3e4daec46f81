//! `inventorySetQuantities`: all rows or none.

use serde_json::{Value, json};

use crate::graphql::bind::Bound;
use crate::graphql::error::GraphError;
use crate::keys::{Known, required};
use crate::modes::NeverStocked;
use crate::rows::{Row, read};
use crate::store::{Level, item_id};
use crate::world::{Visit, World};

/// The reasons that are taken.
const REASONS: [&str; 17] = [
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_canceled",
    "movement_created",
    "movement_received",
    "movement_updated",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
];

const ABSENT: &str =
    "InventoryQuantityInput must include the following argument: changeFromQuantity.";

/// The payload of a set.
pub(crate) fn set(world: &mut World, pick: &Bound, visit: Visit) -> Result<Value, GraphError> {
    let sets = &mut world.modes.sets;
    let key = required(pick, sets)?.to_owned();
    let input = &pick.arguments["input"];
    let rows = input["quantities"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.iter().any(|row| row.get("changeFromQuantity").is_none()) {
        let error = GraphError::new("INVALID_FIELD_ARGUMENTS", ABSENT).at(pick.position);
        return Err(error.path(&[&pick.key]));
    }
    world.calls.sets += 1;
    if sets.null_payload.strikes(visit.dice.draw("null_payload")) {
        return Ok(Value::Null);
    }
    if sets.concurrent_key.strikes(visit.dice.draw("concurrent_key")) {
        return Ok(whole(
            "IDEMPOTENCY_CONCURRENT_REQUEST",
            "This request is currently in progress, please try again.",
        ));
    }
    if sets.burnt_key.strikes(visit.dice.draw("burnt_key")) {
        return Ok(whole(
            "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
            "A previous attempt with this idempotency key failed.",
        ));
    }
    match world.keys.look(&key, input, sets, visit.now) {
        Known::Finished(outcome) => return Ok(outcome),
        Known::Mismatch => {
            return Ok(whole(
                "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
                "The same idempotency key cannot be used with different operation parameters.",
            ));
        }
        Known::New => {}
    }
    let outcome = carried_out(world, input, rows, visit);
    world.keys.finish(&key, input.clone(), outcome.clone(), visit.now);
    Ok(outcome)
}

fn carried_out(world: &mut World, input: &Value, rows: &[Value], visit: Visit) -> Value {
    if world.modes.sets.unknown_code.strikes(visit.dice.draw("unknown_code")) {
        return whole("LEDGER_IS_ASLEEP", "The ledger is asleep.");
    }
    let name = input["name"].as_str().unwrap_or_default();
    if let Some(error) = unfit(name, input) {
        return refused(vec![error]);
    }
    let (rows, errors) = read(world, name, rows, visit);
    sell_meanwhile(world, &rows, visit);
    let stale = stale(world, name, &rows);
    match stale.filter(|_| errors.is_empty() || world.modes.sets.stale_before_rows) {
        Some(error) => return refused(vec![error]),
        None if !errors.is_empty() => return refused(errors),
        None => {}
    }
    let changes: Vec<Value> = rows.iter().flat_map(|row| written(world, name, row)).collect();
    if changes.is_empty() {
        return json!({ "inventoryAdjustmentGroup": null, "userErrors": [] });
    }
    world.groups += 1;
    json!({
        "inventoryAdjustmentGroup": {
            "__typename": "InventoryAdjustmentGroup",
            "id": format!("gid://shopify/InventoryAdjustmentGroup/{}", world.groups),
            "createdAt": visit.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "reason": input["reason"],
            "referenceDocumentUri": input["referenceDocumentUri"],
            "changes": changes,
        },
        "userErrors": [],
    })
}

/// What is wrong with the input beside its rows.
fn unfit(name: &str, input: &Value) -> Option<Value> {
    let error = |field: &str, code: &str, message: String| {
        Some(json!({ "field": ["input", field], "message": message, "code": code }))
    };
    if !matches!(name, "available" | "on_hand") {
        let message = "The quantity name must be either 'available' or 'on_hand'.".to_owned();
        return error("name", "INVALID_NAME", message);
    }
    if !REASONS.iter().any(|reason| input["reason"] == *reason) {
        let valid = REASONS.join(", ");
        let message = format!("The specified reason is invalid. Valid values are: {valid}.");
        return error("reason", "INVALID_REASON", message);
    }
    let document = input["referenceDocumentUri"].as_str()?;
    let has_scheme = document
        .split_once("://")
        .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    let message = "The specified reference document is invalid.".to_owned();
    if has_scheme {
        None
    } else {
        error("referenceDocumentUri", "INVALID_REFERENCE_DOCUMENT", message)
    }
}

fn sell_meanwhile(world: &mut World, rows: &[Row], visit: Visit) {
    let draw = visit.dice.draw("sold_meanwhile");
    if let Some(row) = rows.first()
        && world.modes.sets.sold_meanwhile.strikes(draw)
        && let Some(level) = world.store.level_mut(row.item, row.location)
    {
        level.available -= 1;
        level.committed += 1;
    }
}

fn stale(world: &World, name: &str, rows: &[Row]) -> Option<Value> {
    let moved = rows.iter().position(|row| {
        let level = world.store.level(row.item, row.location);
        let stored = level.map_or(0, |level| level.quantity(name));
        row.change_from.is_some_and(|expected| expected != stored)
    })?;
    let row = json!(["input", "quantities", moved.to_string(), "changeFromQuantity"]);
    Some(json!({
        "field": if world.modes.sets.stale_names_row { row } else { Value::Null },
        "message": "The changeFromQuantity argument no longer matches the persisted quantity.",
        "code": "CHANGE_FROM_QUANTITY_STALE",
    }))
}

/// Writes a row; gives the two changes that the group lists, where something changed.
fn written(world: &mut World, name: &str, row: &Row) -> Vec<Value> {
    let is_tracked = world.store.variant(row.item).is_some_and(|variant| variant.is_tracked);
    if world.modes.sets.untracked_is_silent && !is_tracked {
        return Vec::new();
    }
    if world.store.level(row.item, row.location).is_none() {
        if world.modes.sets.never_stocked == NeverStocked::Silent {
            return Vec::new();
        }
        world.store.put_level(row.item, row.location, Level::new(false));
    }
    let Some(level) = world.store.level_mut(row.item, row.location) else { return Vec::new() };
    let delta = row.quantity - level.quantity(name);
    level.set(name, row.quantity);
    if delta == 0 {
        return Vec::new();
    }
    let (item, location) =
        (json!({ "id": item_id(row.item) }), world.store.location_json(row.location));
    let change = |name: &str| {
        json!({
            "name": name, "delta": delta, "quantityAfterChange": null,
            "item": item, "location": location,
        })
    };
    vec![change("available"), change("on_hand")]
}

fn refused(errors: Vec<Value>) -> Value {
    json!({ "inventoryAdjustmentGroup": null, "userErrors": errors })
}

/// An error that names no field.
fn whole(code: &str, message: &str) -> Value {
    refused(vec![json!({ "field": null, "message": message, "code": code })])
}
