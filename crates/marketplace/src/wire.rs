//! How a connector talks: it describes requests, the exchange sends them.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, ErrorKind, Retry, Secret, json};

/// The way out: the exchange's fixed pipeline of deadline, login, pace, attempt, verdict, retry.
#[async_trait]
pub trait Wire: Send + Sync + fmt::Debug {
    /// Sends a request, with login where it asks for one, and gives back an answer whose
    /// [`Verdict`] was [`Verdict::Answered`].
    ///
    /// A request that was certainly not applied (throttled, token refused, connection refused) is
    /// tried again within the deadline and the retry budget. One that may have been applied is tried
    /// again only if it is [`Request::is_read`].
    ///
    /// # Errors
    /// Everything else, with the three questions of [`Error`] answered.
    async fn send(&self, request: Request) -> Result<Response, Error>;
}

/// The HTTP method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
}

/// One request, as bytes. The same batch gives the same bytes.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL; plain `http` only to this machine.
    pub url: String,
    /// Headers beside those the exchange adds (authorization, user agent).
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Whether it needs a token.
    pub needs_login: bool,
    /// Whether it changes nothing at the marketplace, so that it may be repeated at will.
    pub is_read: bool,
    /// What it does, for logs and messages: "save inventory".
    pub purpose: &'static str,
    /// How long all of it may take, attempts and waits included.
    pub deadline: Duration,
}

impl Request {
    /// A POST with a body of this content type, logged in, that writes, within 60 s.
    #[must_use]
    pub fn post(
        purpose: &'static str,
        url: impl Into<String>,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        let get = Self::get(purpose, url).header(http::header::CONTENT_TYPE, content_type);
        Self { method: Method::Post, is_read: false, body: body.into(), ..get }
    }

    /// The same with a JSON body.
    #[must_use]
    pub fn post_json(purpose: &'static str, url: impl Into<String>, body: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(body)
            .expect("requests are structs with text keys, which always serialise");
        Self::post(purpose, url, "application/json", bytes)
    }

    /// The same with a form, which most token endpoints take.
    #[must_use]
    pub fn post_form(
        purpose: &'static str,
        url: impl Into<String>,
        fields: &[(&str, &str)],
    ) -> Self {
        Self::post(purpose, url, "application/x-www-form-urlencoded", form_fields(fields))
    }

    /// A GET, logged in, within 60 s.
    #[must_use]
    pub fn get(purpose: &'static str, url: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            needs_login: true,
            is_read: true,
            purpose,
            deadline: Duration::from_secs(60),
        }
    }

    /// The same without login.
    #[must_use]
    pub fn without_login(mut self) -> Self {
        self.needs_login = false;
        self
    }

    /// The same, marked as changing nothing at the marketplace.
    #[must_use]
    pub fn reading(mut self) -> Self {
        self.is_read = true;
        self
    }

    /// The same with HTTP Basic credentials, and without a token.
    ///
    /// # Errors
    /// Unauthorised where they cannot be put into a header.
    pub fn basic(self, user: &str, password: &Secret) -> Result<Self, Error> {
        let pair = BASE64_STANDARD.encode(format!("{user}:{}", password.expose()));
        let mut value = HeaderValue::try_from(format!("Basic {pair}")).map_err(|_| {
            let message = "the credentials do not fit into a header";
            Error::not_applied(ErrorKind::Unauthorised, Retry::Never, message)
        })?;
        value.set_sensitive(true);
        Ok(self.without_login().header(http::header::AUTHORIZATION, value))
    }

    /// The same with another deadline.
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// Fields as they stand in a form, or behind the `?` of an address.
#[must_use]
pub fn form_fields(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    text.bytes().map(encoded_byte).collect()
}

fn encoded_byte(byte: u8) -> Cow<'static, str> {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
            char::from(byte).to_string().into()
        }
        b' ' => "+".into(),
        other => format!("%{other:02X}").into(),
    }
}

/// Shows what it is for and how large it is, never a header or a byte of the body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("purpose", &self.purpose)
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// One answer, whole.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, at most 64 MiB.
    pub body: Bytes,
}

impl Response {
    /// Reads the body as JSON, by the names of members and never by their position.
    ///
    /// # Errors
    /// Unreadable: the message says what arrived instead (a content type and a length, not the
    /// content, which may hold anything).
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::read(&self.body).map_err(|error| {
            let (bytes, content_type) = (self.body.len(), self.content_type());
            // What has the wrong form is at no place any more.
            let place = match error.line() {
                0 => String::new(),
                line => format!(", at line {line} column {}", error.column()),
            };
            Error::unreadable(format!(
                "the answer is not the JSON expected ({content_type}, {bytes} bytes{place})"
            ))
        })
    }

    /// The body as text, with unreadable bytes replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The content type, or `no content type`.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.header(&http::header::CONTENT_TYPE).unwrap_or("no content type")
    }

    /// What `Retry-After` asks for: a number of seconds, fractions too, or a moment, measured from the
    /// answer's own `Date`, so that our clock does not matter. A moment that has passed asks for
    /// nothing more. The exchange dates answers that come without.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header(&http::header::RETRY_AFTER)?.trim();
        if let Ok(seconds) = text.parse() {
            return Duration::try_from_secs_f64(seconds).ok();
        }
        let until = httpdate::parse_http_date(text).ok()?;
        let date = httpdate::parse_http_date(self.header(&http::header::DATE)?.trim()).ok()?;
        Some(until.duration_since(date).unwrap_or_default())
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Shows status and size, never the content.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What an answer means before anyone reads its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An answer for the connector to read.
    Answered,
    /// The token was refused; nothing was applied. A new one is fetched once.
    TokenRefused,
    /// Slow down; nothing was applied. The hint is the marketplace's.
    Throttled(Option<Duration>),
    /// Refused as a whole; nothing was applied. The words are for people.
    Refused(String),
    /// It failed, and whether it was applied is not known.
    Unclear(String),
}

impl Verdict {
    /// The verdict HTTP alone gives: 2xx answered, 401 token refused, 429 throttled, other 4xx
    /// refused, everything else unclear.
    #[must_use]
    pub fn by_status(response: &Response) -> Self {
        let status = response.status;
        match status.as_u16() {
            200..=299 => Self::Answered,
            401 => Self::TokenRefused,
            429 => Self::Throttled(response.retry_after()),
            400..=499 => Self::Refused(format!("HTTP status {status}")),
            _ => Self::Unclear(format!("HTTP status {status}")),
        }
    }
}
