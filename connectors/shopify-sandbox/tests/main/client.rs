//! A client that shows the wire as it is.

use serde_json::{Value, json};
use trueup_sandbox::raw::{Answer, send};
use trueup_shopify_sandbox::{ACCESS_TOKEN, Options, ShopifySandbox};

pub const MAIN: &str = "gid://shopify/Location/70000000001";
pub const OVERFLOW: &str = "gid://shopify/Location/70000000002";

pub const SET: &str = "mutation ConnectorSetQuantities($input: InventorySetQuantitiesInput!, \
    $idempotencyKey: String!) { inventorySetQuantities(input: $input) @idempotent(key: \
    $idempotencyKey) { inventoryAdjustmentGroup { id createdAt reason referenceDocumentUri } \
    userErrors { field message code } } }";

/// A simulator with three SKUs, and somebody with a token.
pub struct Visitor(pub ShopifySandbox);

impl Visitor {
    pub async fn with(faults: &[&str]) -> Self {
        let options = Options::default().with("skus=A;B;C");
        let options = faults.iter().fold(options, |options, fault| options.with(fault));
        Self(ShopifySandbox::start(options).await.unwrap())
    }

    /// One GraphQL request; none when nothing came back.
    pub async fn try_post(&self, query: &str, variables: Value) -> Option<Answer> {
        self.try_post_to("2026-10", query, variables).await
    }

    pub async fn try_post_to(
        &self,
        version: &str,
        query: &str,
        variables: Value,
    ) -> Option<Answer> {
        let head = format!(
            "POST /admin/api/{version}/graphql.json HTTP/1.1\r\ncontent-type: application/json\r\n\
             x-shopify-access-token: {ACCESS_TOKEN}"
        );
        let body = json!({ "query": query, "variables": variables }).to_string();
        send(self.0.address(), &head, body.as_bytes()).await.unwrap()
    }

    /// The body of an answer.
    pub async fn post(&self, query: &str, variables: Value) -> Value {
        self.try_post(query, variables).await.unwrap().json()
    }

    /// The payload of a set of these rows, with a status of 200 and without errors at the top.
    pub async fn set(&self, key: &str, rows: &[Value]) -> Value {
        let body = self.post(SET, variables(key, rows)).await;
        assert_eq!(body.get("errors"), None, "{body}");
        body["data"]["inventorySetQuantities"].clone()
    }

    /// The codes of the user errors of a set.
    pub async fn codes(&self, key: &str, rows: &[Value]) -> Vec<String> {
        let payload = self.set(key, rows).await;
        let errors = payload["userErrors"].as_array().unwrap().iter();
        errors.map(|error| error["code"].as_str().unwrap().to_owned()).collect()
    }

    pub fn available(&self, sku: &str) -> Option<i64> {
        self.0.state().available(70_000_000_001, sku)
    }
}

/// The global id of the nth SKU's inventory item.
pub fn item(number: u64) -> String {
    format!("gid://shopify/InventoryItem/{}", 50_000_000_000_000 + number)
}

/// A row of the nth SKU at the main location.
pub fn row(number: u64, quantity: i64, from: Option<i64>) -> Value {
    json!({
        "inventoryItemId": item(number), "locationId": MAIN, "quantity": quantity,
        "changeFromQuantity": from,
    })
}

pub fn variables(key: &str, rows: &[Value]) -> Value {
    let input = json!({ "name": "available", "reason": "correction", "quantities": rows });
    json!({ "input": input, "idempotencyKey": key })
}
