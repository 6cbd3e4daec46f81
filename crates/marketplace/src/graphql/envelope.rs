//! An answer, read on evidence only.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Dialect;
use super::fault::Fault;
use crate::{Error, ErrorKind, Response, Retry, Verdict, json};

/// An answer, taken apart into data and errors.
///
/// ```
/// use trueup_marketplace::graphql::{Dialect, Envelope};
/// use trueup_marketplace::{Arrival, Response};
///
/// static DIALECT: Dialect = Dialect {
///     server: "Acme",
///     not_executed: &["BAD_REQUEST"],
///     unauthorised: &[],
///     throttled: &[],
/// };
/// let body = r#"{"data":null,"errors":[{"message":"no","extensions":{"code":"BAD_REQUEST"}}]}"#;
/// let (status, headers) = (http::StatusCode::OK, http::HeaderMap::new());
/// let response = Response { status, headers, body: body.into() };
/// let error = Envelope::read(&response, &DIALECT).data().unwrap_err();
/// assert_eq!(error.to_string(), "Acme refused the request: no");
/// assert_eq!(error.arrival(), Arrival::NotApplied);
/// ```
pub struct Envelope {
    dialect: &'static Dialect,
    status: StatusCode,
    by_status: Verdict,
    retry_after: Option<Duration>,
    data: Result<Value, Error>,
    faults: Vec<Fault>,
}

impl Envelope {
    /// Takes an answer apart. What it means is asked of the result.
    #[must_use]
    pub fn read(response: &Response, dialect: &'static Dialect) -> Self {
        let (status, by_status) = (response.status, Verdict::by_status(response));
        let (data, faults) = match response.json::<Value>() {
            Ok(mut body) => {
                let data = body.get_mut("data").map(Value::take);
                (Ok(data.unwrap_or_default()), Fault::all(&body))
            }
            Err(error) => (Err(error), Vec::new()),
        };
        let retry_after = response.retry_after();
        Self { dialect, status, by_status, retry_after, data, faults }
    }

    /// What the answer means before its content is read, for
    /// [`Marketplace::verdict`](crate::Marketplace::verdict).
    ///
    /// Beside what HTTP says, it finds throttling inside status 200, and data that a status
    /// contradicts. A refusal counts as answered, so that its words reach [`data`](Self::data).
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.holds_data() && !self.status.is_success() {
            return Verdict::Unclear(format!("data with HTTP status {}", self.status));
        }
        match &self.by_status {
            Verdict::Answered | Verdict::Refused(_) if self.is_throttled() => {
                Verdict::Throttled(self.retry_after)
            }
            Verdict::Answered | Verdict::Refused(_) => Verdict::Answered,
            other => other.clone(),
        }
    }

    /// Whether there is any data but nulls and empty lists.
    #[must_use]
    pub fn holds_data(&self) -> bool {
        self.data.as_ref().is_ok_and(holds)
    }

    /// Whether nothing was executed because of the field or argument of this name, so that the
    /// same can be asked without it.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        self.is_not_executed() && self.faults.iter().any(|fault| fault.is_about(name))
    }

    /// The data, where nothing speaks against it.
    ///
    /// # Errors
    /// Not applied, where the answer proves that nothing was executed; otherwise of unknown
    /// arrival.
    pub fn data(self) -> Result<Value, Error> {
        let is_good = self.status.is_success() && self.faults.is_empty();
        if !is_good {
            return Err(self.failure());
        }
        match self.data? {
            Value::Null => Err(Error::unreadable("the answer holds no data")),
            data => Ok(data),
        }
    }

    /// The part of the data at a JSON pointer such as `/inventory/save`.
    ///
    /// # Errors
    /// As [`data`](Self::data); unreadable where the part is not what is wanted.
    pub fn part<T: DeserializeOwned>(self, pointer: &str) -> Result<T, Error> {
        let mut data = self.data()?;
        let part = data.pointer_mut(pointer).map(Value::take).unwrap_or_default();
        // What is wrong with it would be said in the marketplace's own values.
        json::take(part).map_err(|_| {
            Error::unreadable(format!("the answer does not hold what was asked for at {pointer}"))
        })
    }

    /// The error of an answer that is not good.
    fn failure(&self) -> Error {
        let (server, words) = (self.dialect.server, self.words());
        if self.holds_data() {
            let message = format!("the answer holds data and refuses the request: {words}");
            return Error::unreadable(message);
        }
        if let Verdict::Throttled(wait) = self.verdict() {
            let retry = wait.map_or(Retry::Later, Retry::After);
            let message = format!("{server} asks to slow down: {words}");
            return Error::not_applied(ErrorKind::Throttled, retry, message);
        }
        if !self.is_not_executed() {
            let message =
                format!("{server} failed and does not say whether it was applied: {words}");
            return Error::unknown(ErrorKind::Unavailable, message);
        }
        let kind = match self.is_unauthorised() {
            true => ErrorKind::Unauthorised,
            false => ErrorKind::Refused,
        };
        let message = format!("{server} refused the request: {words}");
        Error::not_applied(kind, Retry::Never, message)
    }

    /// Whether every error, or else the status, proves that nothing was executed.
    fn is_not_executed(&self) -> bool {
        let (dialect, status) = (self.dialect, self.status);
        let proven = |fault: &Fault| fault.is_not_executed(dialect, status);
        let says_so = status.is_client_error() || !self.faults.is_empty();
        let contradicts = status.is_server_error() || self.holds_data();
        says_so && !contradicts && self.faults.iter().all(proven)
    }

    fn is_throttled(&self) -> bool {
        self.is_not_executed() && self.bears(self.dialect.throttled)
    }

    fn is_unauthorised(&self) -> bool {
        matches!(self.status.as_u16(), 401..=403) || self.bears(self.dialect.unauthorised)
    }

    fn bears(&self, codes: &[&str]) -> bool {
        self.faults.iter().any(|fault| fault.bears(codes))
    }

    /// The words of the first error, for people.
    fn words(&self) -> String {
        match self.faults.as_slice() {
            [] => format!("HTTP status {}", self.status),
            [only] => only.message().to_owned(),
            [first, rest @ ..] => format!("{} (and {} more)", first.message(), rest.len()),
        }
    }
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

/// Shows status and sizes, never the content.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("status", &self.status)
            .field("holds_data", &self.holds_data())
            .field("errors", &self.faults.len())
            .finish_non_exhaustive()
    }
}
