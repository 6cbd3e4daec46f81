//! Batches of adjustments: element by element, without a transaction.

use serde_json::{Value, json};

use crate::client::{Visitor, code};

/// An adjustment of `A` by 5 with one thing changed.
fn changed(visitor: &Visitor, pointer: &str, value: Value) -> Value {
    let mut element = visitor.adjustment("A", 5.0);
    *element.pointer_mut(&format!("/InventoryAdjustment{pointer}")).unwrap() = value;
    element
}

#[tokio::test]
async fn thirty_are_taken_and_not_one_more() {
    let skus: Vec<String> = (0..31).map(|number| format!("S{number}")).collect();
    let visitor = Visitor::with(&[&format!("items={}", skus.join(";"))]).await;
    let elements: Vec<Value> = skus.iter().map(|sku| visitor.adjustment(sku, 2.5)).collect();
    let refused = visitor.try_batch("r-1", &elements).await.unwrap();
    assert_eq!((refused.status, code(&refused.json())), (400, "1040"));
    assert_eq!(visitor.on_hand("S0"), Some(0.0));
    let answers = visitor.batch("r-2", &elements[..30]).await;
    assert_eq!(answers.len(), 30);
    assert!(answers.iter().all(|answer| answer["InventoryAdjustment"]["Id"].is_string()));
    assert_eq!((visitor.on_hand("S29"), visitor.on_hand("S30")), (Some(2.5), Some(0.0)));
    assert_eq!(visitor.sandbox.state().adjustments, 30);
}

#[tokio::test]
async fn answers_come_in_another_order_and_are_told_apart_by_id() {
    for (mode, order) in [("answer_order=reversed", ["B", "A"]), ("answer_order=sent", ["A", "B"])]
    {
        let visitor = Visitor::with(&["items=A;B", mode]).await;
        let elements = [visitor.adjustment("A", 1.0), visitor.adjustment("B", 2.0)];
        let answers = visitor.batch("r-1", &elements).await;
        let ids: Vec<&str> = answers.iter().map(|answer| answer["bId"].as_str().unwrap()).collect();
        assert_eq!(ids, order);
    }
}

#[tokio::test]
async fn a_refused_element_leaves_the_others_booked() {
    let line = "/Line/0/ItemAdjustmentLineDetail";
    for (mode, pointer, value, said) in [
        ("items=A", "/AdjustAccountRef/value", json!("79"), "6430"),
        ("items=A", "/AdjustAccountRef/value", json!("4711"), "2500"),
        ("items=A", "/AdjustAccountRef", json!({}), "2020"),
        ("items=A", "/TxnDate", json!("yesterday"), "2060"),
        ("items=A", "/Line", json!([]), "2250"),
        ("items=A", &format!("{line}/ItemRef/value"), json!("4711"), "2500"),
        ("items=A", line, json!({ "NewQty": 5 }), "2010"),
        ("items=A", &format!("{line}/QtyDiff"), Value::Null, "2160"),
        ("inactive=A", "/TxnDate", json!("2026-11-23"), "610"),
        ("service=A", "/TxnDate", json!("2026-11-23"), "6000"),
        ("starts_late=A", "/TxnDate", json!("2026-11-23"), "6270"),
    ] {
        let visitor = Visitor::with(&["items=B", mode, "answer_order=sent"]).await;
        let elements = [changed(&visitor, pointer, value), visitor.adjustment("B", 1.0)];
        let answers = visitor.batch("r-1", &elements).await;
        assert_eq!(code(&answers[0]), said, "{pointer}");
        assert_eq!((visitor.on_hand("A"), visitor.on_hand("B")), (Some(0.0), Some(1.0)));
    }
}

#[tokio::test]
async fn a_company_without_adjustments_books_none() {
    let visitor = Visitor::with(&["items=A", "unsupported"]).await;
    let answers = visitor.batch("r-1", &[visitor.adjustment("A", 1.0)]).await;
    assert_eq!((code(&answers[0]), visitor.on_hand("A")), ("5030", Some(0.0)));
}

#[tokio::test]
async fn elements_fail_or_go_missing_although_they_are_booked() {
    let visitor = Visitor::with(&["items=A", "element_fails=next"]).await;
    let answers = visitor.batch("r-1", &[visitor.adjustment("A", 1.0)]).await;
    assert_eq!((code(&answers[0]), visitor.on_hand("A")), ("10000", Some(1.0)));
    assert_eq!(answers[0]["Fault"]["type"], "SystemFault");
    visitor.sandbox.set_mode("element_missing=next").unwrap();
    let answers = visitor.batch("r-2", &[visitor.adjustment("A", 1.0)]).await;
    assert_eq!((answers.len(), visitor.on_hand("A")), (0, Some(2.0)));
}

#[tokio::test]
async fn a_batch_may_also_ask() {
    let visitor = Visitor::with(&["items=A"]).await;
    let query = json!({ "bId": "q", "Query": "SELECT Sku FROM Item WHERE Sku = 'A'" });
    let wrong = json!({ "bId": "w", "Query": "nonsense" });
    let answers = visitor.batch("r-1", &[query, wrong]).await;
    assert_eq!(answers[1]["QueryResponse"]["Item"], json!([{ "Sku": "A" }]));
    assert_eq!(code(&answers[0]), "4000");
}
