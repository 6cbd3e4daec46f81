//! Channels, batches and a wire that answers as told.

use jiff::Timestamp;
use serde_json::{Value, json};
pub use trueup_conformance::{Scripted, answer};
use trueup_marketplace::{
    Batch, BatchKey, Connector, Context, Error, FeedKind, Level, Line, LineKey, LineVerdict,
    Marketplace, Prepared, Receipt, Response, Wire,
};
use trueup_shopify::Shopify;

pub const SECRET: &str = "s3cr3t-canary";
pub const MAIN: u64 = 70_000_000_001;

/// A channel with these settings beside shop and credentials.
pub fn shopify(settings: &str) -> Shopify {
    let text = format!("shop = \"oak\"\naccess_token = \"{SECRET}\"\n{settings}");
    Shopify::open(toml::from_str(&text).unwrap()).unwrap()
}

/// A line at the main location.
pub fn line(key: i64, sku: &str, quantity: i64) -> Line {
    Line {
        key: LineKey(key),
        part_number: sku.parse().unwrap(),
        location: Some(MAIN.to_string().parse().unwrap()),
        remote_id: None,
        level: Level { quantity, ..Level::default() },
    }
}

pub fn line_at(location: &str, key: i64, sku: &str, quantity: i64) -> Line {
    Line { location: Some(location.parse().unwrap()), ..line(key, sku, quantity) }
}

pub fn batch(key: &str, lines: Vec<Line>) -> Batch {
    let (key, kind) = (BatchKey(key.to_owned()), FeedKind::Differential);
    Batch { key, kind, is_dry_run: false, lines }
}

/// `P1`, `P2`, … with the line keys 1, 2, … and quantities of the same number.
pub fn parts(key: &str, count: i64) -> Batch {
    batch(key, (1..=count).map(|n| line(n, &format!("P{n}"), n)).collect())
}

/// An answer to the mutation with this payload.
pub fn set(payload: Value) -> Response {
    answer(200, json!({ "data": { "inventorySetQuantities": payload } }).to_string())
}

/// An answer to the mutation that refuses it.
pub fn refused(errors: Value) -> Response {
    set(json!({ "inventoryAdjustmentGroup": null, "userErrors": errors }))
}

pub fn applied() -> Response {
    let group = json!({ "id": "gid://shopify/InventoryAdjustmentGroup/1" });
    set(json!({ "inventoryAdjustmentGroup": group, "userErrors": [] }))
}

/// A variant as a look-up shows it, holding so much.
pub fn variant(number: i64, held: i64) -> Value {
    json!({
        "id": format!("gid://shopify/ProductVariant/{number}"), "sku": format!("P{number}"),
        "requiresComponents": false, "product": { "status": "ACTIVE" },
        "inventoryItem": {
            "id": format!("gid://shopify/InventoryItem/{number}"), "tracked": true,
            "duplicateSkuCount": 1,
            "inventoryLevel": { "isActive": true, "quantities": [{ "quantity": held }] },
        },
    })
}

/// An answer to a search.
pub fn found(variants: &[Value]) -> Response {
    let page = json!({ "hasNextPage": false, "endCursor": null });
    let data = json!({ "productVariants": { "nodes": variants, "pageInfo": page } });
    answer(200, json!({ "data": data }).to_string())
}

/// An answer to a look-up by ids.
pub fn nodes(variants: &[Value]) -> Response {
    answer(200, json!({ "data": { "nodes": variants } }).to_string())
}

pub async fn prepare_over(shopify: &Shopify, wire: &dyn Wire, batch: &Batch) -> Prepared {
    let context = Context::calling(wire, Timestamp::UNIX_EPOCH);
    shopify.prepare(batch, &context).await.unwrap()
}

pub async fn submit_over(
    shopify: &Shopify,
    wire: &dyn Wire,
    batch: &Batch,
    prepared: &Prepared,
) -> Result<Receipt, Error> {
    let context = Context::calling(wire, Timestamp::UNIX_EPOCH);
    shopify.submit(batch, prepared, &context).await
}

/// The keys of the lines of each verdict: rejected, not applied, unknown.
pub fn exceptions(receipt: &Receipt) -> [Vec<i64>; 3] {
    let mut keys: [Vec<i64>; 3] = Default::default();
    for (key, verdict) in receipt.exceptions() {
        let place = match verdict {
            LineVerdict::Rejected(_) => 0,
            LineVerdict::NotApplied(_) => 1,
            LineVerdict::Unknown(_) => 2,
        };
        keys[place].push(key.0);
    }
    keys
}

/// Why a line is not what the rest is.
pub fn words(verdict: &LineVerdict) -> String {
    match verdict {
        LineVerdict::Rejected(refusal) => format!("{}: {}", refusal.code, refusal.message),
        LineVerdict::NotApplied(why) | LineVerdict::Unknown(why) => why.clone(),
    }
}
