//! One section of a mapping: the entries for one file.

use std::collections::HashMap;

use toml::{Table, Value};

use super::rule::{Entry, kind_of};
use crate::field::{Field, Known, Plan, Rule, Values};
use crate::row::{Column, Layout};
use crate::wording::suggestion;

#[derive(Debug)]
pub(super) struct Section {
    pub(super) key: &'static str,
    /// The pattern of the names of its files.
    pub(super) file: Option<String>,
    entries: Vec<(&'static str, Entry)>,
}

impl Section {
    pub(super) fn parse(
        mapping: &str,
        key: &'static str,
        known: &'static [Known],
        value: Value,
    ) -> Result<Self, String> {
        let Value::Table(mut table) = value else {
            let kind = kind_of(&value);
            return Err(format!("`{key}` is {kind}; write a section `[{key}]` in {mapping}"));
        };
        let file = file_pattern(key, &mut table)?;
        let entries = entries(key, known, &mut table)?;
        if let Some(name) = table.keys().next() {
            return Err(unknown(key, known, name));
        }
        Ok(Self { key, file, entries })
    }

    /// The columns to take from the file, and the values they become.
    pub(super) fn plan(&self, mapping: &str) -> Plan {
        let mut columns: Vec<Column> = Vec::new();
        let mut fields = HashMap::new();
        for (name, entry) in &self.entries {
            let path = format!("{}.{name}", self.key);
            let place = entry.column().map(|column| place(&mut columns, column, &path));
            let field = Field {
                rule: rule(entry, place.unwrap_or_default(), &path, mapping),
                column: entry.column().unwrap_or(name).to_owned(),
            };
            fields.insert(*name, field);
        }
        let layout = Layout { columns, mapping: Some(mapping.to_owned()) };
        Plan::mapped(layout, fields)
    }
}

fn file_pattern(key: &str, table: &mut Table) -> Result<Option<String>, String> {
    match table.remove("file") {
        None => Ok(None),
        Some(Value::String(pattern)) => Ok(Some(pattern)),
        Some(other) => Err(format!(
            "`{key}.file` is {}; write a file name, with `*` for any characters",
            kind_of(&other)
        )),
    }
}

fn entries(
    key: &str,
    known: &'static [Known],
    table: &mut Table,
) -> Result<Vec<(&'static str, Entry)>, String> {
    let mut entries = Vec::new();
    for column in known {
        let path = format!("{key}.{}", column.name);
        match table.remove(column.name) {
            Some(value) => {
                let entry = Entry::parse(&path, column.kind, value)?;
                entries.push((column.name, entry));
            }
            None if column.required => return Err(missing(&path, column.name, known, table)),
            None => {}
        }
    }
    Ok(entries)
}

fn missing(path: &str, name: &str, known: &[Known], table: &Table) -> String {
    // A misspelt key is the likelier reason, and then both belong in the message.
    let is_unknown = |key: &&String| known.iter().all(|column| column.name != key.as_str());
    let misspelt = table.keys().find(is_unknown);
    let hint = misspelt.map_or_else(String::new, |key| format!(" (`{key}` is not known)"));
    format!("`{path}` is missing{hint}; say which column holds it: {name} = \"column\"")
}

fn unknown(section: &str, known: &[Known], name: &str) -> String {
    let names = known.iter().map(|column| column.name);
    let elsewhere = match (section, name) {
        ("lines", "state" | "archived" | "asn_sent") => " (it belongs in `[orders]`)",
        ("orders", "product_code" | "ordered" | "line" | "shipped" | "cancelled") => {
            " (it belongs in `[lines]`)"
        }
        _ => "",
    };
    if elsewhere.is_empty() {
        return format!("`{section}.{name}` is not known; {}", suggestion(name, names));
    }
    format!("`{section}.{name}` is not known there{elsewhere}")
}

fn place(columns: &mut Vec<Column>, name: &str, path: &str) -> usize {
    let known = columns.iter().position(|column| column.name == name);
    known.unwrap_or_else(|| {
        columns.push(Column { name: name.to_owned(), required: true, key: path.to_owned() });
        columns.len() - 1
    })
}

fn rule(entry: &Entry, column: usize, path: &str, mapping: &str) -> Rule {
    match entry {
        Entry::Constant(text) => Rule::Constant(text.clone()),
        Entry::Column(_) => Rule::Column(column),
        Entry::Equals { text, .. } => Rule::Equals(column, text.clone()),
        Entry::Emptiness { empty, .. } => Rule::Emptiness { column, empty: *empty },
        Entry::Values { values, otherwise, .. } => Rule::Values(
            column,
            Values {
                known: values.clone(),
                otherwise: otherwise.clone(),
                place: format!("`{path}.values` in {mapping}"),
            },
        ),
    }
}
