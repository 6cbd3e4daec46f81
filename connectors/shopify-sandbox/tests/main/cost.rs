//! Points: what documents cost, and what happens where there are not enough.

use serde_json::{Value, json};

use crate::client::{MAIN, SET, Visitor, item, row, variables};

const HANDSHAKE: &str = "query { shop { id name myshopifyDomain plan { publicDisplayName \
    partnerDevelopment shopifyPlus } } currentAppInstallation { accessScopes { handle } } \
    publicApiVersions { handle displayName supported } }";
const LEVELS: &str = "query($ids: [ID!]!, $location: ID!) { nodes(ids: $ids) { ... on \
    InventoryItem { id sku tracked inventoryLevel(locationId: $location, includeInactive: true) \
    { isActive quantities(names: [\"available\"]) { name quantity } } } } }";
const ACTIVATE: &str = "mutation($item: ID!, $location: ID!) { inventoryActivate(inventoryItemId: \
    $item, locationId: $location) @idempotent(key: \"k\") { inventoryLevel { id isActive \
    quantities(names: [\"available\", \"on_hand\"]) { name quantity } } userErrors { field \
    message } } }";
const TRACK: &str = "mutation($id: ID!) { inventoryItemUpdate(id: $id, input: { tracked: true }) \
    { inventoryItem { id tracked } userErrors { field message } } }";

fn scan(first: u32) -> String {
    format!(
        "query($location: ID!) {{ productVariants(first: {first}, sortKey: ID) {{ nodes {{ id sku \
         title inventoryPolicy requiresComponents product {{ id title status }} inventoryItem {{ \
         id sku tracked inventoryLevel(locationId: $location, includeInactive: true) {{ id isActive \
         quantities(names: [\"available\"]) {{ name quantity }} }} }} }} pageInfo {{ hasNextPage \
         endCursor }} }} }}"
    )
}

fn costs(body: &Value) -> (u64, Option<u64>) {
    let cost = &body["extensions"]["cost"];
    (cost["requestedQueryCost"].as_u64().unwrap(), cost["actualQueryCost"].as_u64())
}

#[tokio::test]
async fn the_documents_of_the_dossier_cost_what_it_says() {
    let visitor = Visitor::with(&[]).await;
    let place = json!({ "location": MAIN, "ids": [item(0)], "item": item(0), "id": item(0) });
    let locations =
        "{ locations(first: 250) { nodes { id name isActive } pageInfo { hasNextPage } } }";
    let with_changes =
        SET.replace("{ id createdAt", "{ changes { item { id } location { id } } id createdAt");
    for (query, variables, requested) in [
        (HANDSHAKE.to_owned(), json!({}), 5),
        (locations.to_owned(), json!({}), 13),
        (scan(250), place.clone(), 57),
        (scan(100), place.clone(), 47),
        (scan(50), place.clone(), 37),
        (scan(10), place.clone(), 22),
        (LEVELS.to_owned(), place.clone(), 3),
        (ACTIVATE.to_owned(), place.clone(), 11),
        (TRACK.to_owned(), place.clone(), 10),
        (SET.to_owned(), variables("k-1", &[row(0, 1, None), row(1, 2, None)]), 10),
        (with_changes, variables("k-2", &[row(0, 5, None)]), 13),
    ] {
        let body = visitor.post(&query, variables).await;
        assert_eq!(body.get("errors"), None, "{body}");
        assert_eq!(costs(&body).0, requested, "{query}");
    }
}

#[tokio::test]
async fn what_was_not_found_is_given_back() {
    let visitor = Visitor::with(&[]).await;
    let body = visitor.post(&scan(250), json!({ "location": MAIN })).await;
    // Three variants: 2, and twice (as ln 3 is 1.1) what one costs.
    assert_eq!(costs(&body), (57, Some(2 + 2 * 5)));
    let left = &body["extensions"]["cost"]["throttleStatus"];
    assert_eq!((&left["maximumAvailable"], &left["restoreRate"]), (&json!(2000.0), &json!(100.0)));
    assert!(left["currentlyAvailable"].as_f64().unwrap() >= 1_988.0);
}

#[tokio::test]
async fn without_enough_points_nothing_is_executed() {
    let visitor = Visitor::with(&["bucket=test", "set_cost=90"]).await;
    visitor.set("k-1", &[row(0, 1, None)]).await;
    let body = visitor.post(SET, variables("k-2", &[row(0, 2, None)])).await;
    assert_eq!(body.get("data"), None);
    assert_eq!(body["errors"][0]["extensions"]["code"], "THROTTLED");
    assert_eq!(costs(&body), (90, None));
    assert_eq!((visitor.available("A"), visitor.0.calls().throttled), (Some(1), 1));
    visitor.0.set_mode("throttle_form=status_429").unwrap();
    let answer = visitor.try_post(SET, variables("k-2", &[row(0, 2, None)])).await.unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("2.0")));
}

#[tokio::test]
async fn a_document_that_asks_for_too_much_is_refused_whatever_the_bucket() {
    let visitor = Visitor::with(&["nodes_cost=per_id", "bucket=plus"]).await;
    let ids: Vec<String> = (0..250).map(|_| item(0)).collect();
    let aliased: Vec<String> = (0..5).map(|n| format!("a{n}: nodes(ids: $ids) {{ id }}")).collect();
    let query = format!("query($ids: [ID!]!) {{ {} }}", aliased.join(" "));
    let body = visitor.post(&query, json!({ "ids": ids })).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "MAX_COST_EXCEEDED", "{body}");
    assert_eq!(body["errors"][0]["extensions"]["maxCost"], 1_000);
}

#[tokio::test]
async fn a_list_of_more_than_250_is_refused_with_its_length() {
    let visitor = Visitor::with(&[]).await;
    let rows: Vec<Value> = (0..251).map(|_| row(0, 1, None)).collect();
    let body = visitor.post(SET, variables("k", &rows)).await;
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "MAX_INPUT_SIZE_EXCEEDED");
    assert_eq!(
        error["message"],
        "The input array size of 251 is greater than the maximum allowed of 250."
    );
    assert_eq!(error["path"], json!(["inventorySetQuantities", "input", "quantities"]));
    assert_eq!(costs(&body), (10, None));
}
