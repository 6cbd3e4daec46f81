//! The spellings, the clients and the types that are taken and refused.

use serde_json::{Value, json};

use crate::client::{Visitor, failure, line};
use crate::documents::{OFFICIAL, OLDEST, PLAIN, SAVE};

#[tokio::test]
async fn the_modern_client_is_understood() {
    let visitor = Visitor::with(&[]).await;
    let lines = [json!({
        "supplierId": 81454, "supplierPartNumber": "LAMP-7", "quantityOnHand": 5,
        "quantityBackordered": 1, "quantityOnOrder": 3, "discontinued": true,
        "itemNextAvailabilityDate": "12-31-2026 00:00:00", "productNameAndOptions": "Lamp",
    })];
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    assert_eq!(saved["status"], "PROCESSING");
    assert_eq!(saved["errors"], json!([]));
    assert_eq!(saved["completedAt"], Value::Null);
    let counters = ["itemCount", "errorCount", "completedCount", "processingCount"];
    assert!(counters.iter().all(|counter| saved[counter] == 0), "{saved}");
    let state = visitor.sandbox.state();
    let stored = state.line(81454, "LAMP-7").unwrap();
    assert_eq!(stored.quantity_on_hand, 5);
    assert_eq!(stored.quantity_on_order, Some(3));
    assert_eq!(stored.quantity_backordered, Some(1));
    assert_eq!(stored.item_next_availability_date.as_deref(), Some("12-31-2026 00:00:00"));
    assert!(stored.discontinued);
}

#[tokio::test]
async fn the_official_client_is_understood() {
    let visitor = Visitor::with(&[]).await;
    let lines = json!([{
        "supplier_id": 81454, "supplier_part_number": "LAMP-7", "quantity_on_hand": 5,
        "quantity_backordered": null, "quantity_on_order": 2, "discontinued": null,
        "item_next_availability_date": null, "product_name_and_options": "Lamp",
    }]);
    let variables = json!({ "inventory": lines, "feed_kind": "DIFFERENTIAL" });
    let answer = visitor.post(OFFICIAL, variables).await.unwrap().json();
    assert_eq!(answer["data"]["inventory"]["save"]["errors"], json!([]), "{answer}");
    assert_eq!(visitor.on_hand(81454, "LAMP-7"), Some(5));
    assert_eq!(visitor.sandbox.state().lines[0].quantity_on_order, Some(2));
}

#[tokio::test]
async fn the_oldest_spellings_are_understood() {
    let visitor = Visitor::with(&[]).await;
    let lines = json!([{
        "supplier_id": 81852, "supplierPartNumber": "LAMP-7", "quantity_on_hand": 0,
    }]);
    let answer = visitor.post(OLDEST, json!({ "lines": lines })).await.unwrap().json();
    let saved = &answer["data"]["productInventory"]["save"];
    assert!(saved["submitted_at"].is_string(), "{answer}");
    assert_eq!(saved["completed_at"], Value::Null);
    assert_eq!(visitor.on_hand(81852, "LAMP-7"), Some(0));
    assert_eq!(visitor.sandbox.state().feeds[0].kind, "TRUE_UP");
}

#[tokio::test]
async fn lines_may_stand_in_the_document() {
    let visitor = Visitor::with(&[]).await;
    let document = "mutation { inventory { save(inventory: [{ supplierId: 81454, \
        supplierPartNumber: \"A\", quantityOnHand: 4 }]) { handle } } }";
    visitor.post(document, json!({})).await.unwrap();
    assert_eq!(visitor.on_hand(81454, "A"), Some(4));
    assert_eq!(visitor.sandbox.state().feeds[0].kind, "DIFFERENTIAL");
}

#[tokio::test]
async fn a_value_of_a_wrong_type_fails_the_whole_call() {
    let visitor = Visitor::with(&[]).await;
    let wrong = [
        json!({ "quantityOnHand": 1.5 }),
        json!({ "quantityOnHand": "1" }),
        json!({ "quantityOnHand": true }),
        json!({ "quantityOnHand": 3_000_000_000_i64 }),
        json!({ "supplierId": "81454" }),
        json!({ "supplierPartNumber": 7 }),
        json!({ "discontinued": "no" }),
        json!({ "warehouse": 1 }),
    ];
    for change in wrong {
        let mut bad = line(81454, "B", 1);
        let (name, value) = change.as_object().unwrap().iter().next().unwrap();
        bad[name] = value.clone();
        let error = visitor.refused("DIFFERENTIAL", &[line(81454, "A", 1), bad]).await;
        assert_eq!(error["extensions"]["category"], "BAD_REQUEST", "{change}");
        assert!(visitor.sandbox.state().lines.is_empty(), "{change}");
    }
}

#[tokio::test]
async fn an_unknown_field_feed_kind_or_broken_document_fails_as_graphql() {
    let visitor = Visitor::with(&[]).await;
    let error = visitor.refused("ALL", &[line(81454, "A", 1)]).await;
    assert_eq!(error["extensions"]["category"], "BAD_REQUEST");
    let answer = visitor.post("{ stock }", json!({})).await.unwrap();
    let message = failure(&answer)["message"].clone();
    assert!(message.as_str().unwrap().starts_with("Unknown field"), "{message}");
    failure(&visitor.post("mutation {", json!({})).await.unwrap());
    assert!(visitor.sandbox.state().lines.is_empty());
}

