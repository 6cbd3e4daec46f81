//! Wayfair's answers, which say most things with status 200: what they mean before their content
//! is read, and whether a request was refused or answered.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use trueup_marketplace::{Error, ErrorKind, Response, Retry, Verdict};

use crate::settings::Environment;

const TOKEN_REFUSED: &str = "Authorization failed";
const WRONG_ENVIRONMENT: &str = "Invalid environment for application";
/// No throttle lasts longer; a larger number is a misprint.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What an answer means. Refusals that need words or another try count as answered.
pub(crate) fn verdict(response: &Response) -> Verdict {
    let body = Body::of(response);
    let by_status = Verdict::by_status(response);
    let may_be_throttled = matches!(by_status, Verdict::Answered | Verdict::Throttled(_));
    if may_be_throttled && let Some(wait) = body.wait() {
        let asked = response.retry_after().unwrap_or_default();
        return Verdict::Throttled(Some(wait.max(asked)));
    }
    if body.says(WRONG_ENVIRONMENT) {
        return Verdict::Answered;
    }
    if body.says(TOKEN_REFUSED) {
        return Verdict::TokenRefused;
    }
    match by_status {
        Verdict::Refused(_) => Verdict::Answered,
        other => other,
    }
}

/// What became of a GraphQL request.
pub(crate) enum Reply {
    /// It was executed, and this is its data.
    Data(Value),
    /// It was refused before anything was executed.
    Refused(Rejection),
}

/// A request that was refused as a whole.
pub(crate) struct Rejection {
    kind: ErrorKind,
    words: String,
}

impl Rejection {
    /// Whether the server knows no `limit` on the lists of a transaction.
    pub(crate) fn is_about_limit(&self) -> bool {
        let words = self.words.to_lowercase();
        words.contains("limit") && words.contains("argument")
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        let message = format!("Wayfair refused the request: {}", rejection.words);
        Self::not_applied(rejection.kind, Retry::Never, message)
    }
}

/// Reads an answer whose verdict was [`Verdict::Answered`].
pub(crate) fn read(response: &Response, environment: Environment) -> Result<Reply, Error> {
    let body = Body::of(response);
    if body.says(WRONG_ENVIRONMENT) {
        return Err(wrong_environment(environment));
    }
    let errors = body.errors();
    if response.status.is_client_error() {
        if body.holds_data() {
            return Err(Error::unreadable(
                "the answer holds data and refuses the request",
            ));
        }
        if errors.is_empty() {
            return Err(refused_by_status(response.status));
        }
    }
    let Some(Value::Object(mut object)) = body.json else {
        return Err(not_graphql(response));
    };
    let data = object.remove("data").unwrap_or_default();
    match (errors.is_empty(), holds(&data)) {
        (true, _) => Ok(Reply::Data(data)),
        (false, true) => Err(Error::unreadable(format!(
            "the answer holds both data and an error: {}",
            words(&errors)
        ))),
        (false, false) => refusal(&errors).map(Reply::Refused),
    }
}

/// Whether the answer says that the application belongs to the other environment.
pub(crate) fn names_wrong_environment(response: &Response) -> bool {
    Body::of(response).says(WRONG_ENVIRONMENT)
}

/// The token does not fit the environment it was sent to; no new one would.
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
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Unauthorised,
        _ => ErrorKind::Refused,
    };
    let message = format!("Wayfair refused the request with HTTP status {status}");
    Error::not_applied(kind, Retry::Never, message)
}

fn not_graphql(response: &Response) -> Error {
    let bytes = response.body.len();
    let message = format!(
        "the answer is not a GraphQL answer ({}, {bytes} bytes)",
        response.content_type()
    );
    Error::unreadable(message)
}

/// A refusal, if every error says that nothing was executed.
fn refusal(errors: &[Value]) -> Result<Rejection, Error> {
    let words = words(errors);
    if !errors.iter().all(is_refusal) {
        let message = format!("Wayfair failed and does not say whether it was applied: {words}");
        return Err(Error::unknown(ErrorKind::Unavailable, message));
    }
    let is_permission = |error| marks(error).any(|mark| mark == "PERMISSION_DENIED");
    let kind = match errors.iter().any(is_permission) {
        true => ErrorKind::Unauthorised,
        false => ErrorKind::Refused,
    };
    Ok(Rejection { kind, words })
}

