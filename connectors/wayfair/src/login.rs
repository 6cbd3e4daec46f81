//! Tokens: asking for one, and reading the answer.

use std::time::Duration;

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
    Request::post_json("log in", url, &body).without_login().reading()
}

/// A token, where the answer holds no `error`. How long it lives is Wayfair's to say.
#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    expires_in: u64,
    #[serde(default)]
    error: Value,
}

/// Reads a token, or says why there is none. Repeats nothing of the answer, which may echo what
/// was sent.
pub(crate) fn read(response: &Response, environment: Environment) -> Result<Token, Error> {
    let granted: Option<Granted> = serde_json::from_slice(&response.body).ok();
    let granted = granted.filter(|granted| {
        let is_token = !granted.access_token.expose().is_empty() && granted.expires_in > 0;
        response.status.is_success() && is_token && granted.error.is_null()
    });
    let granted = granted.ok_or_else(|| refusal(response, environment))?;
    Ok(Token {
        access: granted.access_token,
        expires_in: Duration::from_secs(granted.expires_in),
        refresh: None,
    })
}

fn refusal(response: &Response, environment: Environment) -> Error {
    if answer::names_wrong_environment(response) {
        return answer::wrong_environment(environment);
    }
    let (kind, retry, message) = match answer::verdict(response) {
        Verdict::Throttled(wait) => {
            let retry = wait.map_or(Retry::Later, Retry::After);
            let message = "Wayfair asked to slow down with logins".to_owned();
            (ErrorKind::Throttled, retry, message)
        }
        Verdict::Unclear(what) => {
            let message = format!("Wayfair's login failed: {what}");
            (ErrorKind::Unavailable, Retry::Later, message)
        }
        Verdict::Answered | Verdict::TokenRefused | Verdict::Refused(_) => {
            let (retry, message) = unauthorised(response, environment.name());
            (ErrorKind::Unauthorised, retry, message)
        }
    };
    Error::not_applied(kind, retry, message)
}

fn unauthorised(response: &Response, environment: &str) -> (Retry, String) {
    let (status, text) = (response.status, response.text());
    if text.contains("access_denied") {
        let message = format!(
            "Wayfair gives this application no access to {environment}; check the setting \
             `environment` and what the application is approved for"
        );
        return (Retry::Never, message);
    }
    if status.is_success() && !text.contains("\"error\"") {
        let message = "the answer of the login is not a token with access_token and expires_in; \
                       check auth_url if it is set";
        return (Retry::Later, message.to_owned());
    }
    let message = format!(
        "client id or secret refused (HTTP status {status}); check client_id and client_secret \
         against the {environment} application in Partner Home, and the setting `environment`, \
         which is {environment}"
    );
    (Retry::Never, message)
}
