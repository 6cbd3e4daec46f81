//! One value as text.

use serde::Serialize;
use serde_json::{Map, Value};

/// A row by its JSON keys.
pub type Row = Map<String, Value>;

/// The row of anything that serialises to an object; an empty one of anything else.
pub fn row_of(view: &impl Serialize) -> Result<Row, serde_json::Error> {
    match serde_json::to_value(view)? {
        Value::Object(row) => Ok(row),
        _ => Ok(Row::new()),
    }
}

/// The text at a key; empty where there is none.
pub fn text(row: &Row, key: &str) -> String {
    row.get(key).map(plain).unwrap_or_default()
}

/// A value as it stands in a CSV cell.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The same text with nothing in it that moves a terminal's cursor.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{harmless, plain};

    #[test]
    fn values_are_written_without_quotes() {
        assert_eq!(plain(&json!(null)), "");
        assert_eq!(plain(&json!("7.9 m")), "7.9 m");
        assert_eq!(plain(&json!(7.9)), "7.9");
        assert_eq!(plain(&json!(10_000_000_000_i64)), "10000000000");
        assert_eq!(plain(&json!(true)), "true");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\u{fffd}c");
    }
}
