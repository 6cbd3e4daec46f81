//! One entry of a mapping: what a value is made from.

use std::collections::HashMap;

use toml::{Table, Value};

use crate::field::Kind;
use crate::wording::suggestion;

/// Like [`crate::field::Rule`], with columns by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Constant(String),
    Column(String),
    Values { column: String, values: HashMap<String, String>, otherwise: Option<String> },
    Equals { column: String, text: String },
    Emptiness { column: String, empty: bool },
}

const KEYS: [&str; 7] =
    ["column", "values", "otherwise", "equals", "empty", "not_empty", "constant"];

const FORMS: &str = "write \"column\", { column, values, otherwise }, { column, equals }, \
                     { empty = \"column\" }, { not_empty = \"column\" } or { constant }";

impl Entry {
    /// Reads an entry; `path` is the path of its key, for messages.
    pub(super) fn parse(path: &str, kind: Kind, value: Value) -> Result<Self, String> {
        match value {
            Value::String(column) => Ok(Self::Column(column)),
            Value::Table(table) => Self::from_table(path, kind, table),
            other => Err(format!("`{path}` is {}; {FORMS}", kind_of(&other))),
        }
    }

    fn from_table(path: &str, kind: Kind, mut table: Table) -> Result<Self, String> {
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("`{path}.{key}` is not known; {}", suggestion(key, KEYS)));
        }
        let mut texts = Texts { path, table: &mut table };
        let entry = texts.entry()?;
        if let Some(key) = table.keys().next() {
            return Err(format!("`{path}.{key}` does not belong with the others; {FORMS}"));
        }
        let is_fact = matches!(entry, Self::Equals { .. } | Self::Emptiness { .. });
        if is_fact && kind != Kind::Boolean {
            return Err(format!(
                "`{path}` is no yes or no, so `equals` and `empty` cannot give it"
            ));
        }
        Ok(entry)
    }

    /// The column that it reads, if any.
    pub(super) fn column(&self) -> Option<&str> {
        match self {
            Self::Constant(_) => None,
            Self::Column(column)
            | Self::Values { column, .. }
            | Self::Equals { column, .. }
            | Self::Emptiness { column, .. } => Some(column),
        }
    }
}

/// Takes the keys of an entry out of its table.
struct Texts<'a> {
    path: &'a str,
    table: &'a mut Table,
}

impl Texts<'_> {
    fn entry(&mut self) -> Result<Entry, String> {
        if let Some(text) = self.scalar("constant")? {
            return Ok(Entry::Constant(text));
        }
        for (key, empty) in [("empty", true), ("not_empty", false)] {
            if let Some(column) = self.name(key)? {
                return Ok(Entry::Emptiness { column, empty });
            }
        }
        let Some(column) = self.name("column")? else {
            return Err(format!("`{}` names no column; {FORMS}", self.path));
        };
        if let Some(text) = self.scalar("equals")? {
            return Ok(Entry::Equals { column, text });
        }
        let Some(values) = self.table.remove("values") else {
            return Ok(Entry::Column(column));
        };
        Ok(Entry::Values {
            column,
            values: self.values(values)?,
            otherwise: self.scalar("otherwise")?,
        })
    }

    fn values(&self, values: Value) -> Result<HashMap<String, String>, String> {
        let Value::Table(values) = values else {
            let (path, kind) = (self.path, kind_of(&values));
            return Err(format!(
                "`{path}.values` is {kind}; write {{ \"1\" = true, \"0\" = false }}"
            ));
        };
        let pair = |(from, to): (String, Value)| {
            let text = scalar(&format!("{}.values.{from}", self.path), to)?;
            Ok((from, text))
        };
        values.into_iter().map(pair).collect()
    }

    fn scalar(&mut self, key: &str) -> Result<Option<String>, String> {
        let value = self.table.remove(key);
        value.map(|value| scalar(&format!("{}.{key}", self.path), value)).transpose()
    }

    fn name(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(name)) => Ok(Some(name)),
            Some(other) => {
                let (path, kind) = (self.path, kind_of(&other));
                Err(format!("`{path}.{key}` is {kind}; write the name of a column"))
            }
        }
    }
}

/// A text, also where a person left out the quotation marks.
fn scalar(path: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Boolean(fact) => Ok(fact.to_string()),
        Value::Integer(number) => Ok(number.to_string()),
        other => Err(format!(
            "`{path}` is {}; write a text, true, false or a whole number",
            kind_of(&other)
        )),
    }
}

pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
