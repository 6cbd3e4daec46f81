//! The rows of a set: what is wrong with each, before anything is compared or written.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::modes::NeverStocked;
use crate::store::Number;
use crate::world::{Visit, World};

const QUANTITY_MAX: i64 = 1_000_000_000;

/// One row that can be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) item: Number,
    pub(crate) location: u64,
    pub(crate) quantity: i64,
    pub(crate) change_from: Option<i64>,
}

/// The rows that can be written, and a user error for each that cannot.
pub(crate) fn read(
    world: &World,
    name: &str,
    quantities: &[Value],
    visit: Visit,
) -> (Vec<Row>, Vec<Value>) {
    let (mut rows, mut errors) = (Vec::with_capacity(quantities.len()), Vec::new());
    let mut pairs: HashMap<(&Value, &Value), u32> = HashMap::new();
    for row in quantities {
        *pairs.entry((&row["inventoryItemId"], &row["locationId"])).or_default() += 1;
    }
    for (index, row) in quantities.iter().enumerate() {
        let is_repeated = pairs[&(&row["inventoryItemId"], &row["locationId"])] > 1;
        match self::row(world, name, row, visit) {
            Ok(_) if is_repeated => errors.push(error(index, REPEATED)),
            Ok(row) => rows.push(row),
            Err(wrong) => errors.push(error(index, wrong)),
        }
    }
    (rows, errors)
}

/// A field, a code and words.
type Wrong = (&'static str, &'static str, &'static str);

const REPEATED: Wrong = (
    "locationId",
    "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
    "The combination of inventoryItemId and locationId must be unique.",
);

fn row(world: &World, name: &str, row: &Value, visit: Visit) -> Result<Row, Wrong> {
    let store = &world.store;
    let text = |field: &str| row[field].as_str().unwrap_or_default();
    let item = store.item(text("inventoryItemId")).ok_or((
        "inventoryItemId",
        "INVALID_INVENTORY_ITEM",
        "The specified inventory item could not be found.",
    ))?;
    let location = store.location(text("locationId")).ok_or((
        "locationId",
        "INVALID_LOCATION",
        "The specified location could not be found.",
    ))?;
    if store.variant(item).is_some_and(|variant| variant.is_bundle) {
        return Err((
            "inventoryItemId",
            "NON_MUTABLE_INVENTORY_ITEM",
            "The specified inventory item is not allowed to be adjusted via API. Example: if the \
             inventory item is a parent bundle.",
        ));
    }
    let refuses = world.modes.sets.never_stocked == NeverStocked::Refused;
    if refuses && visit.version != "2026-10" && store.level(item, location).is_none() {
        return Err((
            "locationId",
            "ITEM_NOT_STOCKED_AT_LOCATION",
            "The specified inventory item is not stocked at the location.",
        ));
    }
    let quantity = row["quantity"].as_i64().unwrap_or_default();
    judge(name, quantity)?;
    Ok(Row { item, location, quantity, change_from: row["changeFromQuantity"].as_i64() })
}

fn judge(name: &str, quantity: i64) -> Result<(), Wrong> {
    let (code, words) = match quantity {
        ..0 if name == "on_hand" => {
            ("INVALID_QUANTITY_NEGATIVE", "The quantity can't be negative.")
        }
        QUANTITY_MAX.. if quantity > QUANTITY_MAX => {
            ("INVALID_QUANTITY_TOO_HIGH", "The quantity can't be higher than 1,000,000,000.")
        }
        _ if quantity < -QUANTITY_MAX => {
            ("INVALID_QUANTITY_TOO_LOW", "The quantity can't be lower than -1,000,000,000.")
        }
        _ => return Ok(()),
    };
    Err(("quantity", code, words))
}

fn error(index: usize, (field, code, message): Wrong) -> Value {
    let path = json!(["input", "quantities", index.to_string(), field]);
    json!({ "field": path, "message": message, "code": code })
}
