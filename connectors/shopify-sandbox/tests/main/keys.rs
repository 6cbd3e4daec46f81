//! Idempotency keys.

use serde_json::{Value, json};

use crate::client::{SET, Visitor, row, variables};

#[tokio::test]
async fn a_set_without_a_key_is_refused_before_it_is_executed() {
    let visitor = Visitor::with(&[]).await;
    let query = SET.replace(" @idempotent(key: $idempotencyKey)", "");
    let body = visitor.post(&query, variables("k", &[row(0, 1, None)])).await;
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_REQUEST");
    assert_eq!(
        error["message"],
        "The @idempotent directive is required for this mutation but was not provided."
    );
    assert_eq!(error["path"], json!(["inventorySetQuantities"]));
    assert_eq!(body["data"], json!({ "inventorySetQuantities": null }));
    assert_eq!(body["extensions"]["cost"]["actualQueryCost"], 10);
    for blank in ["", " "] {
        let body = visitor.post(SET, variables(blank, &[row(0, 1, None)])).await;
        assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    }
    assert_eq!(visitor.0.calls().sets, 0);
}

#[tokio::test]
async fn a_finished_key_gives_the_outcome_it_had() {
    let visitor = Visitor::with(&[]).await;
    let rows = [row(0, 5, Some(0))];
    let first = visitor.set("k", &rows).await;
    visitor.0.set_mode("sell=A:1").unwrap();
    assert_eq!(visitor.set("k", &rows).await, first);
    assert_eq!(visitor.available("A"), Some(4), "it is not set again");
    visitor.0.set_mode("repeat=evaluated").unwrap();
    assert_eq!(visitor.codes("k", &rows).await, ["CHANGE_FROM_QUANTITY_STALE"]);
}

#[tokio::test]
async fn other_rows_under_a_key_are_a_mismatch() {
    let visitor = Visitor::with(&[]).await;
    visitor.set("k", &[row(0, 5, None)]).await;
    let codes = visitor.codes("k", &[row(0, 6, None)]).await;
    assert_eq!(codes, ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]);
    assert_eq!(visitor.available("A"), Some(5));
}

#[tokio::test]
async fn keys_are_forgotten_and_have_a_length() {
    let visitor = Visitor::with(&["key_memory=0", "key_length=3"]).await;
    visitor.set("k", &[row(0, 5, None)]).await;
    assert!(visitor.codes("k", &[row(0, 6, None)]).await.is_empty());
    let body = visitor.post(SET, variables("long", &[row(0, 1, None)])).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn a_key_can_be_busy_burnt_or_unclear() {
    for (mode, code) in [
        ("concurrent_key=next", "IDEMPOTENCY_CONCURRENT_REQUEST"),
        ("burnt_key=next", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"),
        ("unknown_code=next", "LEDGER_IS_ASLEEP"),
    ] {
        let visitor = Visitor::with(&[mode]).await;
        assert_eq!(visitor.codes("k", &[row(0, 5, None)]).await, [code]);
        assert_eq!(visitor.available("A"), Some(0), "{mode}");
    }
    let visitor = Visitor::with(&["null_payload=next"]).await;
    assert_eq!(visitor.set("k", &[row(0, 5, None)]).await, Value::Null);
}
