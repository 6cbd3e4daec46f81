//! Request ids: carried out once, and remembered for a while.

use crate::client::Visitor;

#[tokio::test]
async fn a_repeated_id_is_answered_and_not_booked_again() {
    let visitor = Visitor::with(&["items=A"]).await;
    let elements = [visitor.adjustment("A", 5.0)];
    let first = visitor.batch("r-1", &elements).await;
    assert_eq!(visitor.batch("r-1", &elements).await, first);
    assert_eq!(visitor.on_hand("A"), Some(5.0));
    let calls = visitor.sandbox.calls();
    assert_eq!((calls.batches, calls.repeats), (1, 1));
    visitor.batch("r-2", &elements).await;
    assert_eq!(visitor.on_hand("A"), Some(10.0), "another id is another request");
}

#[tokio::test]
async fn another_body_under_a_known_id_gets_the_stored_answer() {
    let visitor = Visitor::with(&["items=A"]).await;
    let first = visitor.batch("r-1", &[visitor.adjustment("A", 5.0)]).await;
    assert_eq!(visitor.batch("r-1", &[visitor.adjustment("A", 7.0)]).await, first);
    assert_eq!(visitor.on_hand("A"), Some(5.0));
}

#[tokio::test]
async fn an_id_that_is_forgotten_books_again() {
    let visitor = Visitor::with(&["items=A", "request_id_memory=0"]).await;
    for booked in [5.0, 10.0] {
        visitor.batch("r-1", &[visitor.adjustment("A", 5.0)]).await;
        assert_eq!(visitor.on_hand("A"), Some(booked));
    }
}

#[tokio::test]
async fn a_refused_batch_is_not_remembered() {
    let visitor = Visitor::with(&["items=A", "throttle=next"]).await;
    let elements = [visitor.adjustment("A", 5.0)];
    assert_eq!(visitor.try_batch("r-1", &elements).await.unwrap().status, 429);
    visitor.batch("r-1", &elements).await;
    assert_eq!(visitor.on_hand("A"), Some(5.0));
}