#[tokio::test]
async fn a_body_that_is_no_graphql_request_is_a_bad_request() {
    let visitor = Visitor::with(&[]).await;
    assert_eq!(visitor.post_raw(b"query").await.unwrap().status, 400);
    assert_eq!(visitor.post_raw(br#"[{ "query": "{ __typename }" }]"#).await.unwrap().status, 400);
}

#[tokio::test]
async fn a_null_line_is_an_error_of_its_own() {
    let visitor = Visitor::with(&[]).await;
    let lines = json!([null, line(81454, "A", 1)]);
    let variables = json!({ "inventory": lines, "feed_kind": "DIFFERENTIAL" });
    let answer = visitor.post(OFFICIAL, variables).await.unwrap().json();
    let errors = &answer["data"]["inventory"]["save"]["errors"];
    assert_eq!(*errors, json!([{ "key": null }]), "{answer}");
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
}

#[tokio::test]
async fn strict_lists_refuses_nullable_lines_and_takes_the_modern_form() {
    let visitor = Visitor::with(&["strict_lists"]).await;
    let variables = json!({ "inventory": [line(81454, "A", 1)], "feed_kind": "DIFFERENTIAL" });
    let error = failure(&visitor.post(OFFICIAL, variables).await.unwrap());
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("[inventoryInput!]!"), "{message}");
    let inline = "mutation { inventory { save(inventory: [null]) { handle } } }";
    failure(&visitor.post(inline, json!({})).await.unwrap());
    assert!(visitor.sandbox.state().feeds.is_empty());
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
}

#[tokio::test]
async fn no_limit_argument_fails_the_call_and_the_plain_list_works() {
    let visitor = Visitor::with(&["no_limit_argument"]).await;
    let error = visitor.refused("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("Unknown argument \"limit\""), "{message}");
    assert!(visitor.sandbox.state().lines.is_empty());
    let variables = json!({ "inventory": [line(81454, "A", 1)] });
    visitor.post(PLAIN, variables).await.unwrap();
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
}

#[tokio::test]
async fn no_id_is_null_or_an_unknown_field() {
    let visitor = Visitor::with(&[]).await;
    let lines = [line(81454, "A", 1)];
    assert!(visitor.save("DIFFERENTIAL", &lines).await["id"].is_string());
    visitor.sandbox.set_mode("no_id").unwrap();
    assert_eq!(visitor.save("DIFFERENTIAL", &lines).await["id"], Value::Null);
    visitor.sandbox.set_mode("no_id=unknown_field").unwrap();
    let error = visitor.refused("DIFFERENTIAL", &lines).await;
    assert_eq!(error["message"], "Unknown field \"id\" on type \"TransactionStatus\"");
    let fragment = "mutation($inventory: [inventoryInput!]!) { inventory { \
        save(inventory: $inventory) { ...Receipt } } } fragment Receipt on TransactionStatus { id }";
    let variables = json!({ "inventory": lines });
    failure(&visitor.post(fragment, variables).await.unwrap());
    assert_eq!(visitor.sandbox.state().feeds.len(), 2);
    let variables = json!({ "inventory": lines });
    assert_eq!(visitor.post(PLAIN, variables).await.unwrap().json().get("errors"), None);
}

#[tokio::test]
async fn the_schema_has_the_names_of_the_real_one() {
    let visitor = Visitor::with(&[]).await;
    let question = "{ __schema { types { name } } \
        save: __type(name: \"InventoryMutator\") { fields { args { name type { kind \
        ofType { kind ofType { kind name } } } } } } }";
    let answer = visitor.post(question, json!({})).await.unwrap().json();
    let types = answer["data"]["__schema"]["types"].to_string();
    for name in [
        "inventoryInput",
        "inventoryFeedKind",
        "TransactionStatus",
        "TransactionState",
        "ItemStatus",
        "InventoryMutator",
        "TransactionStatusFilterInput",
        "InventoryFilterInput",
        "orderingInput",
        "FilterConjunction",
        "TransactionFilterField",
        "InventoryFilterField",
        "Warehouse",
        "WayfairProduct",
        "Inventory",
    ] {
        assert!(types.contains(&format!("\"{name}\"")), "{name} in {types}");
    }
    let inventory = &answer["data"]["save"]["fields"][0]["args"][0];
    assert_eq!(inventory["name"], "inventory");
    assert_eq!(inventory["type"]["kind"], "NON_NULL");
    assert_eq!(inventory["type"]["ofType"]["ofType"]["name"], "inventoryInput");
}

#[tokio::test]
async fn save_without_the_feed_kind_argument_at_all_is_differential() {
    let visitor = Visitor::with(&[]).await;
    visitor.save("TRUE_UP", &[line(81454, "A", 5), line(81454, "B", 5)]).await;
    visitor.post(SAVE, json!({ "inventory": [line(81454, "A", 6)] })).await.unwrap();
    assert_eq!(visitor.on_hand(81454, "A"), Some(6));
    assert_eq!(visitor.on_hand(81454, "B"), Some(5));
}
