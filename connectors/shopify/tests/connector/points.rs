//! What is learnt from the points in the answers.

use std::time::Duration;

use http::{HeaderValue, header::RETRY_AFTER};
use serde_json::{Value, json};
use trueup_marketplace::{Marketplace, Response, Verdict};

use crate::loopback::start;
use crate::support::{answer, parts, shopify};

fn with_points(errors: Value, requested: f64, available: f64, most: f64, rate: f64) -> Response {
    let status = json!({
        "maximumAvailable": most, "currentlyAvailable": available, "restoreRate": rate,
    });
    let cost = json!({ "requestedQueryCost": requested, "throttleStatus": status });
    let body = json!({ "errors": errors, "extensions": { "cost": cost } });
    answer(200, body.to_string())
}

fn throttled(requested: f64, available: f64, most: f64, rate: f64) -> Response {
    let errors = json!([{ "message": "Throttled", "extensions": { "code": "THROTTLED" } }]);
    with_points(errors, requested, available, most, rate)
}

#[test]
fn a_throttled_call_waits_for_the_points_that_are_missing() {
    let wait = |seconds| Verdict::Throttled(Some(Duration::from_secs(seconds)));
    for (response, expected) in [
        (throttled(752.0, 666.0, 1_000.0, 50.0), wait(2)),
        (throttled(60.0, 59.5, 2_000.0, 100.0), wait(1)),
        (throttled(10.0, 500.0, 2_000.0, 100.0), wait(1)),
        (throttled(600.0, 0.0, 2_000.0, 10.0), wait(60)),
        (throttled(600.0, 0.0, 2_000.0, 0.0), wait(1)),
        (answer(429, r#"{"errors":"slow down"}"#), wait(1)),
    ] {
        assert_eq!(shopify("").verdict(&response), expected, "{}", response.text());
    }
    let mut told = answer(429, "");
    told.headers.insert(RETRY_AFTER, HeaderValue::from_static("2.0"));
    assert_eq!(shopify("").verdict(&told), wait(2));
}

#[test]
fn a_channel_rests_until_the_next_request_finds_its_points() {
    let rest = |available, most, rate| {
        shopify("").rest_after(&with_points(Value::Null, 10.0, available, most, rate))
    };
    assert_eq!(rest(1_990.0, 2_000.0, 100.0), None);
    assert_eq!(rest(200.0, 2_000.0, 100.0), None);
    assert_eq!(rest(100.0, 2_000.0, 100.0), Some(Duration::from_secs(1)));
    assert_eq!(rest(27.0, 100.0, 10.0), Some(Duration::from_secs(3)));
    assert_eq!(rest(0.0, 50.0, 10.0), Some(Duration::from_secs(5)), "no more than there can be");
    assert_eq!(shopify("").rest_after(&answer(200, "{}")), None);
    assert_eq!(shopify("").rest_after(&answer(200, "<html>")), None);
}

#[tokio::test]
async fn a_small_bucket_is_never_overdrawn() {
    let shop = start(&["bucket=test"]).await;
    for round in 0..3 {
        shop.deliver(&parts(&format!("b-{round}"), 3)).await;
    }
    assert_eq!(shop.sandbox.calls().throttled, 0);
    assert_eq!(shop.available("P3"), Some(3));
}

#[tokio::test]
async fn a_throttled_set_is_sent_once_more_in_both_forms() {
    for form in ["ok_200", "status_429"] {
        let shop = start(&[&format!("throttle_form={form}")]).await;
        let batch = parts("b-1", 2);
        let prepared = shop.prepare(&batch).await;
        // The bucket is full, so the points tell of a short wait.
        shop.set("throttle=next");
        let receipt = shop.submit(&batch, &prepared).await.unwrap();
        assert!(receipt.exceptions().is_empty(), "{form}");
        assert_eq!(shop.sandbox.calls().sets, 1, "{form}");
    }
}
