//! Columns by template: fixed text with the fields of a line in it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use trueup_marketplace::Line;

/// One column of a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its title; in JSON Lines, the name of the member.
    pub title: String,
    /// What stands in it: `{quantity}`, `{part_number}`, or text with such fields in it.
    pub value: Template,
}

/// Text with fields in braces: `WH-{location}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Template(String);

impl Template {
    /// The fields it may name.
    pub const FIELDS: &[&str] = &[
        "part_number",
        "location",
        "quantity",
        "on_orders",
        "backordered",
        "next_available_on",
        "discontinued",
    ];

    /// A template from its text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Whether it names a field.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.parts().any(|part| part.is_ok_and(|(_, named)| named == Some(field)))
    }

    /// Checks that its braces match and its fields exist.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn check(&self) -> Result<(), String> {
        for part in self.parts() {
            if let (_, Some(field)) = part?
                && !Self::FIELDS.contains(&field)
            {
                let known = Self::FIELDS.join("}, {");
                return Err(format!("names {{{field}}}; the fields there are: {{{known}}}"));
            }
        }
        Ok(())
    }

    /// Fills it in. A template that is one field and nothing else keeps the type of its value.
    pub fn fill(&self, value: impl Fn(&str) -> Value) -> Value {
        let parts: Vec<_> = self.parts().flatten().collect();
        if let [("", Some(field))] = parts[..] {
            return value(field);
        }
        let text = parts.into_iter().map(|(before, field)| {
            let value = field.map_or(Value::Null, &value);
            format!("{before}{}", text_of(&value))
        });
        Value::String(text.collect())
    }

    /// Its parts: some text, and perhaps a field behind it.
    fn parts(&self) -> impl Iterator<Item = Result<(&str, Option<&str>), String>> {
        self.0.split_inclusive('}').map(part)
    }
}

fn part(piece: &str) -> Result<(&str, Option<&str>), String> {
    match (piece.split_once('{'), piece.strip_suffix('}')) {
        (None, None) => Ok((piece, None)),
        (Some((before, field)), Some(_)) if !field.contains('{') => {
            Ok((before, field.strip_suffix('}')))
        }
        _ => Err("has a brace without its partner".to_owned()),
    }
}

/// A value as text; nothing where there is none.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A field of a line.
pub(crate) fn field_of(line: &Line, field: &str) -> Value {
    let level = &line.level;
    match field {
        "part_number" => json!(line.part_number),
        "location" => json!(line.location),
        "quantity" => json!(level.quantity),
        "on_orders" => json!(level.on_orders),
        "backordered" => json!(level.backordered),
        "next_available_on" => json!(level.next_available_on.map(|on| on.to_string())),
        "discontinued" => json!(level.discontinued),
        _ => Value::Null,
    }
}
