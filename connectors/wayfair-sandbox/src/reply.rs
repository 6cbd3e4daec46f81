//! The HTTP answers, down to the texts.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt};
use serde_json::{Value, json};

use crate::auth::{Closed, NoToken};
use crate::modes::{Access, ThrottleForm};

const TOO_MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    json_bytes(status, body.to_string().into())
}

pub(crate) fn json_bytes(status: StatusCode, body: Bytes) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// A page as a gateway in front of the API would send it.
pub(crate) fn html(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!("<html><head><title>{title}</title></head><body>{title}</body></html>");
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, headers, page).into_response()
}

fn text(status: StatusCode, body: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain")], body).into_response()
}

/// A GraphQL failure that is not about the document.
pub(crate) fn data_null(message: &str, category: &str) -> Response {
    let error = json!({
        "message": message,
        "path": ["inventory", "save"],
        "extensions": { "category": category },
    });
    json(StatusCode::OK, &json!({ "data": null, "errors": [error] }))
}

/// A token that opens nothing.
pub(crate) fn closed(closed: Closed, access: &Access) -> Response {
    let status = status(access.bad_token_status);
    match closed {
        Closed::BadToken => text(status, "Authorization failed."),
        Closed::OtherEnvironment => text(status, "Invalid environment for application."),
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::UNAUTHORIZED)
}

/// A throttled GraphQL call, in the form the modes ask for.
pub(crate) fn throttled(wait: Duration, form: ThrottleForm) -> Response {
    let message = format!("Rate limit exceeded. Retry after {}ms", wait.as_millis());
    match form {
        ThrottleForm::Header => with_wait(wait, json(TOO_MANY, &json!({ "message": message }))),
        ThrottleForm::NoHeader => html(TOO_MANY),
        ThrottleForm::Ok200 => {
            let errors = json!([{ "message": message }]);
            json(StatusCode::OK, &json!({ "data": null, "errors": errors }))
        }
    }
}

fn with_wait(wait: Duration, mut response: Response) -> Response {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A token request that gets none.
pub(crate) fn no_token(refusal: NoToken, access: &Access) -> Response {
    let oauth = |status, error: &str, why: &str| {
        json(status, &json!({ "error": error, "error_description": why }))
    };
    match refusal {
        NoToken::Throttled(wait) => throttled(wait, ThrottleForm::Header),
        NoToken::UnsupportedGrant => oauth(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "grant_type must be client_credentials",
        ),
        NoToken::BadClient => oauth(
            status(access.bad_client_status),
            "invalid_client",
            "Client authentication failed",
        ),
        NoToken::BadAudience => oauth(
            StatusCode::FORBIDDEN,
            "access_denied",
            "Service not enabled within domain for this audience",
        ),
        NoToken::OtherEnvironment => {
            oauth(StatusCode::FORBIDDEN, "access_denied", "Invalid environment for application.")
        }
    }
}

/// The whole head and half the body, then the connection breaks.
pub(crate) fn truncated(body: &Bytes) -> Response {
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
