//! Too many calls, in the three forms they are answered.

use serde_json::Value;

use crate::client::{Answer, PRODUCTION, Visitor, ask, ask_for_token, line};

async fn save(visitor: &Visitor) -> Answer {
    visitor.try_save("DIFFERENTIAL", &[line(81454, "A", 5)]).await.unwrap()
}

#[tokio::test]
async fn a_throttled_call_tells_the_wait_in_a_header() {
    let visitor = Visitor::with(&["throttle=next", "retry_after=7"]).await;
    let answer = save(&visitor).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    assert_eq!(answer.json()["message"], "Rate limit exceeded. Retry after 7000ms");
    assert_eq!(visitor.on_hand(81454, "A"), None);
    assert_eq!(save(&visitor).await.status, 200);
}

#[tokio::test]
async fn a_throttled_call_may_tell_nothing() {
    let visitor = Visitor::with(&["throttle", "throttle_form=no_header"]).await;
    let answer = save(&visitor).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, None));
    assert!(answer.text().starts_with("<html>"));
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn a_throttled_call_may_look_like_success() {
    let visitor = Visitor::with(&["throttle", "throttle_form=ok_200"]).await;
    let answer = save(&visitor).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["data"], Value::Null);
    let message = answer.json()["errors"][0]["message"].clone();
    assert!(message.as_str().unwrap().contains("Retry after 1000ms"), "{message}");
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn calls_beyond_the_limit_are_throttled_and_not_applied() {
    let visitor = Visitor::with(&["requests_per_second=0"]).await;
    let answer = save(&visitor).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("60")));
    assert_eq!(visitor.sandbox.calls().saves, 0);
    visitor.sandbox.set_mode("requests_per_second=off").unwrap();
    assert_eq!(save(&visitor).await.status, 200);
}

#[tokio::test]
async fn the_login_has_a_bucket_of_its_own() {
    let visitor = Visitor::with(&["token_requests_per_minute=1"]).await;
    let answer = ask_for_token(visitor.sandbox.address(), &ask(PRODUCTION)).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(save(&visitor).await.status, 200);
    assert_eq!(visitor.sandbox.calls().token, 2);
}
