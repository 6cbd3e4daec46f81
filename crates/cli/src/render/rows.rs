//! Rows in any of the three forms.

use std::io::{self, Write};

use serde::Serialize;

use super::Column;
use super::cell::row_of;
use super::delimited::DelimitedPrinter;
use super::json::JsonPrinter;
use super::table::TablePrinter;
use crate::arguments::Format;

/// Prints rows as they come, in the form asked for.
pub enum RowPrinter<'a> {
    /// For people.
    Table(TablePrinter<'a>),
    /// An array of objects.
    Json(JsonPrinter<&'a mut dyn Write>),
    /// Comma-separated, with a header.
    Csv(Box<DelimitedPrinter<&'a mut dyn Write>>),
}

impl<'a> RowPrinter<'a> {
    /// Starts printing. `none` is what people read where there is no row.
    pub fn start(
        out: &'a mut dyn Write,
        format: Format,
        columns: &[Column],
        none: &'static str,
    ) -> io::Result<Self> {
        Ok(match format {
            Format::Table => Self::Table(TablePrinter::new(out, columns, none)),
            Format::Json => Self::Json(JsonPrinter::start(out)?),
            Format::Csv => Self::Csv(Box::new(DelimitedPrinter::start(out, columns)?)),
        })
    }

    /// Prints one row.
    pub fn push(&mut self, view: &impl Serialize) -> io::Result<()> {
        match self {
            Self::Table(table) => table.push(&row_of(view)?),
            Self::Json(json) => json.push(view),
            Self::Csv(csv) => csv.push(&row_of(view)?),
        }
    }

    /// Prints what is still held, and the end.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Table(table) => table.finish(),
            Self::Json(json) => json.finish(),
            Self::Csv(csv) => csv.finish(),
        }
    }
}

/// Prints rows that are all there already.
pub fn print_rows<T: Serialize>(
    out: &mut dyn Write,
    format: Format,
    columns: &[Column],
    none: &'static str,
    rows: &[T],
) -> io::Result<()> {
    let mut printer = RowPrinter::start(out, format, columns, none)?;
    rows.iter().try_for_each(|row| printer.push(row))?;
    printer.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::print_rows;
    use crate::arguments::Format;
    use crate::render::Column;

    const COLUMNS: &[Column] = &[
        Column::text("product_code", "product"),
        Column::number("stock", "stock").or("unknown"),
        Column::flag("active", "active").in_csv(),
    ];

    fn printed(format: Format, rows: &[Value]) -> String {
        let mut out = Vec::new();
        print_rows(&mut out, format, COLUMNS, "no products", rows).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    fn rows() -> Vec<Value> {
        vec![
            json!({ "product_code": "A", "stock": 7.9, "active": true }),
            json!({ "product_code": "B", "stock": null, "active": false }),
        ]
    }

    #[test]
    fn json_is_one_array_with_a_row_per_line() {
        let text = printed(Format::Json, &rows());
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value, json!(rows()));
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn no_rows_are_an_empty_array_a_bare_header_or_a_sentence() {
        assert_eq!(printed(Format::Json, &[]), "[]\n");
        assert_eq!(printed(Format::Csv, &[]), "product_code,stock,active\n");
        assert_eq!(printed(Format::Table, &[]), "no products\n");
    }

    #[test]
    fn csv_leaves_the_unknown_empty() {
        let expected = "product_code,stock,active\nA,7.9,true\nB,,false\n";
        assert_eq!(printed(Format::Csv, &rows()), expected);
    }

    #[test]
    fn tables_say_unknown_and_put_numbers_to_the_right() {
        let text = printed(Format::Table, &rows());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first(), Some(&"product    stock"));
        assert_eq!(lines.get(2), Some(&"A            7.9"));
        assert_eq!(lines.get(3), Some(&"B        unknown"));
    }

    #[test]
    fn long_tables_lose_no_row() {
        let rows: Vec<Value> = (0..25_000)
            .map(|n| json!({ "product_code": format!("P-{n}"), "stock": n, "active": true }))
            .collect();
        let text = printed(Format::Table, &rows);
        assert_eq!(text.lines().count(), 25_002);
        assert!(text.lines().any(|line| line.starts_with("P-24999") && line.ends_with(" 24999")));
    }
}
