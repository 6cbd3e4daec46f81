//! The published limits.

use crate::client::{Visitor, code};

/// Calls until one is refused; how many were taken. Twenty times the limit would have to go by in
/// less time than it takes to fill up again.
async fn taken(visitor: &Visitor) -> usize {
    for count in 0..400 {
        let answer = visitor.query("SELECT Id FROM Account").await;
        if answer.status != 200 {
            assert_eq!((answer.status, code(&answer.json())), (429, "3001"));
            assert_eq!(answer.header("retry-after"), None);
            return count;
        }
    }
    400
}

#[tokio::test]
async fn calls_beyond_the_limit_are_refused_and_counted() {
    let visitor = Visitor::with(&[]).await;
    let taken = taken(&visitor).await;
    assert!((10..400).contains(&taken), "{taken}");
    let calls = visitor.sandbox.calls();
    assert_eq!((calls.throttled, calls.queries), (1, u64::try_from(taken).unwrap()));
    visitor.sandbox.set_mode("limits=off").unwrap();
    assert_eq!(visitor.query("SELECT Id FROM Account").await.status, 200);
}

#[tokio::test]
async fn without_limits_everything_is_taken() {
    let visitor = Visitor::with(&["limits=off"]).await;
    for _ in 0..50 {
        assert_eq!(visitor.query("SELECT Id FROM Account").await.status, 200);
    }
    assert_eq!(visitor.sandbox.calls().throttled, 0);
}