/// Whether an error is of a request that was never executed: Wayfair marks it so, or it points
/// into the request and, unlike an error of execution, at no field of the answer.
fn is_refusal(error: &Value) -> bool {
    let marked = |mark: &str| {
        let known = [
            "BAD_REQUEST",
            "PERMISSION_DENIED",
            "ValidationError",
            "ExtendedValidationError",
        ];
        known.contains(&mark)
    };
    let filled = |key: &str| error[key].as_array().is_some_and(|list| !list.is_empty());
    let message = message(error).to_lowercase();
    let validation = ["unknown field", "unknown argument", "cannot query field"];
    let says_so = validation.iter().any(|start| message.starts_with(start));
    marks(error).any(marked) || says_so || (filled("locations") && !filled("path"))
}

/// Where Wayfair's servers put the kind of an error.
fn marks(error: &Value) -> impl Iterator<Item = &str> {
    let extensions = &error["extensions"];
    let places = [
        &extensions["category"],
        &extensions["errorType"],
        &extensions["classification"],
        &extensions["classification"]["type"],
    ];
    places.into_iter().filter_map(Value::as_str)
}

fn message(error: &Value) -> &str {
    error["message"]
        .as_str()
        .or(error.as_str())
        .unwrap_or_default()
}

/// The words of the first error, for people.
fn words(errors: &[Value]) -> String {
    let first = errors.first().map_or("", message);
    let first = if first.is_empty() {
        "no reason given"
    } else {
        first
    };
    let more = errors.len().saturating_sub(1);
    let rest = if more > 0 {
        format!(" (and {more} more)")
    } else {
        String::new()
    };
    shown(first) + &rest
}

/// Wayfair's words, on one line and not too long.
pub(crate) fn shown(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(300).collect::<String>().trim().to_owned()
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

/// A body, as JSON where it is.
struct Body<'a> {
    text: std::borrow::Cow<'a, str>,
    json: Option<Value>,
}

impl<'a> Body<'a> {
    fn of(response: &'a Response) -> Self {
        let json = serde_json::from_slice(&response.body).ok();
        Self {
            text: response.text(),
            json,
        }
    }

    fn holds_data(&self) -> bool {
        self.json.as_ref().is_some_and(|json| holds(&json["data"]))
    }

    /// The entries of `errors`, or of `error` as some answers spell it.
    fn errors(&self) -> Vec<Value> {
        let Some(json) = &self.json else {
            return Vec::new();
        };
        let lists = [&json["errors"], &json["error"]].into_iter();
        lists
            .flat_map(|list| match list {
                Value::Null => Vec::new(),
                Value::Array(entries) => entries.clone(),
                single => vec![single.clone()],
            })
            .collect()
    }

    /// Every text in which an answer without data speaks.
    fn sayings(&self) -> Vec<String> {
        match &self.json {
            _ if self.holds_data() => Vec::new(),
            None => vec![self.text.to_string()],
            Some(json) => {
                let errors = self.errors();
                let top = [
                    message(json),
                    json["error_description"].as_str().unwrap_or_default(),
                ];
                let said = errors.iter().map(message).chain(top);
                said.map(str::to_owned).collect()
            }
        }
    }

    /// Whether it says exactly this, with or without its full stop.
    fn says(&self, phrase: &str) -> bool {
        let said = self.sayings();
        said.iter()
            .any(|text| text.trim().trim_end_matches('.') == phrase)
    }

    /// How long a `Retry after <N>ms` asks to wait.
    fn wait(&self) -> Option<Duration> {
        self.sayings().iter().find_map(|text| wait_in(text))
    }
}

fn wait_in(text: &str) -> Option<Duration> {
    let text = text.to_ascii_lowercase();
    let (_, rest) = text.split_once("retry after ")?;
    let digits = rest.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = digits.split_at(end);
    if !unit.trim_start().starts_with("ms") {
        return None;
    }
    let wait = number.parse().map_or(WAIT_MAX, Duration::from_millis);
    (!number.is_empty()).then_some(wait.min(WAIT_MAX))
}
