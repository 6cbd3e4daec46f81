//! The memory of idempotency keys.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::graphql::bind::Bound;
use crate::graphql::error::GraphError;
use crate::modes::{Repeat, Sets};

/// Finished calls by their keys.
#[derive(Debug, Default)]
pub(crate) struct Keys(HashMap<String, Finished>);

#[derive(Debug)]
struct Finished {
    arguments: Value,
    outcome: Value,
    at: Timestamp,
}

/// What is known of a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Known {
    /// Nothing: the call is carried out.
    New,
    /// It was finished with this outcome.
    Finished(Value),
    /// It was finished with other arguments.
    Mismatch,
}

impl Keys {
    /// What is known of a key.
    pub(crate) fn look(&self, key: &str, arguments: &Value, sets: &Sets, now: Timestamp) -> Known {
        let life = SignedDuration::from_secs(sets.key_seconds);
        match self.0.get(key).filter(|finished| now.duration_since(finished.at) < life) {
            None => Known::New,
            Some(finished) if finished.arguments != *arguments => Known::Mismatch,
            Some(_) if sets.repeat == Repeat::Evaluated => Known::New,
            Some(finished) => Known::Finished(finished.outcome.clone()),
        }
    }

    /// Remembers how a call was finished.
    pub(crate) fn finish(&mut self, key: &str, arguments: Value, outcome: Value, at: Timestamp) {
        self.0.insert(key.to_owned(), Finished { arguments, outcome, at });
    }
}

/// The key of a mutation that must bear one.
pub(crate) fn required<'a>(pick: &'a Bound, sets: &Sets) -> Result<&'a str, GraphError> {
    let refused = |message: &str| {
        let error = GraphError::new("BAD_REQUEST", message).at(pick.position);
        Err(error.path(&[&pick.key]))
    };
    match pick.idempotent.as_ref().and_then(Value::as_str) {
        None => {
            refused("The @idempotent directive is required for this mutation but was not provided.")
        }
        Some(key) if key.trim().is_empty() => refused("The idempotency key must not be blank."),
        Some(key) if key.len() > sets.key_length => refused("The idempotency key is too long."),
        Some(key) => Ok(key),
    }
}
