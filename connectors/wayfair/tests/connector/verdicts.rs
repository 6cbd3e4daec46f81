//! What an answer means before its content is read.

use std::time::Duration;

use http::{HeaderValue, header::RETRY_AFTER};
use trueup_marketplace::{Arrival, ErrorKind, Marketplace, Retry, Verdict};

use crate::support::{answer, parts, submit, wayfair};

#[test]
fn failures_are_found_whatever_the_status() {
    let wait = |millis| Verdict::Throttled(Some(Duration::from_millis(millis)));
    let throttled = r#"{"data":null,"errors":[{"message":"Slow down. Retry after 51943ms"}]}"#;
    let unclear = |words: &str| Verdict::Unclear(words.to_owned());
    for (status, body, expected) in [
        (200, "Authorization failed.", Verdict::TokenRefused),
        (401, "Authorization failed.", Verdict::TokenRefused),
        (403, "Authorization failed.", Verdict::TokenRefused),
        (401, "", Verdict::TokenRefused),
        (401, "Invalid environment for application.", Verdict::Answered),
        (200, "Invalid environment for application.", Verdict::Answered),
        (401, r#"{"error":"invalid_client"}"#, Verdict::Answered),
        (200, throttled, wait(51_943)),
        (200, r#"{"errors":[{"message":"a"},{"message":"retry after 5 ms"}]}"#, wait(5)),
        (429, r#"{"message":"Retry after 2000ms"}"#, wait(2000)),
        (429, "<html></html>", Verdict::Throttled(None)),
        (200, r#"{"errors":[{"message":"Retry after 99999999999999999999ms"}]}"#, wait(86_400_000)),
        (200, r#"{"errors":[{"message":"Retry after ms"}]}"#, Verdict::Answered),
        (200, r#"{"errors":[{"message":"Retry after 5 minutes"}]}"#, Verdict::Answered),
        (400, "{}", Verdict::Answered),
        (403, "", Verdict::Answered),
        (503, throttled, unclear("HTTP status 503 Service Unavailable")),
        (302, "", unclear("HTTP status 302 Found")),
        (200, "<html></html>", Verdict::Answered),
    ] {
        assert_eq!(wayfair("").verdict(&answer(status, body)), expected, "{status} {body}");
    }
}

#[test]
fn the_longer_of_two_waits_is_kept() {
    for (seconds, expected) in [("1", 2), ("9", 9)] {
        let mut throttled = answer(429, r#"{"message":"Retry after 2000ms"}"#);
        throttled.headers.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        let expected = Verdict::Throttled(Some(Duration::from_secs(expected)));
        assert_eq!(wayfair("").verdict(&throttled), expected);
    }
}

#[test]
fn words_inside_data_are_not_a_verdict() {
    let message = "Authorization failed. Invalid environment for application. Retry after 5ms";
    let body = serde_json::json!({ "data": { "inventory": { "save": {
        "handle": "h-1", "errors": [{ "key": "P1", "message": message }],
    } } } });
    assert_eq!(wayfair("").verdict(&answer(200, body.to_string())), Verdict::Answered);
}

#[tokio::test]
async fn the_wrong_environment_is_final_and_names_the_setting() {
    for (status, body) in [
        (401, "Invalid environment for application."),
        (200, r#"{"data":null,"errors":[{"message":"Invalid environment for application"}]}"#),
    ] {
        let error = submit("", &parts(1), answer(status, body)).await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unauthorised, Retry::Never));
        assert_eq!(error.arrival(), Arrival::NotApplied);
        assert!(error.to_string().contains("`environment` is production"), "{error}");
    }
}
