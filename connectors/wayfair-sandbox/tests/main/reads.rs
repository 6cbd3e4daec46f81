//! The read side: transactions, stored inventory, and the window on the state.

use serde_json::{Value, json};

use crate::client::{Visitor, failure, line, send};
use crate::documents::READ;

const STORED: &str = "query($filters: [InventoryFilterInput], $ordering: [orderingInput], \
    $limit: Int, $offset: Int) { inventory(filters: $filters, ordering: $ordering, \
    limit: $limit, offset: $offset) { supplierPartNumber quantityOnHand quantityBackordered \
    quantityOnOrder discontinued itemNextAvailabilityDate warehouse { id name } \
    product { sku status } } }";

async fn parts(visitor: &Visitor, variables: Value) -> Vec<String> {
    let answer = visitor.post(STORED, variables).await.unwrap().json();
    let rows = answer["data"]["inventory"].as_array().unwrap().clone();
    let part = |row: &Value| row["supplierPartNumber"].as_str().unwrap().to_owned();
    rows.iter().map(part).collect()
}

#[tokio::test]
async fn a_feed_is_processing_until_its_delay_is_over() {
    let visitor = Visitor::with(&["completion_delay=3600000"]).await;
    let lines = [line(81454, "A", 1), line(1, "B", 1)];
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    let read = visitor.read(&saved["handle"]).await;
    assert_eq!((&read["status"], &read["completedAt"]), (&json!("PROCESSING"), &Value::Null));
    assert_eq!((&read["itemCount"], &read["errorCount"]), (&json!(0), &json!(0)));
    assert_eq!(read["processing"], json!([{ "key": "A" }]));
    assert_eq!(read["completed"], json!([]));
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
}

#[tokio::test]
async fn a_complete_feed_has_its_counters() {
    let visitor = Visitor::with(&["completion_delay=0"]).await;
    let lines = [line(81454, "A", 1), line(1, "B", 1)];
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    let read = visitor.read(&saved["handle"]).await;
    assert_eq!(read["status"], "COMPLETE");
    assert!(read["completedAt"].is_string());
    let counters = ["itemCount", "errorCount", "completedCount", "processingCount"];
    assert_eq!(counters.map(|counter| read[counter].as_i64().unwrap()), [2, 1, 1, 0]);
    assert_eq!(read["completed"], json!([{ "key": "A" }]));
    assert_eq!(visitor.sandbox.state().feeds[0].status, "COMPLETE");
}

