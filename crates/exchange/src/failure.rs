//! What can go wrong with one attempt, and the error it becomes when it is the last.

use std::time::Duration;

use http::StatusCode;
use trueup_marketplace::{Error, ErrorKind, REDACTED, Response, Retry, Secret, Verdict};

use crate::address::OffLimits;

/// One attempt that gave no answer to read. Holds no URL, header or body.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request cannot be put on the wire as it is.
    Malformed(reqwest::Error),
    /// The host's name leads to a machine that may not be talked to.
    OffLimits(OffLimits),
    /// Looking up, connecting or the TLS handshake failed: no byte of the request left.
    Connect(reqwest::Error),
    /// The connection broke after the request may have left.
    Broken(reqwest::Error),
    /// The deadline passed after the request may have left.
    Late,
    /// The answer is larger than allowed.
    TooLarge,
    /// The token was refused.
    TokenRefused,
    /// The token of the channel's settings was refused; there is no other.
    FixedTokenRefused,
    /// The marketplace wants a rest.
    Throttled(Option<Duration>),
    /// The marketplace refused the request.
    Refused(String),
    /// The marketplace failed somehow.
    Unclear {
        /// What it said.
        words: String,
        /// Its HTTP status.
        status: StatusCode,
        /// How long it wants to be left alone.
        rest: Option<Duration>,
    },
}

impl Failure {
    /// What reqwest's error on sending means.
    pub(crate) fn sending(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if let Some(off_limits) = OffLimits::behind(&error) {
            Self::OffLimits(off_limits)
        } else if error.is_builder() {
            Self::Malformed(error)
        } else if error.is_connect() {
            Self::Connect(error)
        } else {
            Self::Broken(error)
        }
    }

    /// What reqwest's error on reading the answer means.
    pub(crate) fn reading(error: reqwest::Error) -> Self {
        Self::Broken(error.without_url())
    }

    /// Lets an answer through, or says what is wrong with it. The marketplace's words are for
    /// people; should it echo the token, that is taken out.
    pub(crate) fn judge(
        verdict: Verdict,
        response: Response,
        token: Option<&Secret>,
    ) -> Result<Response, Self> {
        Err(match verdict {
            Verdict::Answered => return Ok(response),
            Verdict::TokenRefused => Self::TokenRefused,
            Verdict::Throttled(rest) => Self::Throttled(rest),
            Verdict::Refused(words) => Self::Refused(presentable(&words, token)),
            Verdict::Unclear(words) => Self::Unclear {
                words: presentable(&words, token),
                status: response.status,
                rest: response.retry_after(),
            },
        })
    }

    /// The rest the marketplace asked for.
    pub(crate) const fn rest(&self) -> Option<Duration> {
        match self {
            Self::Throttled(rest) | Self::Unclear { rest, .. } => *rest,
            Self::Malformed(_)
            | Self::OffLimits(_)
            | Self::Connect(_)
            | Self::Broken(_)
            | Self::Late
            | Self::TooLarge
            | Self::TokenRefused
            | Self::FixedTokenRefused
            | Self::Refused(_) => None,
        }
    }

    /// Whether somebody able to serve was there; `None` where nobody was asked.
    pub(crate) const fn was_reached(&self) -> Option<bool> {
        match self {
            Self::Malformed(_) | Self::OffLimits(_) => None,
            Self::Connect(_) | Self::Broken(_) | Self::Late | Self::Unclear { .. } => Some(false),
            Self::TooLarge
            | Self::TokenRefused
            | Self::FixedTokenRefused
            | Self::Throttled(_)
            | Self::Refused(_) => Some(true),
        }
    }

    /// Its name in events.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::OffLimits(_) => "off limits",
            Self::Connect(_) => "not connected",
            Self::Broken(_) => "broken",
            Self::Late => "late",
            Self::TooLarge => "too large",
            Self::TokenRefused | Self::FixedTokenRefused => "token refused",
            Self::Throttled(_) => "throttled",
            Self::Refused(_) => "refused",
            Self::Unclear { .. } => "unclear",
        }
    }

    /// The error when nothing more is tried. `retry` is for those that are not applied.
    pub(crate) fn into_error(self, purpose: &str, host: &str, retry: Retry) -> Error {
        let refused = |kind, text: String| Error::not_applied(kind, retry, text);
        match self {
            Self::Malformed(cause) => refused(
                ErrorKind::Refused,
                format!("{purpose}: the request to {host} is not valid HTTP"),
            )
            .caused_by(cause),
            Self::OffLimits(cause) => refused(ErrorKind::Refused, format!("{purpose}: {cause}")),
            Self::Connect(cause) => {
                refused(ErrorKind::Connection, format!("{purpose}: no connection to {host}"))
                    .caused_by(cause)
            }
            Self::Broken(cause) => Error::unknown(
                ErrorKind::Connection,
                format!("{purpose}: the connection to {host} broke before the whole answer came"),
            )
            .caused_by(cause),
            Self::Late => Error::unknown(
                ErrorKind::Timeout,
                format!("{purpose}: {host} gave no whole answer within the deadline"),
            ),
            Self::TooLarge => {
                Error::unreadable(format!("{purpose}: the answer of {host} is too large to read"))
            }
            Self::TokenRefused => refused(
                ErrorKind::Unauthorised,
                format!(
                    "{purpose}: {host} refused the login; check the credentials, what they permit \
                    and the environment they are for"
                ),
            ),
            Self::FixedTokenRefused => refused(
                ErrorKind::Unauthorised,
                format!(
                    "{purpose}: {host} refused the token of the channel's settings; check that it is \
                    whole, not revoked, permits this and belongs to this account"
                ),
            ),
            Self::Throttled(_) => {
                refused(ErrorKind::Throttled, format!("{purpose}: {host} asks to slow down"))
            }
            Self::Refused(words) => refused(
                ErrorKind::Refused,
                format!("{purpose}: {host} refused the request: {words}"),
            ),
            Self::Unclear { words, status, .. } => Error::unknown(
                if status.is_server_error() {
                    ErrorKind::Unavailable
                } else {
                    ErrorKind::Unreadable
                },
                format!(
                    "{purpose}: {host} failed, and whether it took effect is not known: {words}"
                ),
            ),
        }
    }
}

/// The marketplace's words on one line of bearable length.
fn presentable(words: &str, token: Option<&Secret>) -> String {
    const CHARS_MAX: usize = 500;
    let token = token.map(Secret::expose).filter(|token| !token.is_empty());
    let clean = token.map_or_else(|| words.to_owned(), |token| words.replace(token, REDACTED));
    let line = clean.chars().map(|char| if char.is_control() { ' ' } else { char });
    line.take(CHARS_MAX).collect()
}
