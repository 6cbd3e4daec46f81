//! Wayfair's answers, which say most things with status 200: what they mean before their content
//! is read, and whether they hold data or refuse the request.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use trueup_marketplace::{Error, ErrorKind, Response, Retry, Verdict};

use crate::settings::Environment;

const TOKEN_REFUSED: &str = "Authorization failed";
const WRONG_ENVIRONMENT: &str = "Invalid environment for application";
/// Refusals that no new token helps against, whatever their status.
const HAS_WORDS: [&str; 2] = [WRONG_ENVIRONMENT, "invalid_client"];
/// Where an error carries one of these, nothing was executed.
const NOT_EXECUTED: [&str; 4] =
    ["BAD_REQUEST", "PERMISSION_DENIED", "ValidationError", "ExtendedValidationError"];
/// How the messages of validation begin.
const VALIDATION: [&str; 3] = ["Unknown field", "Unknown argument", "Cannot query field"];
/// No throttle lasts longer; a larger number is a misprint.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What an answer means. Refusals whose words matter count as answered.
pub(crate) fn verdict(response: &Response) -> Verdict {
    let by_status = Verdict::by_status(response);
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    if body.is_some_and(|body| holds(&body["data"])) {
        let status = response.status;
        let contradiction = || Verdict::Unclear(format!("data with HTTP status {status}"));
        return if status.is_success() { by_status } else { contradiction() };
    }
    let text = response.text();
    if text.contains(TOKEN_REFUSED) {
        return Verdict::TokenRefused;
    }
    match (by_status, wait_in(&text)) {
        _ if HAS_WORDS.iter().any(|words| text.contains(words)) => Verdict::Answered,
        (Verdict::Answered | Verdict::Throttled(_), Some(wait)) => {
            Verdict::Throttled(response.retry_after().max(Some(wait)))
        }
        (Verdict::Refused(_), _) => Verdict::Answered,
        (other, _) => other,
    }
}

/// What `Retry after <N>ms` asks for.
fn wait_in(text: &str) -> Option<Duration> {
    let start = text.to_ascii_lowercase().find("retry after ")?;
    let rest = text.get(start + "retry after ".len()..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = rest.split_at_checked(end)?;
    let is_wait = end > 0 && unit.trim_start().starts_with("ms");
    let wait = number.parse().map_or(WAIT_MAX, Duration::from_millis);
    is_wait.then_some(wait.min(WAIT_MAX))
}

/// The data of an answer whose verdict was [`Verdict::Answered`].
///
/// # Errors
/// Not applied, where the answer says that nothing was executed; otherwise of unknown arrival.
pub(crate) fn read(response: &Response, environment: Environment) -> Result<Value, Error> {
    let body = response.json::<Value>();
    let data = body.as_ref().map_or(&Value::Null, |body| &body["data"]);
    let errors = body.as_ref().map(errors).unwrap_or_default();
    let is_success = response.status.is_success();
    match body {
        Ok(_) if is_success && errors.is_empty() && !data.is_null() => Ok(data.clone()),
        Ok(_) if holds(data) => Err(Error::unreadable(format!(
            "the answer holds data and refuses the request: {}",
            words(&errors)
        ))),
        _ if names_wrong_environment(response) => Err(wrong_environment(environment)),
        Ok(_) if !errors.is_empty() => Err(refused(&errors)),
        _ if !is_success => Err(refused_by_status(response.status)),
        Ok(_) => Err(Error::unreadable("the answer holds no data")),
        Err(error) => Err(error),
    }
}

/// Whether the answer says that the application belongs to the other environment.
pub(crate) fn names_wrong_environment(response: &Response) -> bool {
    response.text().contains(WRONG_ENVIRONMENT)
}

/// The application does not fit the environment it talked to; no new token would.
pub(crate) fn wrong_environment(environment: Environment) -> Error {
    let name = environment.name();
    let message = format!(
        "Wayfair says the application does not belong to this environment; the setting \
         `environment` is {name}, and client_id and client_secret must be those of a {name} \
         application"
    );
    Error::not_applied(ErrorKind::Unauthorised, Retry::Never, message)
}

fn refused_by_status(status: StatusCode) -> Error {
    let is_permission = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let message = format!("Wayfair refused the request with HTTP status {status}");
    Error::not_applied(refusal_kind(is_permission), Retry::Never, message)
}

fn refused(errors: &[&Value]) -> Error {
    let words = words(errors);
    if !errors.iter().all(|error| is_not_executed(error)) {
        let message = format!("Wayfair failed and does not say whether it was applied: {words}");
        return Error::unknown(ErrorKind::Unavailable, message);
    }
    let is_permission = |error: &&Value| marks(error).contains(&Some("PERMISSION_DENIED"));
    let kind = refusal_kind(errors.iter().any(is_permission));
    let message = format!("Wayfair refused the request: {words}");
    Error::not_applied(kind, Retry::Never, message)
}

fn refusal_kind(is_permission: bool) -> ErrorKind {
    match is_permission {
        true => ErrorKind::Unauthorised,
        false => ErrorKind::Refused,
    }
}

/// Whether an error is of a request that was never executed: it is marked so, or it points into
/// the request and, unlike an error of execution, at no field of the answer.
fn is_not_executed(error: &Value) -> bool {
    let marked = marks(error).into_iter().flatten().any(|mark| NOT_EXECUTED.contains(&mark));
    let says_so = VALIDATION.iter().any(|start| message(error).starts_with(start));
    let filled = |key: &str| error[key].as_array().is_some_and(|list| !list.is_empty());
    marked || says_so || (filled("locations") && !filled("path"))
}

/// The kind of an error, in the places where Wayfair's servers put it.
fn marks(error: &Value) -> [Option<&str>; 4] {
    let extensions = &error["extensions"];
    let classification = &extensions["classification"];
    [
        extensions["category"].as_str(),
        extensions["errorType"].as_str(),
        classification.as_str(),
        classification["type"].as_str(),
    ]
}

/// The entries of `errors`, or of `error` as some answers spell it.
fn errors(body: &Value) -> Vec<&Value> {
    let lists = [&body["errors"], &body["error"]].into_iter();
    let entries = lists.flat_map(|list| match list {
        Value::Null => Vec::new(),
        Value::Array(entries) => entries.iter().collect(),
        single => vec![single],
    });
    entries.collect()
}

fn message(error: &Value) -> &str {
    let message = error["message"].as_str().or(error.as_str());
    message.unwrap_or("no reason given")
}

/// The words of the first error, for people.
fn words(errors: &[&Value]) -> String {
    match errors {
        [] => "no reason given".to_owned(),
        [only] => shown(message(only)),
        [first, rest @ ..] => format!("{} (and {} more)", shown(message(first)), rest.len()),
    }
}

/// Wayfair's words, on one line and not too long.
pub(crate) fn shown(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(300).collect()
}

/// Whether there is anything but nothing in it.
fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(members) => members.values().any(holds),
        Value::Array(items) => items.iter().any(holds),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}