#[tokio::test]
async fn never_completes_stays_processing_though_it_is_applied() {
    let visitor = Visitor::with(&["never_completes", "completion_delay=0"]).await;
    let saved = visitor.save("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    assert_eq!(visitor.read(&saved["handle"]).await["status"], "PROCESSING");
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
}

#[tokio::test]
async fn completes_with_error_applies_nothing_and_lists_every_line() {
    let visitor = Visitor::with(&["completes_with_error", "completion_delay=0"]).await;
    let saved = visitor.save("TRUE_UP", &[line(81454, "A", 1)]).await;
    let read = visitor.read(&saved["handle"]).await;
    assert_eq!((&read["status"], &read["errorCount"]), (&json!("ERROR"), &json!(1)));
    assert_eq!(read["errors"][0]["key"], "A");
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn starts_new_and_counters_at_once_show_in_the_answer() {
    let faults = ["starts_new", "counters_at_once", "completion_delay=3600000"];
    let visitor = Visitor::with(&faults).await;
    let saved = visitor.save("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    assert_eq!((&saved["status"], &saved["itemCount"]), (&json!("NEW"), &json!(1)));
    assert_eq!(saved["processingCount"], 1);
    assert_eq!(visitor.read(&saved["handle"]).await["status"], "PROCESSING");
}

#[tokio::test]
async fn lists_show_ten_entries_without_a_limit() {
    let visitor = Visitor::with(&[]).await;
    let lines: Vec<Value> = (0..12).map(|n| line(1, &format!("P{n}"), 1)).collect();
    for (argument, shown) in
        [("", 10), ("(limit: 11)", 11), ("(limit: null)", 10), ("(limit: -1)", 0)]
    {
        let document = format!(
            "mutation($inventory: [inventoryInput!]!) {{ inventory {{ save(inventory: $inventory) \
             {{ errors{argument} {{ key }} }} }} }}"
        );
        let answer = visitor.post(&document, json!({ "inventory": lines })).await.unwrap();
        let errors = answer.json()["data"]["inventory"]["save"]["errors"].clone();
        assert_eq!(errors.as_array().unwrap().len(), shown, "{argument}");
    }
}

#[tokio::test]
async fn no_transactions_answers_unknown_field_and_saves_still_work() {
    let visitor = Visitor::with(&["no_transactions"]).await;
    let saved = visitor.save("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    let variables = json!({ "handle": saved["handle"] });
    let error = failure(&visitor.post(READ, variables).await.unwrap());
    assert_eq!(error["message"], "Unknown field \"transactions\" on type \"Query\"");
    assert_eq!(visitor.sandbox.calls().transactions, 0);
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
}

#[tokio::test]
async fn no_inventory_takes_the_query_away_but_not_the_mutation() {
    let visitor = Visitor::with(&["no_inventory"]).await;
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    let error = failure(&visitor.post(STORED, json!({})).await.unwrap());
    assert_eq!(error["message"], "Unknown field \"inventory\" on type \"Query\"");
}

#[tokio::test]
async fn stored_inventory_is_filtered_ordered_and_paged() {
    let visitor = Visitor::with(&[]).await;
    let lines: Vec<Value> = (0..12).map(|n| line(81454, &format!("P{n:02}"), 9 * n)).collect();
    visitor.save("TRUE_UP", &lines).await;
    visitor.save("DIFFERENTIAL", &[line(81852, "P00", 1)]).await;
    assert_eq!(parts(&visitor, json!({})).await.len(), 10);
    assert_eq!(parts(&visitor, json!({ "limit": 100, "offset": 11 })).await, ["P11", "P00"]);
    let above = json!([{ "field": "quantityOnHand", "greaterThan": "90" }]);
    assert_eq!(parts(&visitor, json!({ "filters": above })).await, ["P11"]);
    let either = json!([
        { "field": "supplierPartNumber", "in": "P03, P04" },
        { "field": "warehouseId", "equals": "81852", "conjunction": "OR" },
    ]);
    assert_eq!(parts(&visitor, json!({ "filters": either })).await, ["P03", "P04", "P00"]);
    let order = json!({ "ordering": [{ "desc": "quantityOnHand" }], "limit": 2 });
    assert_eq!(parts(&visitor, order).await, ["P11", "P10"]);
    let unset = json!([{ "field": "quantityOnOrder", "isNull": false }]);
    assert!(parts(&visitor, json!({ "filters": unset })).await.is_empty());
}

#[tokio::test]
async fn the_state_is_sorted_json_without_a_login() {
    let visitor = Visitor::with(&["completion_delay=0"]).await;
    let lines = [line(81852, "A", 1), line(81454, "B", 2), line(81454, "A", 3)];
    let saved = visitor.save("TRUE_UP", &lines).await;
    let address = visitor.sandbox.address();
    let answer = send(address, "GET /state HTTP/1.1", b"").await.unwrap();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let listing = |supplier: i32, part: &str, on_hand: i32| {
        json!({
            "supplier_id": supplier, "part_number": part, "quantity_on_hand": on_hand,
            "quantity_on_order": null, "quantity_backordered": null,
            "item_next_availability_date": null, "discontinued": false,
        })
    };
    let feed = json!({
        "handle": saved["handle"], "kind": "TRUE_UP", "dry_run": false, "lines": 3,
        "status": "COMPLETE", "submitted_at": saved["submittedAt"],
    });
    let expected = json!({
        "lines": [listing(81454, "A", 3), listing(81454, "B", 2), listing(81852, "A", 1)],
        "feeds": [feed],
        "requests": 1,
    });
    assert_eq!(answer.json(), expected);
}
