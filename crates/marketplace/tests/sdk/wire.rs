//! Requests, answers and the verdict HTTP gives.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use trueup_marketplace::{Arrival, ErrorKind, Method, Request, Verdict, one_line};

use crate::support::{answer, with_header};

const CANARY: &str = "s3cr3t-canary";

#[test]
fn each_constructor_says_whether_it_writes() {
    let get = Request::get("look", "https://x.example");
    assert_eq!((get.method, get.is_read, get.needs_login), (Method::Get, true, true));
    let post = Request::post_json("save", "https://x.example", &json!({ "a": 1 }));
    assert_eq!((post.method, post.is_read, post.needs_login), (Method::Post, false, true));
    assert_eq!(
        (&post.body[..], &post.headers[CONTENT_TYPE]),
        (&br#"{"a":1}"#[..], &HeaderValue::from_static("application/json"))
    );
    assert_eq!((post.deadline, post.purpose), (Duration::from_secs(60), "save"));
    let text = Request::post("ask", "https://x.example", "application/text", "select 1");
    assert_eq!(text.headers[CONTENT_TYPE], "application/text");
    assert_eq!(&text.body[..], b"select 1");
}

#[test]
fn a_request_is_changed_one_thing_at_a_time() {
    let request = Request::post_json("ask", "https://x.example", &Value::Null)
        .without_login()
        .reading()
        .within(Duration::from_secs(5))
        .header(HeaderName::from_static("x-agent"), HeaderValue::from_static("us"));
    assert!(request.is_read && !request.needs_login);
    assert_eq!(request.deadline, Duration::from_secs(5));
    assert_eq!(request.headers["x-agent"], "us");
}

#[test]
fn a_form_is_encoded_as_browsers_do() {
    let fields = [("grant_type", "client_credentials"), ("client secret", "a+b&c=ü /~*-._")];
    let form = Request::post_form("log in", "https://x.example", &fields);
    assert_eq!(form.headers[CONTENT_TYPE], "application/x-www-form-urlencoded");
    let expected = "grant_type=client_credentials&client+secret=a%2Bb%26c%3D%C3%BC+%2F%7E*-._";
    assert_eq!(String::from_utf8_lossy(&form.body), expected);
    assert!(Request::post_form("log in", "https://x.example", &[]).body.is_empty());
}

#[test]
fn debug_shows_no_header_no_body_and_no_url() {
    let url = format!("https://x.example/?token={CANARY}");
    let request = Request::post_json("save", url, &json!({ "password": CANARY }))
        .header(AUTHORIZATION, HeaderValue::from_static("Bearer s3cr3t-canary"));
    let response = with_header(answer(200, CANARY), "x-token", "s3cr3t-canary");
    let shown = format!("{request:?} {request:#?} {response:?} {response:#?}");
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(shown.contains("save") && shown.contains("200") && shown.contains("body_bytes: 13"));
}

#[test]
fn http_alone_gives_a_verdict() {
    let refused = |words: &str| Verdict::Refused(words.to_owned());
    let unclear = |words: &str| Verdict::Unclear(words.to_owned());
    for (status, expected) in [
        (200, Verdict::Answered),
        (204, Verdict::Answered),
        (299, Verdict::Answered),
        (302, unclear("HTTP status 302 Found")),
        (400, refused("HTTP status 400 Bad Request")),
        (401, Verdict::TokenRefused),
        (403, refused("HTTP status 403 Forbidden")),
        (404, refused("HTTP status 404 Not Found")),
        (429, Verdict::Throttled(None)),
        (500, unclear("HTTP status 500 Internal Server Error")),
        (503, unclear("HTTP status 503 Service Unavailable")),
    ] {
        assert_eq!(Verdict::by_status(&answer(status, "")), expected);
    }
}

#[test]
fn a_wait_is_read_where_it_is_a_number_of_seconds() {
    for (header, wait) in [
        ("52", Some(52)),
        (" 0 ", Some(0)),
        ("2.0", Some(2)),
        ("inf", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
    ] {
        let response = with_header(answer(429, ""), "retry-after", header);
        let wait = wait.map(Duration::from_secs);
        assert_eq!(response.retry_after(), wait, "{header}");
        assert_eq!(Verdict::by_status(&response), Verdict::Throttled(wait));
    }
}

#[test]
fn a_wait_until_a_moment_is_measured_from_the_answers_own_date() {
    const NOON: &str = "Wed, 21 Oct 2026 12:00:00 GMT";
    let waits = [
        ("Wed, 21 Oct 2026 12:01:30 GMT", NOON, Some(90)),
        ("Wednesday, 21-Oct-26 12:01:30 GMT", NOON, Some(90)),
        ("Wed Oct 21 12:01:30 2026", NOON, Some(90)),
        ("Wed, 21 Oct 2026 11:59:59 GMT", NOON, Some(0)),
        ("Wed, 21 Oct 2026 12:01:30 GMT", "yesterday", None),
        ("tomorrow", NOON, None),
    ];
    for (until, date, wait) in waits {
        let response = with_header(answer(429, ""), "retry-after", until);
        let response = with_header(response, "date", date);
        assert_eq!(response.retry_after(), wait.map(Duration::from_secs), "{until}");
    }
}

#[test]
fn an_answer_that_is_not_json_is_described_and_not_shown() {
    let page = with_header(answer(200, "<html>s3cr3t-canary</html>"), "content-type", "text/html");
    let error = page.json::<Value>().unwrap_err();
    assert_eq!((error.kind(), error.arrival()), (ErrorKind::Unreadable, Arrival::Unknown));
    let message = error.to_string();
    assert!(message.contains("text/html, 26 bytes, at line 1 column 1"), "{message}");
    assert!(!message.contains(CANARY), "{message}");
    assert_eq!(answer(200, "{}").content_type(), "no content type");
    assert_eq!(answer(200, "[1]").json::<Vec<u8>>().unwrap(), [1]);
}

#[test]
fn the_words_of_others_stay_on_one_line() {
    assert_eq!(one_line("a\nb\tc\u{7}"), "a b c ");
    assert_eq!(one_line(&"ü".repeat(5000)).chars().count(), 300);
}
