//! What a row shows, and in which order.

use serde_json::Value;

use super::cell::{Row, harmless, plain, text};

/// One column of a table and of CSV.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The JSON key it shows, and its name in CSV.
    pub key: &'static str,
    /// Its heading in tables.
    pub title: &'static str,
    /// What is in it.
    shape: Shape,
    /// What a table shows where nothing is known.
    missing: &'static str,
    /// Where it is shown.
    place: Place,
}

/// What stands in a table where there is nothing to say.
const NOTHING: &str = "–";

#[derive(Clone, Copy, Debug)]
enum Shape {
    Text,
    Prose,
    Number,
    Flag,
    Instant,
    Derived(fn(&Row) -> String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Everywhere,
    Table,
    Csv,
}

impl Column {
    const fn new(key: &'static str, title: &'static str, shape: Shape) -> Self {
        Self { key, title, shape, missing: NOTHING, place: Place::Everywhere }
    }

    /// A code or a word; never wrapped.
    pub const fn text(key: &'static str, title: &'static str) -> Self {
        Self::new(key, title, Shape::Text)
    }

    /// A sentence; wrapped where it is too long.
    pub const fn prose(key: &'static str, title: &'static str) -> Self {
        Self::new(key, title, Shape::Prose)
    }

    /// A number, right-aligned.
    pub const fn number(key: &'static str, title: &'static str) -> Self {
        Self::new(key, title, Shape::Number)
    }

    /// Yes or no.
    pub const fn flag(key: &'static str, title: &'static str) -> Self {
        Self::new(key, title, Shape::Flag)
    }

    /// A moment in UTC.
    pub const fn instant(key: &'static str, title: &'static str) -> Self {
        Self::new(key, title, Shape::Instant)
    }

    /// A sentence made from the whole row.
    pub const fn derived(key: &'static str, title: &'static str, make: fn(&Row) -> String) -> Self {
        Self::new(key, title, Shape::Derived(make))
    }

    /// The same, showing this in tables where nothing is known. Such a column is never left out.
    pub const fn or(mut self, missing: &'static str) -> Self {
        self.missing = missing;
        self
    }

    /// Whether a table shows it even where nothing is known of any row.
    pub fn is_essential(&self) -> bool {
        self.missing != NOTHING
    }

    /// The same, in tables only.
    pub const fn in_table(mut self) -> Self {
        self.place = Place::Table;
        self
    }

    /// The same, in CSV only.
    pub const fn in_csv(mut self) -> Self {
        self.place = Place::Csv;
        self
    }

    /// Those of the columns that a table shows.
    pub fn of_table(columns: &[Self]) -> Vec<Self> {
        columns.iter().filter(|column| column.place != Place::Csv).copied().collect()
    }

    /// Those of the columns that CSV has.
    pub fn of_csv(columns: &[Self]) -> Vec<Self> {
        columns.iter().filter(|column| column.place != Place::Table).copied().collect()
    }

    /// Whether it stands to the right.
    pub const fn is_number(&self) -> bool {
        matches!(self.shape, Shape::Number)
    }

    /// Whether it may be wrapped.
    pub const fn is_prose(&self) -> bool {
        matches!(self.shape, Shape::Prose | Shape::Derived(_))
    }

    /// The cell in CSV.
    pub fn csv_cell(&self, row: &Row) -> String {
        match self.shape {
            Shape::Derived(make) => make(row),
            _ => text(row, self.key),
        }
    }

    /// The cell in a table, or nothing where nothing is known.
    pub fn table_cell(&self, row: &Row) -> Option<String> {
        let shown = match (self.shape, row.get(self.key)) {
            (Shape::Derived(make), _) => make(row),
            (_, None | Some(Value::Null)) => return None,
            (Shape::Flag, Some(value)) => {
                if value == &Value::Bool(true) { "yes" } else { "no" }.into()
            }
            (Shape::Instant, Some(value)) => moment(value),
            (Shape::Text | Shape::Prose | Shape::Number, Some(value)) => plain(value),
        };
        Some(harmless(&shown)).filter(|shown| !shown.is_empty())
    }

    /// What stands in a table where nothing is known.
    pub const fn missing(&self) -> &'static str {
        self.missing
    }
}

fn moment(value: &Value) -> String {
    let text = plain(value);
    text.parse().map_or(text, super::instant)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Column;
    use crate::render::cell::row_of;

    #[test]
    fn unknown_is_not_shown_as_zero() {
        let row = row_of(&json!({ "stock": null, "net": 0 })).expect("an object");
        assert_eq!(Column::number("stock", "stock").table_cell(&row), None);
        assert_eq!(Column::number("net", "net").table_cell(&row), Some("0".to_owned()));
        assert_eq!(Column::number("stock", "stock").csv_cell(&row), "");
    }

    #[test]
    fn moments_lose_their_fractions_in_tables_only() {
        let row = row_of(&json!({ "at": "2026-11-23T05:46:11.5Z" })).expect("an object");
        let column = Column::instant("at", "at (UTC)");
        assert_eq!(column.table_cell(&row), Some("2026-11-23 05:46:11".to_owned()));
        assert_eq!(column.csv_cell(&row), "2026-11-23T05:46:11.5Z");
    }
}
