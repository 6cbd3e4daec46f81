//! What answers have in common: the envelope of GraphQL, and tokens.

use http::{HeaderMap, StatusCode};
use serde_json::Value;
use trueup_marketplace::graphql::{Dialect, Envelope};
use trueup_marketplace::{Response, Verdict, oauth};

static DIALECT: Dialect = Dialect {
    server: "Acme",
    not_executed: &["BAD_REQUEST"],
    unauthorised: &["PERMISSION_DENIED"],
    throttled: &["THROTTLED"],
};

/// An answer: a line with the HTTP status, then the body. Without such a line the status is 200.
pub(crate) fn response(bytes: &[u8]) -> Response {
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let status = bytes.get(..line).and_then(|line| StatusCode::from_bytes(line).ok());
    let body = match status {
        Some(_) => bytes.get(line + 1..).unwrap_or_default(),
        None => bytes,
    };
    let status = status.unwrap_or(StatusCode::OK);
    Response { status, headers: HeaderMap::new(), body: body.to_vec().into() }
}

/// Answers that follow each other, with a line of three dashes between them.
pub(crate) fn responses(bytes: &[u8]) -> Vec<Response> {
    parts(bytes).into_iter().map(response).collect()
}

/// What stands between lines of three dashes.
pub(crate) fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    const BETWEEN: &[u8] = b"\n---\n";
    let (mut parts, mut rest) = (Vec::new(), bytes);
    while let Some(at) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.get(BETWEEN.len()..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// The body as JSON, read apart from the code under test. A byte that is no text is replaced: in a
/// member that nobody reads it does no harm.
pub(crate) fn body_of(response: &Response) -> Value {
    serde_json::from_str(&String::from_utf8_lossy(&response.body)).unwrap_or_default()
}

/// Data are data only in a good answer that complains of nothing.
///
/// # Panics
/// Where they are not.
pub fn graphql(bytes: &[u8]) {
    let response = response(bytes);
    let envelope = Envelope::read(&response, &DIALECT);
    let verdict = envelope.verdict();
    let _is_about = envelope.is_about("limit");
    let body = body_of(&response);
    let complains = match &body["errors"] {
        Value::Null => false,
        Value::Array(errors) => !errors.is_empty(),
        _ => true,
    };
    let Ok(data) = envelope.data() else { return };
    assert!(response.status.is_success(), "data with status {}", response.status);
    assert_eq!(verdict, Verdict::Answered);
    assert!(!complains, "data beside errors");
    assert_eq!(data, body["data"]);
    assert!(!data.is_null());
}

/// A token is one only with itself and its life, and never in a refusal.
///
/// # Panics
/// Where it is not.
pub fn token(bytes: &[u8]) {
    let response = response(bytes);
    let verdict = Verdict::by_status(&response);
    let Ok(token) = oauth::read_token(&response, verdict, "check client_id") else { return };
    let body = body_of(&response);
    assert!(response.status.is_success(), "a token with status {}", response.status);
    assert!(body["error"].is_null(), "a token beside an error");
    assert_eq!(body["access_token"], token.access.expose());
    assert!(!token.access.expose().is_empty());
    assert_eq!(body["expires_in"], token.expires_in.as_secs());
    assert!(!token.expires_in.is_zero());
}
