//! The parts of an entry's detail that the rest of the database is held against.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::delivery::journal::Entry;

#[derive(Debug, Deserialize)]
pub(super) struct Began {
    pub(super) batches_before: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Claimed {
    pub(super) key: String,
    pub(super) lines: i64,
    pub(super) body: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    pub(super) digest: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Parked {
    pub(super) key: String,
    pub(super) digest: String,
    pub(super) body: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Prepared {
    pub(super) request: String,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Opened {
    pub(super) kind: String,
    pub(super) basis: String,
    pub(super) cause: String,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Closed {
    pub(super) state: String,
    pub(super) held: i64,
    pub(super) message: Option<String>,
}

/// Reads the facts of an entry, or says that they are none.
pub(super) fn facts<T: DeserializeOwned>(entry: &Entry) -> Result<T, String> {
    serde_json::from_str(&entry.detail).map_err(|_| "its detail is not of its kind".to_owned())
}
