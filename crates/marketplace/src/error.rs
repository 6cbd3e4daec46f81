//! One error for everything that goes wrong with a batch, with the three questions answered.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A batch (or a check, or a login) that failed. A refused *line* is data in a receipt instead.
///
/// Three questions are always answered: what kind of failure, may the same be tried again, and did
/// the request arrive. The message is a lower-case fragment that reads well after "failed to …:".
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    arrival: Arrival,
    retry: Retry,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The marketplace could not be reached or the connection broke.
    Connection,
    /// No answer within the deadline.
    Timeout,
    /// The marketplace asked us to slow down.
    Throttled,
    /// Credentials or permissions were refused.
    Unauthorised,
    /// The request was refused as a whole.
    Refused,
    /// The marketplace failed on its side.
    Unavailable,
    /// The answer is not what the protocol says.
    Unreadable,
    /// The batch does not fit the marketplace's limits; nothing was sent.
    BeyondLimits,
    /// The connector does not do this.
    Unsupported,
}

/// Whether the request can have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// It cannot: it was not sent, or it was refused before execution.
    NotApplied,
    /// It may have, now or within the marketplace's settle time.
    Unknown,
}

/// Whether the same may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// After a back-off.
    Later,
    /// Not before so long.
    After(Duration),
    /// Only after somebody changed something.
    Never,
}

impl Error {
    /// A failure in which nothing took effect.
    #[must_use]
    pub fn not_applied(kind: ErrorKind, retry: Retry, message: impl Into<String>) -> Self {
        let arrival = Arrival::NotApplied;
        Self { kind, arrival, retry, message: message.into(), source: None }
    }

    /// A failure that leaves open whether the request took effect.
    #[must_use]
    pub fn unknown(kind: ErrorKind, message: impl Into<String>) -> Self {
        let (arrival, retry) = (Arrival::Unknown, Retry::Later);
        Self { kind, arrival, retry, message: message.into(), source: None }
    }

    /// The answer cannot be understood, so nothing is known of the request's effect.
    #[must_use]
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::unknown(ErrorKind::Unreadable, message)
    }

    /// The same with what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the request can have taken effect.
    #[must_use]
    pub const fn arrival(&self) -> Arrival {
        self.arrival
    }

    /// Whether the same may be tried again.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        self.retry
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
