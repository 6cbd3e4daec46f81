//! What the store shows, and how items come to be stocked.

use serde_json::{Value, json};

use crate::client::{MAIN, OVERFLOW, Visitor, item};

const SEARCH: &str = "query($search: String, $first: Int, $after: String) { productVariants(first: \
    $first, after: $after, query: $search) { nodes { sku product { status } inventoryItem { \
    duplicateSkuCount } } pageInfo { hasNextPage endCursor } } }";
const ACTIVATE: &str = "mutation($item: ID!, $location: ID!, $available: Int, $onHand: Int) { \
    inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available, \
    onHand: $onHand) @idempotent(key: \"k\") { inventoryLevel { isActive quantities(names: \
    [\"available\"]) { quantity } } userErrors { field message } } }";

async fn skus(visitor: &Visitor, search: &str) -> Vec<String> {
    let body = visitor.post(SEARCH, json!({ "search": search, "first": 250 })).await;
    let nodes = body["data"]["productVariants"]["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["sku"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_open_catalogue_has_every_sku_that_is_asked_for() {
    let visitor = Visitor::with(&[]).await;
    assert_eq!(skus(&visitor, "sku:'NEW-1'").await, ["NEW-1"]);
    assert_eq!(visitor.available("NEW-1"), Some(0));
    visitor.0.set_mode("catalogue=closed").unwrap();
    assert!(skus(&visitor, "sku:'NEW-2'").await.is_empty());
}

#[tokio::test]
async fn searches_find_neighbours_unless_they_are_exact() {
    let visitor = Visitor::with(&["catalogue=closed", "skus=ABC-1;ABC-1-X;abc-1"]).await;
    assert_eq!(skus(&visitor, "sku:'ABC-1'").await.len(), 3);
    visitor.0.set_mode("sku_search=exact").unwrap();
    assert_eq!(skus(&visitor, "sku:'ABC-1'").await, ["ABC-1"]);
}

#[tokio::test]
async fn what_is_new_is_found_only_later() {
    let visitor = Visitor::with(&["catalogue=closed"]).await;
    assert!(skus(&visitor, "sku:'LATE'").await.is_empty());
    visitor.0.set_mode("skus=LATE").unwrap();
    assert!(skus(&visitor, "sku:'LATE'").await.is_empty(), "the index lags");
    visitor.0.set_mode("index_delay=0").unwrap();
    visitor.0.set_mode("skus=SOON").unwrap();
    assert_eq!(skus(&visitor, "sku:'SOON'").await, ["SOON"]);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let visitor = Visitor::with(&["catalogue=closed"]).await;
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let body = visitor.post(SEARCH, json!({ "first": 2, "after": after })).await;
        let page = &body["data"]["productVariants"];
        let nodes = page["nodes"].as_array().unwrap().iter();
        found.extend(nodes.map(|node| node["sku"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(found, ["A", "B", "C"]);
}

#[tokio::test]
async fn an_unknown_filter_finds_everything_and_warns() {
    let visitor = Visitor::with(&[]).await;
    let body = visitor.post(SEARCH, json!({ "search": "tracked:false", "first": 250 })).await;
    assert_eq!(body["data"]["productVariants"]["nodes"].as_array().unwrap().len(), 3);
    let warning = &body["extensions"]["search"][0]["warnings"][0];
    assert_eq!((&warning["field"], &warning["code"]), (&json!("tracked"), &json!("invalid_field")));
}

#[tokio::test]
async fn duplicates_are_counted_with_themselves_or_without() {
    let visitor = Visitor::with(&["skus=A", "draft=A"]).await;
    for (mode, count) in [("with_itself", 2), ("others", 1)] {
        visitor.0.set_mode(&format!("duplicate_sku_count={mode}")).unwrap();
        let body = visitor.post(SEARCH, json!({ "search": "sku:'A'", "first": 5 })).await;
        for node in body["data"]["productVariants"]["nodes"].as_array().unwrap() {
            assert_eq!(node["inventoryItem"]["duplicateSkuCount"], count, "{mode}");
            assert_eq!(node["product"]["status"], "DRAFT");
        }
    }
}

async fn activate(visitor: &Visitor, variables: Value) -> (Value, Vec<String>) {
    let body = visitor.post(ACTIVATE, variables).await;
    let payload = &body["data"]["inventoryActivate"];
    let errors = payload["userErrors"].as_array().unwrap().iter();
    let words = errors.map(|error| error["message"].as_str().unwrap().to_owned()).collect();
    (payload["inventoryLevel"].clone(), words)
}

#[tokio::test]
async fn activation_follows_its_table() {
    let visitor = Visitor::with(&["deactivated=B"]).await;
    let level =
        |quantity: i64| json!({ "isActive": true, "quantities": [{ "quantity": quantity }] });
    for (number, location, given, expected, words) in [
        (0, OVERFLOW, json!({ "available": 9 }), level(9), ""),
        (0, OVERFLOW, json!({}), level(9), ""),
        (0, OVERFLOW, json!({ "available": 1 }), level(9), "Not allowed to set available quantity"),
        (0, OVERFLOW, json!({ "onHand": 1 }), level(9), "Not allowed to set an on_hand quantity"),
        (1, MAIN, json!({ "onHand": 7 }), level(7), ""),
        (2, OVERFLOW, json!({ "available": 1, "onHand": 1 }), Value::Null, "at the same time"),
        (2, "gid://shopify/Location/7", json!({}), Value::Null, "the location wasn't found"),
        (99, MAIN, json!({}), Value::Null, "does not exist"),
    ] {
        let mut variables = json!({ "item": item(number), "location": location });
        variables.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        let (found, errors) = activate(&visitor, variables).await;
        assert_eq!(found, expected, "{given}");
        assert_eq!(errors.is_empty(), words.is_empty(), "{errors:?}");
        assert!(errors.iter().all(|error| error.contains(words)), "{errors:?}");
    }
}

#[tokio::test]
async fn an_inactive_level_is_shown_only_to_who_asks_for_it() {
    let visitor = Visitor::with(&["deactivated=A"]).await;
    for (inactive, expected) in [(false, Value::Null), (true, json!({ "isActive": false }))] {
        let query = format!(
            "{{ inventoryItem(id: \"{}\") {{ inventoryLevel(locationId: \"{MAIN}\", \
             includeInactive: {inactive}) {{ isActive }} }} }}",
            item(0)
        );
        let body = visitor.post(&query, json!({})).await;
        assert_eq!(body["data"]["inventoryItem"]["inventoryLevel"], expected);
    }
}

#[tokio::test]
async fn tracking_can_be_switched_on() {
    let visitor = Visitor::with(&["untracked=A"]).await;
    let query = "mutation($id: ID!) { inventoryItemUpdate(id: $id, input: { tracked: true }) { \
        inventoryItem { tracked } userErrors { message } } }";
    let body = visitor.post(query, json!({ "id": item(0) })).await;
    assert_eq!(body["data"]["inventoryItemUpdate"]["inventoryItem"]["tracked"], true);
    let body = visitor.post(query, json!({ "id": item(99) })).await;
    let errors = &body["data"]["inventoryItemUpdate"]["userErrors"];
    assert_eq!(errors[0]["message"], "The product couldn't be updated because it does not exist.");
}

#[tokio::test]
async fn the_state_is_shown_without_a_login() {
    let visitor = Visitor::with(&[]).await;
    let head = "GET /state HTTP/1.1";
    let answer = trueup_sandbox::raw::send(visitor.0.address(), head, b"").await.unwrap().unwrap();
    let state = answer.json();
    assert_eq!(state["lines"].as_array().unwrap().len(), 3);
    assert_eq!((&state["lines"][0]["sku"], &state["requests"]), (&json!("A"), &json!(0)));
}
