//! What became of a feed, where Wayfair tells.

use serde_json::{Value, json};
use trueup_marketplace::{Answer, ErrorKind, Ticket};

use crate::support::{
    Scripted, answer, exceptions, parts, settle, settle_over, told, wayfair, words,
};

/// A complete feed of so many lines, with these refused.
fn complete(lines: usize, refused: &[&str]) -> Value {
    let errors = refused.iter().map(|key| json!({ "key": key, "message": "no" }));
    json!({
        "handle": "h-1", "status": "COMPLETE", "itemCount": lines, "errorCount": refused.len(),
        "completedCount": lines - refused.len(), "processingCount": 0,
        "errors": errors.collect::<Vec<_>>(),
    })
}

fn with(mut transaction: Value, key: &str, value: Value) -> Value {
    transaction[key] = value;
    transaction
}

fn pending() -> Answer {
    Answer::Pending(Ticket("h-1".to_owned()))
}

#[tokio::test]
async fn a_complete_feed_is_applied_but_for_the_lines_it_names() {
    let receipt = settle(&parts(3), told(complete(3, &[]))).await.unwrap();
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert!(receipt.exceptions().is_empty());
    let receipt = settle(&parts(3), told(complete(3, &["P2"]))).await.unwrap();
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert_eq!(exceptions(&receipt), (vec![2], vec![]));
}

#[tokio::test]
async fn a_feed_under_way_stays_pending() {
    for transaction in [
        with(complete(3, &[]), "status", Value::Null),
        with(complete(3, &[]), "status", json!("NEW")),
        with(complete(3, &[]), "status", json!("PROCESSING")),
        with(complete(3, &[]), "processingCount", json!(1)),
        with(complete(3, &[]), "completedCount", json!(2)),
    ] {
        let receipt = settle(&parts(3), told(transaction.clone())).await.unwrap();
        assert_eq!(receipt.answer(), &pending(), "{transaction}");
    }
    for body in [r#"{"data":{"transactions":[]}}"#, r#"{"data":{"transactions":null}}"#] {
        let receipt = settle(&parts(3), answer(200, body)).await.unwrap();
        assert_eq!(receipt.answer(), &pending(), "{body}");
    }
}

#[tokio::test]
async fn a_complete_feed_without_counters_is_not_called_applied() {
    for counter in ["itemCount", "errorCount", "completedCount", "processingCount"] {
        let transaction = with(complete(3, &["P1"]), counter, Value::Null);
        let receipt = settle(&parts(3), told(transaction)).await.unwrap();
        assert_eq!(receipt.answer(), &Answer::Submitted, "{counter}");
        assert_eq!(exceptions(&receipt), (vec![1], vec![]));
    }
}

#[tokio::test]
async fn what_the_counters_do_not_cover_is_unknown() {
    let missing = with(complete(3, &["P1", "P2"]), "errors", json!([{ "key": "P1" }]));
    let cases = [
        (complete(2, &["P1"]), vec![1], "the answer counts 2 lines where 3 were sent"),
        (complete(9, &["P1"]), vec![1], "the answer counts 9 lines where 3 were sent"),
        (missing, vec![1], "the answer refuses 2 lines and names 1 of them"),
        (
            with(complete(3, &["P1"]), "status", json!("ERROR")),
            vec![1],
            "Wayfair ended the feed with ERROR",
        ),
        (complete(3, &["ELSE"]), vec![], "the answer refuses `ELSE`, which was not sent"),
    ];
    for (transaction, rejected, why) in cases {
        let receipt = settle(&parts(3), told(transaction)).await.unwrap();
        let open = (1..=3).filter(|key| !rejected.contains(key)).collect();
        assert_eq!(exceptions(&receipt), (rejected, open), "{why}");
        assert_eq!(words(&receipt, 3), why);
    }
}

#[tokio::test]
async fn where_the_question_is_not_offered_the_feed_stays_submitted() {
    for body in [
        r#"{"data":null,"errors":[{"message":"Unknown field \"transactions\" on type \"Query\"."}]}"#,
        r#"{"data":null,"errors":[{"message":"Cannot query field 'transactions' on type 'Query'."}]}"#,
        r#"{"data":null,"errors":[{"message":"no","extensions":{"category":"PERMISSION_DENIED"}}]}"#,
    ] {
        let receipt = settle(&parts(2), answer(200, body)).await.unwrap();
        assert_eq!(receipt.answer(), &Answer::Submitted, "{body}");
        assert_eq!(receipt.handle(), Some("h-1"));
        assert!(receipt.exceptions().is_empty());
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_the_feed_pending() {
    for response in [
        answer(200, "<html></html>"),
        answer(200, r#"{"data":null}"#),
        answer(200, r#"{"data":null,"errors":[{"message":"Internal server error"}]}"#),
        told(with(complete(2, &[]), "handle", json!("h-2"))),
        told(with(complete(2, &[]), "status", json!("CANCELLED"))),
        told(with(complete(2, &[]), "itemCount", json!("two"))),
        answer(500, ""),
    ] {
        let error = settle(&parts(2), response).await.unwrap_err();
        let kinds = [ErrorKind::Unreadable, ErrorKind::Unavailable];
        assert!(kinds.contains(&error.kind()), "{error}");
    }
}

#[tokio::test]
async fn the_question_changes_nothing_and_names_the_feed() {
    let no_limit = r#"{"errors":[{"message":"Unknown argument \"limit\""}]}"#;
    let ten: Vec<String> = (1..=10).map(|n| format!("P{n}")).collect();
    let ten: Vec<&str> = ten.iter().map(String::as_str).collect();
    let wayfair = wayfair("");
    let wire = Scripted::new(&wayfair, [answer(200, no_limit), told(complete(12, &ten))]);
    let receipt = settle_over(&wayfair, &wire, &parts(12), "h-1").await.unwrap();
    // Ten counted, ten named: the list is not cut off.
    assert_eq!(exceptions(&receipt), ((1..=10).collect(), vec![]));
    let sent = wire.sent();
    assert!(sent.iter().all(|request| request.is_read && request.needs_login));
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!(body["variables"], json!({ "handle": "h-1" }));
    assert_eq!(
        body["query"],
        "query InventoryTransaction($handle: String!) { transactions(filters: [{ field: handle, \
         equals: $handle }], limit: 1) { handle status itemCount errorCount completedCount \
         processingCount errors(limit: 13) { key message } } }"
    );
}
