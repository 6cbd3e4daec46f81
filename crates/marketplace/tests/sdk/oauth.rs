//! Tokens, and why there is none.

use std::time::Duration;

use trueup_marketplace::{Arrival, Error, ErrorKind, Response, Retry, Token, Verdict, oauth};

use crate::support::{answer, with_header};

const CANARY: &str = "s3cr3t-canary";

fn read(response: &Response) -> Result<Token, Error> {
    oauth::read_token(response, Verdict::by_status(response), "check client_id")
}

#[test]
fn a_token_lives_as_long_as_the_answer_says() {
    let body = r#"{"access_token":"ey","scope":"a b","expires_in":86399,"token_type":"Bearer"}"#;
    let token = read(&answer(200, body)).unwrap();
    assert_eq!((token.access.expose(), token.expires_in), ("ey", Duration::from_secs(86_399)));
    assert!(token.refresh.is_none());
}

#[test]
fn a_refresh_token_is_kept() {
    for (member, expected) in
        [(r#""refresh_token":"AB1","#, Some("AB1")), (r#""refresh_token":"","#, None), ("", None)]
    {
        let body = format!(r#"{{"access_token":"ey",{member}"expires_in":3600,"error":null}}"#);
        let token = read(&answer(200, &body)).unwrap();
        assert_eq!(token.refresh.as_ref().map(|refresh| refresh.expose()), expected);
    }
}

#[test]
fn a_refusal_is_final_and_shows_its_code_alone() {
    let echo = format!(r#"{{"error":"invalid_client","error_description":"{CANARY}"}}"#);
    let disguised = format!(r#"{{"error":"{CANARY}"}}"#);
    let token_and_error = format!(r#"{{"access_token":"{CANARY}","expires_in":60,"error":"no"}}"#);
    for (status, body, words) in [
        (
            400,
            echo.as_str(),
            "the login was refused (invalid_client, HTTP status 400 Bad Request); check client_id",
        ),
        (401, echo.as_str(), "(invalid_client, HTTP status 401 Unauthorized)"),
        (200, echo.as_str(), "(invalid_client, HTTP status 200 OK)"),
        (400, disguised.as_str(), "refused (HTTP status 400 Bad Request)"),
        (403, "<html></html>", "refused (HTTP status 403 Forbidden)"),
        (200, token_and_error.as_str(), "refused (no, HTTP status 200 OK)"),
        (
            200,
            r#"{"access_token":"ey","expires_in":60,"error":{"a":1}}"#,
            "refused (HTTP status 200 OK)",
        ),
        (400, r#"{"access_token":"ey","expires_in":60}"#, "refused (HTTP status 400 Bad Request)"),
    ] {
        let error = read(&answer(status, body)).unwrap_err();
        assert_eq!(
            (error.kind(), error.retry()),
            (ErrorKind::Unauthorised, Retry::Never),
            "{error}"
        );
        assert_eq!(error.arrival(), Arrival::NotApplied);
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains(CANARY));
    }
}

#[test]
fn an_answer_that_is_neither_is_no_token() {
    for body in [
        "<html></html>",
        "",
        "[]",
        r#"{"access_token":"s3cr3t-canary"}"#,
        r#"{"access_token":"s3cr3t-canary","expires_in":0}"#,
        r#"{"access_token":"s3cr3t-canary","expires_in":"soon"}"#,
        r#"{"access_token":"s3cr3t-canary","expires_in":-1}"#,
        r#"{"access_token":"","expires_in":60}"#,
        r#"{"expires_in":60}"#,
    ] {
        let error = read(&answer(200, body)).unwrap_err();
        assert_eq!(
            (error.kind(), error.retry()),
            (ErrorKind::Unauthorised, Retry::Later),
            "{body}"
        );
        let words = "not a token with access_token and expires_in; check client_id";
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains(CANARY));
    }
}

#[test]
fn a_busy_or_broken_server_is_not_a_refusal() {
    let busy = with_header(answer(429, ""), "retry-after", "52");
    let error = read(&busy).unwrap_err();
    let wait = Retry::After(Duration::from_secs(52));
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Throttled, wait));
    let error = read(&answer(429, "")).unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Throttled, Retry::Later));
    let error = read(&answer(502, "<html></html>")).unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Later));
    assert!(error.to_string().contains("HTTP status 502"), "{error}");
    // The connector's own reading of the answer counts.
    let hidden = answer(200, r#"{"message":"slow down"}"#);
    let error = oauth::read_token(&hidden, Verdict::Throttled(None), "").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
}
