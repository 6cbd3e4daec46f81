//! JSON objects as rows. Numbers stay the text that the file holds and never become floats.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::objects::ObjectTexts;
use super::{Text, header};
use crate::error::{FileError, FileErrorKind};
use crate::row::{Layout, Refusal, Row, Source};
use crate::wording::shorten;

pub(super) struct Objects {
    texts: ObjectTexts,
    layout: Layout,
    objects: u64,
    /// Which columns appeared so far: an object may leave one out, but not all objects.
    seen: Vec<bool>,
    /// The names in the first object, for messages.
    first_names: Vec<String>,
}

impl Objects {
    pub(super) fn new(text: Text, layout: Layout) -> Self {
        Self {
            texts: ObjectTexts::new(text),
            seen: vec![false; layout.columns.len()],
            layout,
            objects: 0,
            first_names: Vec::new(),
        }
    }

    /// At the end, a column that the mapping names must have appeared.
    fn check_seen(&self) -> Result<(), FileError> {
        let Some(mapping) = self.layout.mapping.as_ref().filter(|_| self.objects > 0) else {
            return Ok(());
        };
        let mut columns = self.layout.columns.iter().zip(&self.seen);
        let Some((column, _)) = columns.find(|(_, seen)| !**seen) else {
            return Ok(());
        };
        let names = self.first_names.iter().map(String::as_str);
        let message = header::missing_mapped(column, mapping, names);
        Err(self.texts.error(FileErrorKind::Header, message))
    }
}

impl Source for Objects {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FileError> {
        if !self.texts.advance()? {
            self.check_seen()?;
            return Ok(false);
        }
        self.objects += 1;
        row.start(self.texts.row(), self.layout.columns.len());
        let is_first = self.objects == 1;
        let filling = Filling {
            row,
            layout: &self.layout,
            seen: &mut self.seen,
            names: is_first.then_some(&mut self.first_names),
            unknown: None,
        };
        let text = self.texts.object_text()?;
        let mut object = serde_json::Deserializer::from_str(text);
        let filled = object.deserialize_map(filling);
        let unknown = filled.map_err(|error| {
            let message = format!("the object is not valid JSON: {}", without_place(&error));
            self.texts.error(FileErrorKind::Malformed, message)
        })?;
        let Some(name) = unknown else {
            return Ok(true);
        };
        let reason = header::unknown_column(&name, &self.layout);
        if is_first {
            // As in a header, so that a misspelt name is one error and not one per row.
            return Err(self.texts.error(FileErrorKind::Header, reason));
        }
        row.refuse(Refusal::column(name, reason));
        Ok(true)
    }
}

/// The line and column of an error count from the object's start, which would mislead.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => text,
    }
}

/// Fills a row from an object; gives the first name that the layout does not know.
struct Filling<'a> {
    row: &'a mut Row,
    layout: &'a Layout,
    seen: &'a mut [bool],
    names: Option<&'a mut Vec<String>>,
    unknown: Option<String>,
}

impl<'de> Visitor<'de> for Filling<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Self::Value, A::Error> {
        while let Some(key) = object.next_key_seed(KeyOf(self.layout))? {
            match key {
                Key::Column(column) => self.fill(column, object.next_value()?),
                Key::Other(name) => {
                    object.next_value::<IgnoredAny>()?;
                    self.pass(name);
                }
            }
        }
        Ok(self.unknown)
    }
}

impl Filling<'_> {
    fn fill(&mut self, column: usize, value: &RawValue) {
        let Some(name) = self.layout.columns.get(column).map(|column| &column.name) else {
            return;
        };
        if let Some(names) = &mut self.names {
            names.push(name.clone());
        }
        if self.row.cell(column).is_some() {
            let reason = "the name stands twice in this object; remove one of them";
            self.row.refuse(Refusal::column(name, reason));
        }
        if let Some(seen) = self.seen.get_mut(column) {
            *seen = true;
        }
        match cell(value.get()) {
            Ok(Some(text)) => self.row.set(column, &text),
            Ok(None) => {}
            Err(reason) => self.row.refuse(Refusal::column(name, reason)),
        }
    }

    fn pass(&mut self, name: String) {
        if self.layout.mapping.is_none() {
            self.unknown.get_or_insert_with(|| name.clone());
        }
        if let Some(names) = &mut self.names {
            names.push(name);
        }
    }
}

/// A value as the text of a cell. `null` says nothing, like a name that is left out.
fn cell(value: &str) -> Result<Option<std::borrow::Cow<'_, str>>, String> {
    match value.as_bytes() {
        b"null" => Ok(None),
        [b'{' | b'[', ..] => Err(format!(
            "`{}` is a list or an object; write a text, a number, true, false or null",
            shorten(value)
        )),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            Ok(value.get(1..value.len() - 1).map(Into::into))
        }
        [b'"', ..] => serde_json::from_str::<String>(value)
            .map(|text| Some(text.into()))
            .map_err(|_| format!("`{}` holds an escape that is no character", shorten(value))),
        _ => Ok(Some(value.into())),
    }
}

enum Key {
    Column(usize),
    Other(String),
}

struct KeyOf<'a>(&'a Layout);

impl<'de> DeserializeSeed<'de> for KeyOf<'_> {
    type Value = Key;

    fn deserialize<D: serde::Deserializer<'de>>(self, key: D) -> Result<Key, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(match self.0.position(name) {
            Some(column) => Key::Column(column),
            None => Key::Other(name.to_owned()),
        })
    }
}
