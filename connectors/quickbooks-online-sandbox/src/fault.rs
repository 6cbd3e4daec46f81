//! Refusals in the forms that the service gives them.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use trueup_sandbox::reply;

/// A refusal: its code, message and detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: u32,
    message: &'static str,
    detail: String,
}

impl Fault {
    pub(crate) fn new(code: u32, message: &'static str, detail: impl Into<String>) -> Self {
        Self { code, message, detail: detail.into() }
    }

    /// The member `Fault` of an answer or of an element of a batch.
    pub(crate) fn json(&self) -> Value {
        let kind = if self.code >= 10_000 { "SystemFault" } else { "ValidationFault" };
        json!({
            "Error": [{
                "Message": self.message, "Detail": self.detail,
                "code": self.code.to_string(), "element": "",
            }],
            "type": kind,
        })
    }

    /// A whole answer.
    pub(crate) fn answer(&self) -> Response {
        reply::json(StatusCode::BAD_REQUEST, &json!({ "Fault": self.json(), "time": TIME }))
    }
}

/// The time that every answer tells.
pub(crate) const TIME: &str = "2026-11-23T01:02:03.004-08:00";

/// The gateway's answer to a token that is none: its keys are in lower case.
pub(crate) fn unauthenticated() -> Response {
    let error = json!({
        "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "detail": "Token expired", "code": "3200", "element": null,
    });
    let body = json!({ "warnings": null, "fault": { "error": [error], "type": "AUTHENTICATION" } });
    reply::json(StatusCode::UNAUTHORIZED, &body)
}

/// The gateway's answer to an app that is not allowed for the company.
pub(crate) fn forbidden() -> Response {
    let error = json!({
        "message": "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        "detail": null, "code": "3100", "element": null,
    });
    let body = json!({ "fault": { "error": [error], "type": "SERVICE" } });
    reply::json(StatusCode::FORBIDDEN, &body)
}

/// Too many calls; there is no `Retry-After`.
pub(crate) fn throttled() -> Response {
    let error = json!({
        "Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
        "Detail": "The request limit was reached.  Try again later", "code": "3001",
    });
    let body = json!({ "Fault": { "Error": [error], "type": "SERVICE" }, "time": TIME });
    reply::json(StatusCode::TOO_MANY_REQUESTS, &body)
}

/// The service failed.
pub(crate) fn system() -> Fault {
    Fault::new(
        10_000,
        "An application error has occurred while processing your request",
        "System Failure Error: java.lang.NullPointerException",
    )
}
