//! GraphQL answers as Wayfair and Shopify give them.

use std::time::Duration;

use serde_json::{Value, json};
use trueup_marketplace::graphql::{self, Dialect, Envelope};
use trueup_marketplace::{Arrival, Error, ErrorKind, Retry, Verdict};

use crate::support::{answer, with_header};

pub static DIALECT: Dialect = Dialect {
    server: "Acme",
    not_executed: &[
        "BAD_REQUEST",
        "ValidationError",
        "ExtendedValidationError",
        "INVALID_VARIABLE",
    ],
    unauthorised: &["PERMISSION_DENIED", "ACCESS_DENIED"],
    throttled: &["THROTTLED"],
};

pub fn envelope(status: u16, body: &str) -> Envelope {
    Envelope::read(&answer(status, body), &DIALECT)
}

fn failure(status: u16, body: &str) -> Error {
    envelope(status, body).data().unwrap_err()
}

fn with(error: &str) -> String {
    format!(r#"{{"data":null,"errors":[{error}]}}"#)
}

#[test]
fn the_same_document_and_variables_give_the_same_bytes() {
    let body = graphql::body("query { x }", &json!({ "a": 1 }));
    assert_eq!(&body[..], br#"{"query":"query { x }","variables":{"a":1}}"#);
}

#[test]
fn data_alone_is_data() {
    let cost = r#"{"data":{"set":{"group":null,"userErrors":[]}},"extensions":{"cost":{}}}"#;
    let data = envelope(200, cost).data().unwrap();
    assert_eq!(data["set"], json!({ "group": null, "userErrors": [] }));
    for errors in ["null", "[]"] {
        let body = format!(r#"{{"data":{{"a":1}},"errors":{errors}}}"#);
        assert_eq!(envelope(200, &body).data().unwrap(), json!({ "a": 1 }));
    }
}

#[test]
fn a_part_is_found_by_its_pointer() {
    let body = r#"{"data":{"inventory":{"save":{"handle":"h-1"}},"list":null}}"#;
    let save: Value = envelope(200, body).part("/inventory/save").unwrap();
    assert_eq!(save["handle"], "h-1");
    let list: Option<Vec<u8>> = envelope(200, body).part("/list").unwrap();
    assert_eq!(list, None);
    let error = envelope(200, body).part::<u8>("/inventory/save").unwrap_err();
    assert_eq!(error.arrival(), Arrival::Unknown);
    assert!(error.to_string().contains("at /inventory/save"), "{error}");
    assert!(!error.to_string().contains("h-1"), "{error}");
    assert!(envelope(200, body).part::<u8>("/elsewhere").is_err());
    assert!(envelope(200, &with(r#"{"message":"no"}"#)).part::<Value>("/x").is_err());
}

#[test]
fn what_is_proven_not_executed_is_not_applied() {
    use ErrorKind::{Refused, Unauthorised};
    let coded = |extensions: &str| {
        with(&format!(r#"{{"message":"no","path":["set"],"extensions":{extensions}}}"#))
    };
    for (status, body, kind) in [
        (200, coded(r#"{"code":"BAD_REQUEST"}"#), Refused),
        (200, coded(r#"{"category":"BAD_REQUEST"}"#), Refused),
        (200, coded(r#"{"errorType":"BAD_REQUEST"}"#), Refused),
        (200, coded(r#"{"classification":"ValidationError"}"#), Refused),
        (200, coded(r#"{"classification":{"type":"ExtendedValidationError"}}"#), Refused),
        (200, coded(r#"{"code":"OTHER","category":"BAD_REQUEST"}"#), Refused),
        (200, coded(r#"{"code":"ACCESS_DENIED"}"#), Unauthorised),
        (200, with(r#"{"message":"Unknown field `save`"}"#), Refused),
        (200, with(r#"{"message":"Cannot query field 'x'"}"#), Refused),
        (200, with(r#"{"message":"x","locations":[{"line":1}]}"#), Refused),
        (200, with(r#"{"message":"x","locations":[{"line":1}],"path":[]}"#), Refused),
        (200, r#"{"error":[{"message":"Unknown argument `x`"}]}"#.into(), Refused),
        (200, r#"{"error":{"message":"Unknown argument `x`"}}"#.into(), Refused),
        (400, r#"{"errors":{"query":"Required parameter missing"}}"#.into(), Refused),
        (404, r#"{"errors":"Not Found"}"#.into(), Refused),
        (413, "<html>too large</html>".into(), Refused),
        (401, r#"{"errors":"[API] Invalid API key"}"#.into(), Unauthorised),
        (402, r#"{"errors":"This shop is frozen"}"#.into(), Unauthorised),
        (403, "Forbidden".into(), Unauthorised),
    ] {
        let error = failure(status, &body);
        assert_eq!(error.arrival(), Arrival::NotApplied, "{body}: {error}");
        assert_eq!((error.kind(), error.retry()), (kind, Retry::Never), "{body}: {error}");
        assert!(error.to_string().starts_with("Acme refused the request: "), "{error}");
    }
}

#[test]
fn everything_else_is_unknown() {
    for (status, body) in [
        (200, ""),
        (200, "<html></html>"),
        (200, "null"),
        (200, "[]"),
        (200, r#""data""#),
        (200, "{}"),
        (200, r#"{"data":null}"#),
        (200, r#"{"data":null,"errors":"broken"}"#),
        (200, r#"{"data":null,"errors":[null]}"#),
        (200, r#"{"data":null,"errors":[{"message":"Internal error"}]}"#),
        (
            200,
            r#"{"data":null,"errors":[{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}"#,
        ),
        // A code that is not known speaks against the shape.
        (
            200,
            r#"{"errors":[{"message":"x","locations":[{"line":1}],"extensions":{"code":"TIMEOUT"}}]}"#,
        ),
        (200, r#"{"errors":[{"message":"x","locations":[{"line":1}],"path":["set"]}]}"#),
        (400, r#"{"errors":[{"message":"x","path":["set"]}]}"#),
        // One of two is not enough.
        (
            200,
            r#"{"errors":[{"message":"x","extensions":{"code":"BAD_REQUEST"}},{"message":"y"}]}"#,
        ),
        (
            200,
            r#"{"data":{"set":1},"errors":[{"message":"x","extensions":{"code":"BAD_REQUEST"}}]}"#,
        ),
        (400, r#"{"data":{"set":1}}"#),
        (500, r#"{"errors":[{"message":"x","extensions":{"code":"BAD_REQUEST"}}]}"#),
        (302, ""),
        (500, "{}"),
        (504, "<html></html>"),
    ] {
        let error = failure(status, body);
        assert_eq!(error.arrival(), Arrival::Unknown, "{status} {body}: {error}");
    }
}

#[test]
fn throttling_is_found_inside_status_200() {
    let throttled = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{}}}"#;
    assert_eq!(envelope(200, throttled).verdict(), Verdict::Throttled(None));
    assert_eq!(envelope(400, throttled).verdict(), Verdict::Throttled(None));
    let hinted = with_header(answer(200, throttled), "retry-after", "2");
    let wait = Duration::from_secs(2);
    let envelope_hinted = Envelope::read(&hinted, &DIALECT);
    assert_eq!(envelope_hinted.verdict(), Verdict::Throttled(Some(wait)));
    let error = envelope_hinted.data().unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Throttled, Retry::After(wait)));
    assert_eq!(error.arrival(), Arrival::NotApplied);
    assert_eq!(failure(429, "").kind(), ErrorKind::Throttled);

    let with_data = throttled.replacen('{', r#"{"data":{"a":1},"#, 1);
    assert_eq!(envelope(200, &with_data).verdict(), Verdict::Answered);
    let and_more = throttled.replacen("[{", r#"[{"message":"Internal error"},{"#, 1);
    assert_eq!(envelope(200, &and_more).verdict(), Verdict::Answered);
    assert_eq!(failure(200, &and_more).arrival(), Arrival::Unknown);
}

#[test]
fn the_verdict_lets_words_through_and_doubts_contradictions() {
    let unclear = |words: &str| Verdict::Unclear(words.to_owned());
    for (status, body, expected) in [
        (200, "{}", Verdict::Answered),
        (200, "<html></html>", Verdict::Answered),
        (400, r#"{"errors":"no"}"#, Verdict::Answered),
        (403, "", Verdict::Answered),
        (401, "", Verdict::TokenRefused),
        (429, "<html></html>", Verdict::Throttled(None)),
        (503, "", unclear("HTTP status 503 Service Unavailable")),
        (400, r#"{"data":{"a":[{"b":0}]}}"#, unclear("data with HTTP status 400 Bad Request")),
        (401, r#"{"data":{"a":false}}"#, unclear("data with HTTP status 401 Unauthorized")),
        (400, r#"{"data":{"a":[null,{"b":null}]}}"#, Verdict::Answered),
    ] {
        assert_eq!(envelope(status, body).verdict(), expected, "{status} {body}");
    }
}

#[test]
fn a_field_or_argument_that_is_refused_can_be_left_out() {
    for message in [
        r#"Unknown argument \"limit\" on field \"errors\""#,
        "Unknown argument 'limit'",
        "Unknown field `Limit`",
    ] {
        let body = with(&format!(r#"{{"message":"{message}"}}"#));
        assert!(envelope(200, &body).is_about("limit"), "{message}");
        assert!(!envelope(200, &body).is_about("lim"), "{message}");
    }
    let java = r#"{"message":"Validation error (UnknownArgument@[save/errors]) : Unknown field argument 'limit'","extensions":{"classification":"ValidationError"}}"#;
    assert!(envelope(200, &with(java)).is_about("limit"));
    for (status, body) in [
        // It may have been executed.
        (200, with(r#"{"message":"argument 'limit' broke"}"#)),
        (500, with(r#"{"message":"Unknown argument 'limit'"}"#)),
        (200, r#"{"data":{"a":1},"errors":[{"message":"Unknown argument 'limit'"}]}"#.to_owned()),
        // It is about something else.
        (200, with(r#"{"message":"Unknown argument 'limits'"}"#)),
        (200, with(r#"{"message":"rate limit","extensions":{"code":"BAD_REQUEST"}}"#)),
        (400, "limit argument".to_owned()),
        (200, r#"{"data":{"a":"argument limit"}}"#.to_owned()),
    ] {
        assert!(!envelope(status, &body).is_about("limit"), "{status} {body}");
    }
}

#[test]
fn messages_are_one_short_line_and_count_the_others() {
    let long = "x".repeat(5000);
    let error = failure(
        200,
        &with(&format!(r#"{{"message":"Unknown field\n{long}"}},{{"message":"Unknown field b"}}"#)),
    );
    let message = error.to_string();
    assert!(!message.contains('\n') && message.len() < 400, "{message}");
    assert!(message.ends_with("(and 1 more)"), "{message}");
    let words = failure(400, r#"{"errors":{"query":"Required parameter missing"}}"#).to_string();
    assert!(words.ends_with("query: Required parameter missing"), "{words}");
    let none = failure(400, r#"{"errors":[{"code":7}]}"#).to_string();
    assert!(none.ends_with("no reason given"), "{none}");
    assert!(failure(404, "").to_string().ends_with("HTTP status 404 Not Found"));
}

#[test]
fn debug_shows_no_content() {
    let envelope = envelope(200, r#"{"data":{"token":"s3cr3t"},"errors":["s3cr3t"]}"#);
    let shown = format!("{envelope:?}");
    assert_eq!(shown, "Envelope { status: 200, holds_data: true, errors: 1, .. }");
}
