//! Tokens: asking for one, and reading the answer.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use trueup_marketplace::{Error, ErrorKind, Request, Response, Retry, Secret, Token, Verdict};

use crate::answer;
use crate::settings::{Environment, Settings};

/// The request for a token of the settings' application.
pub(crate) fn request(settings: &Settings, url: &str) -> Request {
    let body = json!({
        "grant_type": "client_credentials",
        "client_id": settings.client_id,
        "client_secret": settings.client_secret.expose(),
        "audience": settings.environment.audience(),
    });
    Request::post_json("log in", url, &body)
        .without_login()
        .reading()
}

#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    expires_in: u64,
}

/// Reads a token, or says why there is none. Never repeats what the answer says beyond a known
/// code: it may echo what was sent.
pub(crate) fn read(response: &Response, environment: Environment) -> Result<Token, Error> {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let code = body
        .as_ref()
        .map(|body| body["error"].clone())
        .unwrap_or_default();
    if !response.status.is_success() || !code.is_null() {
        return Err(refused(
            response,
            code.as_str().unwrap_or_default(),
            environment,
        ));
    }
    let granted: Option<Granted> = body.and_then(|body| serde_json::from_value(body).ok());
    let whole =
        |granted: &Granted| granted.expires_in > 0 && !granted.access_token.expose().is_empty();
    let granted = granted.filter(whole).ok_or_else(|| {
        let message = "the answer of the login is not a token with `access_token` and `expires_in`; \
                       check `auth_url` if it is set";
        Error::not_applied(ErrorKind::Unauthorised, Retry::Later, message)
    })?;
    Ok(Token {
        access: granted.access_token,
        expires_in: Duration::from_secs(granted.expires_in),
        refresh: None,
    })
}

fn refused(response: &Response, code: &str, environment: Environment) -> Error {
    if let Verdict::Throttled(wait) = answer::verdict(response) {
        let retry = wait.map_or(Retry::Later, Retry::After);
        let message = "Wayfair asked to slow down with logins";
        return Error::not_applied(ErrorKind::Throttled, retry, message);
    }
    if answer::names_wrong_environment(response) {
        return answer::wrong_environment(environment);
    }
    let status = response.status;
    if status.is_server_error() {
        let message = format!("Wayfair's login failed with HTTP status {status}");
        return Error::not_applied(ErrorKind::Unavailable, Retry::Later, message);
    }
    let name = environment.name();
    let message = match code {
        "invalid_client" | "unauthorized_client" => format!(
            "Wayfair refused client id or secret; check both against the {name} application in \
             Partner Home, and the setting `environment`, which is {name}"
        ),
        "access_denied" => format!(
            "Wayfair gives this application no access to {name}; check the setting `environment` \
             and what the application is approved for"
        ),
        _ => format!(
            "Wayfair's login refused with HTTP status {status}; check client_id, client_secret and \
             the setting `environment`, which is {name}"
        ),
    };
    let is_unusual = matches!(status, StatusCode::NOT_FOUND | StatusCode::REQUEST_TIMEOUT);
    let retry = if is_unusual {
        Retry::Later
    } else {
        Retry::Never
    };
    Error::not_applied(ErrorKind::Unauthorised, retry, message)
}
