//! Tokens, access and secrets.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json as value;
use trueup_marketplace::{Arrival, Context, ErrorKind, Marketplace, Retry};

use crate::support::{SECRET, Scripted, answer, json, parts, submit_over, wayfair};

#[test]
fn a_token_is_asked_for_as_documented() {
    for (settings, url, audience) in [
        ("", "https://sso.auth.wayfair.com/oauth/token", "https://api.wayfair.com/"),
        (
            "environment = \"sandbox\"\napi_url = \"http://127.0.0.1:9\"\nauth_url = \"http://[::1]:9/\"",
            "http://[::1]:9/oauth/token",
            "https://sandbox.api.wayfair.com/",
        ),
    ] {
        let request = wayfair(settings).token_request(None).unwrap();
        assert_eq!(request.url, url);
        assert!(!request.needs_login);
        let expected = value!({
            "grant_type": "client_credentials", "client_id": "us", "client_secret": SECRET,
            "audience": audience,
        });
        assert_eq!(json(&request.body), expected);
    }
}

#[test]
fn a_token_lives_as_long_as_wayfair_says() {
    let body = r#"{"access_token":"ey","scope":"a b","expires_in":43200,"token_type":"Bearer"}"#;
    let token = wayfair("").read_token(&answer(200, body)).unwrap();
    assert_eq!(token.access.expose(), "ey");
    assert_eq!(token.expires_in, Duration::from_secs(43_200));
    assert!(token.refresh.is_none());
}

#[test]
fn a_login_that_fails_says_what_to_check_and_repeats_nothing() {
    use ErrorKind::{Throttled, Unauthorised, Unavailable};
    let echo = format!(r#"{{"error":"invalid_client","error_description":"{SECRET}"}}"#);
    let echo = echo.as_str();
    let wait = Retry::After(Duration::from_secs(52));
    for (status, body, kind, retry, words) in [
        (400, echo, Unauthorised, Retry::Never, "refused (invalid_client, HTTP status 40"),
        (401, echo, Unauthorised, Retry::Never, "refused (invalid_client, HTTP status 40"),
        (200, echo, Unauthorised, Retry::Never, "`environment` is production"),
        (
            403,
            r#"{"error":"access_denied"}"#,
            Unauthorised,
            Retry::Never,
            "refused (access_denied, HTTP status 403 Forbidden); the setting `environment` is production",
        ),
        (
            403,
            "Invalid environment for application.",
            Unauthorised,
            Retry::Never,
            "`environment` is production",
        ),
        (200, "<html></html>", Unauthorised, Retry::Later, "auth_url if it is set"),
        (200, r#"{"access_token":"ey"}"#, Unauthorised, Retry::Later, "expires_in"),
        (200, r#"{"access_token":"ey","expires_in":0}"#, Unauthorised, Retry::Later, "expires_in"),
        (200, r#"{"access_token":"","expires_in":60}"#, Unauthorised, Retry::Later, "access_token"),
        (429, "Retry after 52000ms", Throttled, wait, "slow down"),
        (429, "", Throttled, Retry::Later, "slow down"),
        (502, "", Unavailable, Retry::Later, "HTTP status 502"),
    ] {
        let error = wayfair("").read_token(&answer(status, body)).unwrap_err();
        assert_eq!((error.kind(), error.retry()), (kind, retry), "{status} {body}: {error}");
        assert_eq!(error.arrival(), Arrival::NotApplied);
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
}

#[tokio::test]
async fn a_check_changes_nothing_and_says_what_it_found() {
    let wayfair = wayfair("");
    let refused = r#"{"errors":[{"message":"no","extensions":{"category":"PERMISSION_DENIED"}}]}"#;
    let cases = [
        (r#"{"data":{"__typename":"Query"}}"#, Ok("accepts the production application")),
        (r#"{"data":{}}"#, Err(ErrorKind::Unreadable)),
        (refused, Err(ErrorKind::Unauthorised)),
        ("<html></html>", Err(ErrorKind::Unreadable)),
    ];
    for (body, expected) in cases {
        let wire = Scripted::new(&wayfair, [answer(200, body)]);
        let context = Context::calling(&wire, Timestamp::UNIX_EPOCH);
        let checked = wayfair.check(&context).await;
        match (checked, expected) {
            (Ok(found), Ok(words)) => assert!(found.0.contains(words), "{}", found.0),
            (Err(error), Err(kind)) => assert_eq!(error.kind(), kind),
            (found, _) => panic!("{body}: {found:?}"),
        }
        assert!(wire.sent()[0].is_read);
        assert_eq!(wire.sent_members("query"), ["query { __typename }"]);
    }
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let wayfair = wayfair("");
    let request = wayfair.token_request(None).unwrap();
    let token = answer(200, format!(r#"{{"access_token":"{SECRET}","expires_in":60}}"#));
    let read = wayfair.read_token(&token).unwrap();
    let wire = Scripted::new(&wayfair, [answer(400, SECRET)]);
    let error = submit_over(&wayfair, &wire, &parts(1)).await.unwrap_err();
    for shown in [
        format!("{wayfair:?} {wayfair:#?}"),
        format!("{request:?} {token:?} {read:?} {wire:?}"),
        format!("{error} {error:?}"),
    ] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
}
