//! The query language.

use serde_json::{Value, json};

use crate::client::{Visitor, code};

/// SKU and quantity of each item.
fn rows(answer: &Value) -> Vec<(Option<&str>, Option<f64>)> {
    let items = answer["QueryResponse"]["Item"].as_array().into_iter().flatten();
    items.map(|item| (item["Sku"].as_str(), item["QtyOnHand"].as_f64())).collect()
}

#[tokio::test]
async fn items_are_found_by_what_is_asked_for() {
    let modes = ["catalogue=closed", "items=A;B", "twin=T", "service=S", "sell=A", "trim=B"];
    let visitor = Visitor::with(&modes).await;
    for (filter, found) in [
        ("Sku IN ('A', 'B')", vec![(Some("A"), Some(-1.0)), (Some("B"), Some(-0.1))]),
        ("Sku = 'A'", vec![(Some("A"), Some(-1.0))]),
        ("Name IN ('B')", vec![(Some("B"), Some(-0.1))]),
        ("Sku IN ('T')", vec![(Some("T"), Some(0.0)), (Some("T"), Some(0.0))]),
        ("Sku IN ('S')", vec![(Some("S"), None)]),
        ("Sku IN ('a', 'Z')", vec![]),
    ] {
        let statement = format!("SELECT Sku, QtyOnHand FROM Item WHERE {filter}");
        let answer = visitor.query(&statement).await;
        assert_eq!(answer.status, 200, "{filter}");
        assert_eq!(rows(&answer.json()), found, "{filter}");
    }
    assert_eq!(visitor.sandbox.calls().queries, 6, "each is metered");
}

#[tokio::test]
async fn what_nothing_matches_is_left_out() {
    let visitor = Visitor::with(&["catalogue=closed"]).await;
    let answer = visitor.query("SELECT Id FROM Item WHERE Sku = 'A'").await.json();
    assert_eq!(answer["QueryResponse"], json!({}));
}

#[tokio::test]
async fn an_open_catalogue_makes_what_is_asked_for() {
    let visitor = Visitor::with(&[]).await;
    let answer = visitor.query("SELECT Sku, QtyOnHand FROM Item WHERE Sku = 'O\\'H'").await.json();
    assert_eq!(rows(&answer), [(Some("O'H"), Some(0.0))]);
    assert_eq!(visitor.on_hand("O'H"), Some(0.0));
}

#[tokio::test]
async fn what_is_no_query_is_refused_with_its_code() {
    let visitor = Visitor::with(&["limits=off"]).await;
    for (statement, said) in [
        ("", "4000"),
        ("DELETE FROM Item", "4000"),
        ("SELECT Id FROM Item WHERE Sku IN ('A", "4000"),
        ("SELECT Id FROM Item", "4001"),
        ("SELECT Id FROM Item WHERE QtyOnHand = '1'", "4001"),
        ("SELECT Id FROM Invoice WHERE Id = '1'", "4001"),
    ] {
        visitor.sandbox.set_mode("items=A").unwrap();
        let answer = visitor.query(statement).await;
        assert_eq!((answer.status, code(&answer.json())), (400, said), "{statement}");
    }
}
