//! What a set does, and what it refuses.

use serde_json::{Value, json};

use crate::client::{MAIN, SET, Visitor, item, row, variables};

#[tokio::test]
async fn a_set_writes_all_its_rows_and_tells_of_a_group() {
    let visitor = Visitor::with(&[]).await;
    let payload = visitor.set("k-1", &[row(0, 12, Some(0)), row(1, 7, None)]).await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["inventoryAdjustmentGroup"]["reason"], "correction");
    assert_eq!((visitor.available("A"), visitor.available("B")), (Some(12), Some(7)));
    let again = visitor.set("k-2", &[row(0, 12, Some(12)), row(1, 7, None)]).await;
    assert_eq!(again, json!({ "inventoryAdjustmentGroup": null, "userErrors": [] }));
}

#[tokio::test]
async fn each_changed_row_is_two_changes() {
    let visitor = Visitor::with(&[]).await;
    let query =
        SET.replace("{ id createdAt", "{ changes { name delta quantityAfterChange } id createdAt");
    let body = visitor.post(&query, variables("k", &[row(0, 12, None), row(1, 0, None)])).await;
    let changes = &body["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"];
    let change = |name: &str| json!({ "name": name, "delta": 12, "quantityAfterChange": null });
    assert_eq!(*changes, json!([change("available"), change("on_hand")]));
}

#[tokio::test]
async fn one_bad_row_rejects_the_call_and_all_bad_rows_are_told() {
    let visitor = Visitor::with(&["bundle=C"]).await;
    let mut rows =
        vec![row(0, 5, None), row(99, 5, None), row(2, 5, None), row(1, 2_000_000_000, None)];
    rows.push(json!({ "inventoryItemId": item(1), "locationId": "gid://shopify/Location/7",
        "quantity": 1, "changeFromQuantity": null }));
    let payload = visitor.set("k", &rows).await;
    assert_eq!(payload["inventoryAdjustmentGroup"], Value::Null);
    let errors = payload["userErrors"].as_array().unwrap().iter();
    let told: Vec<(String, &Value)> = errors
        .map(|error| (error["field"][2].as_str().unwrap().to_owned(), &error["code"]))
        .collect();
    let expected = [
        ("1", "INVALID_INVENTORY_ITEM"),
        ("2", "NON_MUTABLE_INVENTORY_ITEM"),
        ("3", "INVALID_QUANTITY_TOO_HIGH"),
        ("4", "INVALID_LOCATION"),
    ];
    let expected = expected.map(|(row, code)| (row.to_owned(), json!(code)));
    assert!(told.iter().map(|(row, code)| (row.clone(), (*code).clone())).eq(expected));
    assert_eq!(visitor.available("A"), Some(0));
}

#[tokio::test]
async fn a_pair_that_occurs_twice_is_an_error_of_both_rows() {
    let visitor = Visitor::with(&[]).await;
    let codes = visitor.codes("k", &[row(0, 1, None), row(1, 1, None), row(0, 2, None)]).await;
    assert_eq!(codes, ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"; 2]);
}

#[tokio::test]
async fn available_may_be_negative_and_on_hand_may_not() {
    let visitor = Visitor::with(&[]).await;
    assert!(visitor.codes("k-1", &[row(0, -5, None)]).await.is_empty());
    assert_eq!(
        visitor.codes("k-2", &[row(0, -1_000_000_001, None)]).await,
        ["INVALID_QUANTITY_TOO_LOW"]
    );
    let mut variables = variables("k-3", &[row(0, -5, None)]);
    variables["input"]["name"] = json!("on_hand");
    let body = visitor.post(SET, variables).await;
    let errors = &body["data"]["inventorySetQuantities"]["userErrors"];
    assert_eq!(errors[0]["code"], "INVALID_QUANTITY_NEGATIVE");
}

#[tokio::test]
async fn name_reason_and_document_are_checked_before_the_rows() {
    let visitor = Visitor::with(&[]).await;
    for (number, (field, value, code)) in [
        ("name", "incoming", "INVALID_NAME"),
        ("reason", "because", "INVALID_REASON"),
        ("referenceDocumentUri", "nonsense", "INVALID_REFERENCE_DOCUMENT"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut variables = variables(&format!("k-{number}"), &[row(99, 5, None)]);
        variables["input"][field] = json!(value);
        let body = visitor.post(SET, variables).await;
        let errors = &body["data"]["inventorySetQuantities"]["userErrors"];
        assert_eq!(
            (&errors[0]["code"], &errors[0]["field"]),
            (&json!(code), &json!(["input", field]))
        );
    }
}

#[tokio::test]
async fn a_stale_comparison_changes_nothing_and_comes_after_bad_rows() {
    let visitor = Visitor::with(&[]).await;
    let stale = row(0, 5, Some(3));
    let payload = visitor.set("k-1", &[row(1, 9, None), stale.clone()]).await;
    let errors = payload["userErrors"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[0]["field"]), (1, &Value::Null));
    assert_eq!(errors[0]["code"], "CHANGE_FROM_QUANTITY_STALE");
    assert_eq!(visitor.available("B"), Some(0));
    let both = [row(99, 1, None), stale.clone()];
    assert_eq!(visitor.codes("k-2", &both).await, ["INVALID_INVENTORY_ITEM"]);
    visitor.0.set_mode("stale_first").unwrap();
    assert_eq!(visitor.codes("k-3", &both).await, ["CHANGE_FROM_QUANTITY_STALE"]);
    visitor.0.set_mode("stale_field=row").unwrap();
    let payload = visitor.set("k-4", &[row(1, 9, None), stale]).await;
    let field = json!(["input", "quantities", "1", "changeFromQuantity"]);
    assert_eq!(payload["userErrors"][0]["field"], field);
}

#[tokio::test]
async fn a_row_must_say_what_it_compares_with() {
    let visitor = Visitor::with(&[]).await;
    let row = json!({ "inventoryItemId": item(0), "locationId": MAIN, "quantity": 1 });
    let body = visitor.post(SET, variables("k", &[row])).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID_FIELD_ARGUMENTS");
    assert_eq!(
        body["errors"][0]["message"],
        "InventoryQuantityInput must include the following argument: changeFromQuantity."
    );
    assert_eq!(body["data"], json!({ "inventorySetQuantities": null }));
}

#[tokio::test]
async fn a_sale_moves_available_and_committed_and_leaves_on_hand() {
    let visitor = Visitor::with(&[]).await;
    visitor.set("k", &[row(0, 10, None)]).await;
    visitor.0.set_mode("sell=A:3").unwrap();
    let state = visitor.0.state();
    let line = state.line(70_000_000_001, "A").unwrap();
    assert_eq!((line.available, line.committed, line.on_hand), (7, 3, 10));
}

#[tokio::test]
async fn an_untracked_item_is_set_or_silently_not() {
    let visitor = Visitor::with(&["untracked=A"]).await;
    visitor.set("k-1", &[row(0, 5, None)]).await;
    assert_eq!(visitor.available("A"), Some(5));
    visitor.0.set_mode("untracked_set=silent").unwrap();
    let payload = visitor.set("k-2", &[row(0, 6, None)]).await;
    assert_eq!(payload["inventoryAdjustmentGroup"], Value::Null);
    assert_eq!(visitor.available("A"), Some(5));
}
