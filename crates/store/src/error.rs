//! What goes wrong with the database.

use std::fmt;

use sea_orm::DbErr;

use crate::trouble::Trouble;

/// A failure of the database, or a request it cannot serve. Nothing of a failed operation remains.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    doing: String,
    source: Option<DbErr>,
}

/// What kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The address is not one of a supported database.
    Address,
    /// The database is too old to be trusted.
    Version,
    /// The database answered with an error, or not at all.
    Database,
    /// Another runner took over the channel: this one must not write any more.
    Fenced,
    /// The channel's settings were changed since this program read them: it must not compute by the
    /// old ones.
    Outdated,
    /// The database was restored or copied, or its guard is gone: nothing may be sent from it.
    Unbound,
    /// What is in the database is not what this program writes.
    Corrupt,
    /// Something named in the request does not exist.
    NotFound,
}

impl StoreError {
    /// A failure without a cause in the driver. `message` is a lower-case fragment.
    #[must_use]
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, doing: message.into(), source: None }
    }

    /// The database's own error while `doing` something.
    #[must_use]
    pub fn database(doing: impl Into<String>, source: DbErr) -> Self {
        let doing = doing.into();
        let doing = match Trouble::of(&source) {
            Some(trouble) => format!("{doing}: {}", trouble.words()),
            None => doing,
        };
        Self { kind: StoreErrorKind::Database, doing, source: Some(source) }
    }

    /// What kind of failure.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl From<DbErr> for StoreError {
    fn from(source: DbErr) -> Self {
        Self::database("the database did not carry out a statement", source)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_ref()?;
        Some(source)
    }
}
