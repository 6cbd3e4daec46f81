//! Faults of the wire: what the caller sees, and what is booked all the same.

use std::time::{Duration, Instant};

use trueup_quickbooks_online_sandbox::REALM;

use crate::client::{Visitor, code};

#[tokio::test]
async fn what_is_seen_and_what_is_booked() {
    for (fault, status, booked) in [
        ("lost_answer", None, 5.0),
        ("not_applied_drop", None, 0.0),
        ("server_error_applied", Some(500), 5.0),
        ("server_error_not_applied", Some(502), 0.0),
        ("html_200", Some(200), 0.0),
        ("throttle", Some(429), 0.0),
        ("twice", Some(200), 5.0),
        ("slow=1", Some(200), 5.0),
    ] {
        let visitor = Visitor::with(&["items=A", fault]).await;
        let answer = visitor.try_batch("r-1", &[visitor.adjustment("A", 5.0)]).await;
        assert_eq!(answer.map(|answer| answer.status), status, "{fault}");
        assert_eq!(visitor.on_hand("A"), Some(booked), "{fault}");
    }
}

#[tokio::test]
async fn a_repetition_on_the_way_books_twice_where_there_is_no_id() {
    let visitor = Visitor::with(&["items=A", "twice"]).await;
    let body = serde_json::json!({ "BatchItemRequest": [visitor.adjustment("A", 5.0)] });
    let answer = visitor.call(REALM, "batch", body.to_string().as_bytes()).await.unwrap();
    assert_eq!((answer.status, visitor.on_hand("A")), (200, Some(10.0)));
}

#[tokio::test]
async fn an_answer_breaks_off_after_booking() {
    let visitor = Visitor::with(&["items=A", "truncated_body"]).await;
    let answer = visitor.try_batch("r-1", &[visitor.adjustment("A", 5.0)]).await.unwrap();
    assert!(!answer.is_whole());
    assert_eq!(visitor.on_hand("A"), Some(5.0));
}

#[tokio::test]
async fn a_late_batch_is_booked_after_nothing_was_answered() {
    let visitor = Visitor::with(&["items=A", "late=100"]).await;
    assert!(visitor.try_batch("r-1", &[visitor.adjustment("A", 5.0)]).await.is_none());
    let deadline = Instant::now() + Duration::from_secs(20);
    while visitor.on_hand("A") != Some(5.0) {
        assert!(Instant::now() < deadline, "it was never booked");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let visitor = Visitor::with(&[]).await;
    let answer = visitor.call(REALM, "batch?requestid=r-1", b"{\"Batch").await.unwrap();
    assert_eq!((answer.status, code(&answer.json())), (400, "2010"));
}

#[tokio::test]
async fn a_window_shows_the_books() {
    let visitor = Visitor::with(&["items=A"]).await;
    visitor.batch("r-1", &[visitor.adjustment("A", 5.0)]).await;
    let to = visitor.sandbox.address();
    let answer = trueup_sandbox::raw::send(to, "GET /state HTTP/1.1", b"").await.unwrap().unwrap();
    let state = answer.json();
    assert_eq!((&state["items"][0]["sku"], &state["adjustments"]), (&"A".into(), &1.into()));
    assert_eq!(state["items"][0]["on_hand"], 5.0);
}
