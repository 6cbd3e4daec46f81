//! Answers over HTTP that every sandbox gives.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt};
use serde_json::Value;

/// JSON.
#[must_use]
pub fn json(status: StatusCode, body: &Value) -> Response {
    json_bytes(status, body.to_string().into())
}

/// JSON that is written already.
#[must_use]
pub fn json_bytes(status: StatusCode, body: Bytes) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// A page as a gateway in front of the API would send it.
#[must_use]
pub fn html(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!("<html><head><title>{title}</title></head><body>{title}</body></html>");
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, headers, page).into_response()
}

/// Plain text.
#[must_use]
pub fn text(status: StatusCode, body: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain")], body).into_response()
}

/// The same with `Retry-After`, in whole seconds, rounded up.
#[must_use]
pub fn with_wait(wait: Duration, mut response: Response) -> Response {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The whole head and half the body, then the connection breaks.
#[must_use]
pub fn truncated(body: &Bytes) -> Response {
    let half = body.slice(..body.len() / 2);
    // The pause lets the half go out before the break is noticed.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let halves = stream::iter([Ok(half)]).chain(end);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CONTENT_LENGTH, HeaderValue::from(body.len())),
    ];
    (StatusCode::OK, headers, Body::from_stream(halves)).into_response()
}
