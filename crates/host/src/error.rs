//! Why an operation of the host failed.

use std::error::Error as StdError;
use std::fmt;

use trueup_runner::RunError;
use trueup_store::StoreError;

use crate::settings::Problems;

/// A failed operation, for people: what, where, why, and what to do.
#[derive(Debug)]
pub struct HostError {
    kind: HostErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostErrorKind {
    /// The request cannot be meant as it was made.
    Usage,
    /// The settings need mending.
    Settings,
    /// The work itself failed.
    Work,
}

impl HostError {
    /// A request that cannot be meant as it was made.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: HostErrorKind::Usage, message: message.into(), source: None }
    }

    /// Work that failed.
    #[must_use]
    pub fn work(message: impl Into<String>) -> Self {
        Self { kind: HostErrorKind::Work, message: message.into(), source: None }
    }

    /// The same with what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whose turn it is.
    #[must_use]
    pub const fn kind(&self) -> HostErrorKind {
        self.kind
    }
}

impl From<Problems> for HostError {
    fn from(problems: Problems) -> Self {
        Self { kind: HostErrorKind::Settings, message: problems.to_string(), source: None }
    }
}

impl From<StoreError> for HostError {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind() {
            trueup_store::StoreErrorKind::Address => HostErrorKind::Settings,
            _ => HostErrorKind::Work,
        };
        let cause = StdError::source(&error).map(ToString::to_string);
        let message = match cause {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        Self { kind, message, source: None }
    }
}

impl From<RunError> for HostError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Store(error) => error.into(),
            other => Self::work(other.to_string()),
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for HostError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
