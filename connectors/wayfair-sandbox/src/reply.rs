//! The HTTP answers, down to the texts.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use trueup_sandbox::reply::{html, json, text, with_wait};

use crate::auth::{Closed, NoToken};
use crate::modes::{Access, ThrottleForm};

const TOO_MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

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
