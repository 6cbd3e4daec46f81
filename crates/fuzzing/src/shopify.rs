//! Shopify's answers.

use serde_json::{Value, json};
use trueup_marketplace::Connector;
use trueup_shopify::Shopify;

use crate::alien::{self, Given, LINES, batch};
use crate::answers::responses;

const LOCATION: Option<&str> = Some("70000000001");

/// Any answers to the look-up of four SKUs.
///
/// # Panics
/// Where a line is planned whose SKU no answer shows.
pub fn shopify_prepare(bytes: &[u8]) {
    let told = alien::prepare(&shopify(), &batch(LOCATION), responses(bytes));
    let Some((_, told)) = told else { return };
    told.is_justified(|given, line| {
        let found = nodes(&given.answer["data"]["productVariants"]);
        let fits = |node: &&Value| {
            node["sku"] == format!("P{line}")
                && node["id"].is_string()
                && node["inventoryItem"]["id"].is_string()
        };
        complains_of_nothing(given) && found.iter().any(|node| fits(&node))
    });
}

/// Any answers to setting four quantities, and to what is asked after that.
///
/// # Panics
/// Where a line is taken for applied that no answer speaks for.
pub fn shopify_submit(bytes: &[u8]) {
    let (marketplace, batch) = (shopify(), batch(LOCATION));
    let prepared = alien::prepare(&marketplace, &batch, responses(&found()));
    let (prepared, told) = prepared.expect("four plain variants");
    assert_eq!(told.unharmed.len(), batch.lines.len());
    let Some(told) = alien::submit(&marketplace, &batch, &prepared, responses(bytes)) else {
        return;
    };
    told.is_justified(|given, line| {
        complains_of_nothing(given) && (is_set(given, line) || is_shown(given, line))
    });
}

/// Whether the request sets the line, and the answer says that it did so without an objection.
fn is_set(given: &Given, line: i64) -> bool {
    let rows = given.request["variables"]["input"]["quantities"].as_array();
    let item = format!("gid://shopify/InventoryItem/{line}");
    let told = &given.answer["data"]["inventorySetQuantities"];
    rows.is_some_and(|rows| rows.iter().any(|row| row["inventoryItemId"] == item))
        && told["userErrors"] == json!([])
}

/// Whether the answer shows the line's quantity.
fn is_shown(given: &Given, line: i64) -> bool {
    nodes(&given.answer["data"]).iter().any(|node| {
        node["id"] == format!("gid://shopify/ProductVariant/{line}")
            && node["inventoryItem"]["inventoryLevel"]["quantities"][0]["quantity"] == line
    })
}

fn complains_of_nothing(given: &Given) -> bool {
    let (errors, error) = (&given.answer["errors"], &given.answer["error"]);
    (errors.is_null() || *errors == json!([])) && (error.is_null() || *error == json!([]))
}

fn nodes(value: &Value) -> Vec<Value> {
    value["nodes"].as_array().cloned().unwrap_or_default()
}

/// What Shopify answers where it has one variant of each SKU, and none in stock.
fn found() -> Vec<u8> {
    let variant = |number: i64| {
        json!({
            "id": format!("gid://shopify/ProductVariant/{number}"), "sku": format!("P{number}"),
            "requiresComponents": false, "product": { "status": "ACTIVE" },
            "inventoryItem": {
                "id": format!("gid://shopify/InventoryItem/{number}"), "tracked": true,
                "duplicateSkuCount": 1,
                "inventoryLevel": { "isActive": true, "quantities": [{ "quantity": 0 }] },
            },
        })
    };
    let variants: Vec<Value> = (1..=LINES).map(variant).collect();
    let page = json!({ "hasNextPage": false, "endCursor": null });
    let data = json!({ "productVariants": { "nodes": variants, "pageInfo": page } });
    json!({ "data": data }).to_string().into_bytes()
}

fn shopify() -> Shopify {
    let settings = toml::from_str("shop = \"oak\"\naccess_token = \"s\"");
    Shopify::open(settings.expect("all that is required")).expect("all that is required")
}
