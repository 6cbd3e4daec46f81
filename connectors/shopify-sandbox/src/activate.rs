//! `inventoryActivate` and `inventoryItemUpdate`, whose errors have no code.

use serde_json::{Value, json};

use crate::graphql::bind::Bound;
use crate::graphql::error::GraphError;
use crate::keys::required;
use crate::store::Level;
use crate::world::World;

/// The payload of an activation.
pub(crate) fn activate(world: &mut World, pick: &Bound) -> Result<Value, GraphError> {
    required(pick, &world.modes.sets)?;
    world.calls.activations += 1;
    let (given, store) = (&pick.arguments, &mut world.store);
    let text = |name: &str| given[name].as_str().unwrap_or_default();
    let Some(item) = store.item(text("inventoryItemId")) else {
        let words = "The product couldn't be stocked because it does not exist.";
        return Ok(refused("inventoryItemId", words));
    };
    let Some(location) = store.location(text("locationId")) else {
        let words = "The product couldn't be stocked because the location wasn't found.";
        return Ok(refused("locationId", words));
    };
    let wanted = ["available", "onHand"].iter().filter(|name| given[**name].is_i64());
    let wanted: Vec<&str> = wanted.copied().collect();
    if wanted.len() > 1 {
        let name = store.locations.get(&location).cloned().unwrap_or_default();
        let words = format!(
            "The product couldn't be stocked at {name} because not allowed to set \
            available and on_hand quantities at the same time."
        );
        let errors: Vec<Value> = wanted.iter().map(|field| error(field, &words)).collect();
        return Ok(json!({ "inventoryLevel": null, "userErrors": errors }));
    }
    let mut level = store.level(item, location).copied().unwrap_or(Level::new(false));
    let mut errors = Vec::new();
    if let Some(field) = wanted.first() {
        let name = if *field == "onHand" { "on_hand" } else { "available" };
        if level.is_active {
            let article = if *field == "onHand" { "an on_hand" } else { "available" };
            errors.push(error(
                field,
                &format!(
                    "Not allowed to set {article} quantity when the \
                item is already active at the location."
                ),
            ));
        } else {
            level.set(name, given[*field].as_i64().unwrap_or_default());
        }
    }
    level.is_active = true;
    store.put_level(item, location, level);
    Ok(json!({ "inventoryLevel": store.level_json(item, location), "userErrors": errors }))
}

/// The payload of an update of an item: whether it is tracked.
pub(crate) fn update(world: &mut World, pick: &Bound) -> Value {
    let given = &pick.arguments;
    let Some(item) = world.store.item(given["id"].as_str().unwrap_or_default()) else {
        let words = "The product couldn't be updated because it does not exist.";
        return json!({ "inventoryItem": null, "userErrors": [error("id", words)] });
    };
    if let (Some(variant), Some(tracked)) =
        (world.store.variant_mut(item), given["input"]["tracked"].as_bool())
    {
        variant.is_tracked = tracked;
    }
    json!({ "inventoryItem": world.store.item_json(item), "userErrors": [] })
}

fn refused(field: &str, words: &str) -> Value {
    json!({ "inventoryLevel": null, "userErrors": [error(field, words)] })
}

fn error(field: &str, message: &str) -> Value {
    json!({ "field": [field], "message": message })
}
