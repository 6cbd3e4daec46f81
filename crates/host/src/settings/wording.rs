//! What a schema says of a value, in words for people. No message holds a value of the settings;
//! it names the value's type, and what the schema allows.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::suggest::either;

const WITH_QUOTES: &str = "; put it in quotes";
const WITHOUT_QUOTES: &str = "; write it without quotes";

/// The message for a value that stands in no file, where quotes mean nothing.
pub(super) fn without_quotes_hint(message: &str) -> &str {
    [WITH_QUOTES, WITHOUT_QUOTES]
        .into_iter()
        .find_map(|hint| message.strip_suffix(hint))
        .unwrap_or(message)
}

/// What is wrong with one value.
pub(super) fn message(error: &ValidationError<'_>) -> String {
    let found = type_of(error.instance());
    match error.kind() {
        Kind::Type { kind } => wrong_type(&expected(kind), error.instance()),
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            must_be(options.iter(), found)
        }
        Kind::Constant { expected_value } => must_be([&**expected_value], found),
        Kind::MinLength { limit: 1 } => "is empty".to_owned(),
        Kind::MinLength { limit } => format!("needs at least {limit} characters"),
        Kind::MaxLength { limit } => format!("has more than {limit} characters"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MinItems { limit } => format!("needs at least {limit} entries"),
        Kind::MaxItems { limit } => format!("has more than {limit} entries"),
        Kind::MinProperties { limit } => format!("needs at least {limit} keys"),
        Kind::MaxProperties { limit } => format!("has more than {limit} keys"),
        Kind::UniqueItems => "names an entry twice".to_owned(),
        Kind::Pattern { pattern } => format!("does not fit the pattern {pattern}"),
        Kind::Format { format } => format!("is not a {format}"),
        // The remaining kinds are rare in settings; their keyword tells where to look.
        kind => format!("does not fit the schema's `{}`; found {found}", kind.keyword()),
    }
}

/// The value must be one of some.
pub(super) fn must_be<'a>(
    allowed: impl IntoIterator<Item = &'a Value>,
    found: &'static str,
) -> String {
    let shown = |value: &Value| match value {
        Value::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    let mut allowed: Vec<String> =
        allowed.into_iter().filter(|value| !value.is_null()).map(shown).collect();
    allowed.dedup();
    format!("must be {}; found {}", either(&allowed), other_than(found, &allowed))
}

fn other_than(found: &'static str, allowed: &[String]) -> String {
    let is_text = found == "a text" && allowed.iter().all(|value| value.starts_with('"'));
    if is_text { "another text".to_owned() } else { found.to_owned() }
}

/// The types a keyword allows, without `null`, which TOML cannot write.
pub(super) fn expected(kind: &TypeKind) -> Vec<JsonType> {
    let types = match kind {
        TypeKind::Single(one) => vec![*one],
        TypeKind::Multiple(several) => several.iter().collect(),
    };
    types.into_iter().filter(|one| *one != JsonType::Null).collect()
}

pub(super) fn wrong_type(expected: &[JsonType], found: &Value) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in expected.iter().map(|one| name(*one).to_owned()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let takes_bare = expected.iter().any(is_bare);
    let fix = match found {
        Value::Number(_) | Value::Bool(_)
            if expected.contains(&JsonType::String) && !takes_bare =>
        {
            WITH_QUOTES
        }
        Value::String(_) if takes_bare => WITHOUT_QUOTES,
        _ => "",
    };
    format!("expected {}, found {}{fix}", either(&names), type_of(found))
}

fn is_bare(one: &JsonType) -> bool {
    matches!(one, JsonType::Integer | JsonType::Number | JsonType::Boolean)
}

fn name(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::Null => "nothing",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a text",
        JsonType::Array => "a list",
        JsonType::Object => "a table",
    }
}

/// What a value is, without the value.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "a whole number",
        Value::String(text) if text.is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

/// Something stands where a secret is expected.
pub(super) fn not_a_secret(found: &Value) -> String {
    let fix = match found {
        Value::Number(_) | Value::Bool(_) => WITH_QUOTES,
        _ => "",
    };
    format!(
        "expected a text, {{ env = \"VARIABLE\" }} or {{ file = \"PATH\" }}, found {}{fix}",
        type_of(found)
    )
}
