//! One entry of an answer's `errors`, and what it proves.

use http::StatusCode;
use serde_json::Value;

use super::Dialect;
use crate::one_line;

/// How the messages of validation begin, which comes before execution.
const VALIDATION: [&str; 3] = ["Unknown field", "Unknown argument", "Cannot query field"];

/// One error, as far as it matters.
#[derive(Debug)]
pub(super) struct Fault {
    message: String,
    codes: Vec<String>,
    has_locations: bool,
    has_path: bool,
}

impl Fault {
    /// The entries of `errors`, or of `error` as some answers spell it. A single one may stand
    /// without a list.
    pub(super) fn all(body: &Value) -> Vec<Self> {
        let lists = ["errors", "error"].into_iter().filter_map(|key| body.get(key));
        let entries = lists.flat_map(|list| match list {
            Value::Null => Vec::new(),
            Value::Array(entries) => entries.iter().map(Self::of).collect(),
            single => vec![Self::of(single)],
        });
        entries.collect()
    }

    fn of(error: &Value) -> Self {
        let filled = |key| error[key].as_array().is_some_and(|list| !list.is_empty());
        Self {
            message: one_line(&message(error)),
            codes: codes(&error["extensions"]),
            has_locations: filled("locations"),
            has_path: filled("path"),
        }
    }

    /// Whether the request was certainly not executed.
    pub(super) fn is_not_executed(&self, dialect: &Dialect, status: StatusCode) -> bool {
        let tables = [dialect.not_executed, dialect.unauthorised, dialect.throttled];
        let by_code = tables.iter().any(|table| self.bears(table));
        let by_words = VALIDATION.iter().any(|start| self.message.starts_with(start));
        // Errors of execution point at the field they are about.
        let by_shape = self.has_locations && !self.has_path && self.codes.is_empty();
        let by_status = status.is_client_error() && !self.has_path;
        by_code || by_words || by_shape || by_status
    }

    /// Whether it has one of these codes.
    pub(super) fn bears(&self, table: &[&str]) -> bool {
        self.codes.iter().any(|code| table.contains(&code.as_str()))
    }

    /// Whether it is about the field or argument of this name.
    pub(super) fn is_about(&self, name: &str) -> bool {
        let words = self.message.to_lowercase();
        let is_part_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let mut names = words.split(|c| !is_part_of_name(c));
        let says_what = words.contains("field") || words.contains("argument");
        says_what && names.any(|word| word == name.to_lowercase())
    }

    /// What it says, on one line.
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

/// An error's message: a text of its own, its `message`, or what it says of one key.
fn message(error: &Value) -> String {
    let said = error.as_str().or_else(|| error["message"].as_str()).map(str::to_owned);
    let of_a_key = || {
        let (key, said) = error.as_object()?.iter().next()?;
        Some(format!("{key}: {}", said.as_str()?))
    };
    said.or_else(of_a_key).unwrap_or_else(|| "no reason given".to_owned())
}

/// The kind of an error, in the places where servers put it.
fn codes(extensions: &Value) -> Vec<String> {
    let classification = &extensions["classification"];
    let places = [
        &extensions["code"],
        &extensions["category"],
        &extensions["errorType"],
        classification,
        &classification["type"],
    ];
    places.into_iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
