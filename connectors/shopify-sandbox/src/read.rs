//! The fields of the query root, and those that depend on their arguments.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::graphql::bind::Bound;
use crate::modes::{SCOPES, VERSIONS};
use crate::search::{find, terms, warnings};
use crate::store::{Number, Store};
use crate::world::World;

/// The scope a root field needs.
pub(crate) fn scope(field: &str) -> Option<&'static str> {
    match field {
        "locations" => Some("read_locations"),
        "productVariants" => Some("read_products"),
        "nodes" | "inventoryItem" => Some("read_inventory"),
        "inventorySetQuantities" | "inventoryActivate" | "inventoryItemUpdate" => {
            Some("write_inventory")
        }
        _ => None,
    }
}

/// The value of a field of the query root, and what the search says of it.
pub(crate) fn root(world: &mut World, pick: &Bound, now: Timestamp) -> (Value, Option<Value>) {
    let given = &pick.arguments;
    let value = match pick.name.as_str() {
        "__typename" => json!("QueryRoot"),
        "shop" => shop(),
        "currentAppInstallation" => installation(world),
        "publicApiVersions" => versions(world.modes.access.oldest_version),
        "locations" => {
            let all = world.store.locations.keys().copied().collect::<Vec<u64>>();
            page(&all, given, |location| world.store.location_json(*location))
        }
        "nodes" => {
            world.calls.nodes += 1;
            let ids = given["ids"].as_array().into_iter().flatten();
            ids.map(|id| world.store.node(id.as_str().unwrap_or_default())).collect()
        }
        "inventoryItem" => world.store.node(given["id"].as_str().unwrap_or_default()),
        "productVariants" => return variants(world, pick, now),
        _ => Value::Null,
    };
    (value, None)
}

fn shop() -> Value {
    json!({
        "__typename": "Shop", "id": "gid://shopify/Shop/90000000001", "name": "Sandbox Store",
        "myshopifyDomain": "sandbox-store.myshopify.com",
        "plan": {
            "publicDisplayName": "Basic", "partnerDevelopment": true, "shopifyPlus": false,
        },
    })
}

fn installation(world: &World) -> Value {
    let missing = &world.modes.access.missing_scopes;
    let held = SCOPES.iter().filter(|scope| !missing.contains(**scope));
    let scopes: Vec<Value> = held.map(|scope| json!({ "handle": scope })).collect();
    json!({
        "__typename": "AppInstallation", "id": "gid://shopify/AppInstallation/1",
        "accessScopes": scopes,
    })
}

fn versions(oldest: &str) -> Value {
    let version = |handle: &&str| json!({ "handle": handle, "displayName": handle, "supported": **handle >= *oldest });
    VERSIONS.iter().map(version).collect()
}

fn variants(world: &mut World, pick: &Bound, now: Timestamp) -> (Value, Option<Value>) {
    world.calls.searches += 1;
    let query = pick.arguments["query"].as_str().unwrap_or_default();
    let terms = terms(query);
    if world.modes.searches.is_open {
        for term in terms.iter().filter(|term| term.field == "sku" && !term.value.is_empty()) {
            world.store.named(&term.value, now);
        }
    }
    let found = find(&world.store, &terms, world.modes.searches.matching, now);
    let page = page(&found, &pick.arguments, |number: &Number| world.store.variant_json(*number));
    (page, warnings(query, &terms, &pick.key))
}

/// One page of a connection. The cursor is opaque to clients: the place in the list.
fn page<T>(all: &[T], given: &Value, show: impl Fn(&T) -> Value) -> Value {
    let first = given["first"].as_u64().and_then(|first| usize::try_from(first).ok()).unwrap_or(50);
    let cursor = given["after"].as_str().and_then(|text| text.strip_prefix("after-")?.parse().ok());
    let start: usize = cursor.unwrap_or(0);
    let nodes: Vec<Value> = all.iter().skip(start).take(first).map(show).collect();
    let end = start + nodes.len();
    json!({
        "nodes": nodes,
        "pageInfo": { "hasNextPage": end < all.len(), "endCursor": format!("after-{end}") },
    })
}

/// A field below the root whose value depends on its arguments or on the modes.
pub(crate) fn below(
    store: &Store,
    counts_itself: bool,
    object: &Value,
    pick: &Bound,
) -> Option<Value> {
    match (object["__typename"].as_str()?, pick.name.as_str()) {
        ("InventoryItem", "inventoryLevel") => {
            let item = store.item(object["id"].as_str()?)?;
            let location = store.location(pick.arguments["locationId"].as_str()?);
            let shows_inactive = pick.arguments["includeInactive"] == true;
            let level = location.filter(|location| {
                store.level(item, *location).is_some_and(|level| level.is_active || shows_inactive)
            });
            Some(level.map_or(Value::Null, |location| store.level_json(item, location)))
        }
        ("InventoryItem", "duplicateSkuCount") if !counts_itself => {
            Some(json!(object["duplicateSkuCount"].as_u64()?.saturating_sub(1)))
        }
        ("InventoryLevel", "quantities") => {
            let names = pick.arguments["names"].as_array()?;
            let all = object["quantities"].as_array()?.iter();
            Some(all.filter(|one| names.contains(&one["name"])).cloned().collect())
        }
        _ => None,
    }
}
