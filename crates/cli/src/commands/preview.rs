//! `trueup preview`: exactly what would be sent, and what is held back.

use std::io::{self, Write};

use serde_json::Value;
use trueup_host::views::{HeldLine, PreviewView};

use super::feed_lines::{HELD_COLUMNS, basis_words, kind_words};
use crate::arguments::{Feed, Format, Printing};
use crate::failure::Failure;
use crate::render::{Column, Ink, Row, RowPrinter, counted, document, print_rows, text};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("product_code", "product"),
    Column::text("part_number", "part number").in_csv(),
    Column::derived("part_number", "called", alias).in_table(),
    Column::text("location", "location"),
    Column::number("quantity", "quantity"),
    Column::number("acknowledged", "now there").or("unknown"),
    Column::number("on_orders", "on orders"),
    Column::number("backordered", "backordered"),
    Column::text("next_available_on", "available on"),
    Column::flag("discontinued", "discontinued").in_csv(),
    Column::flag("is_last_zero", "last zero").in_csv(),
    Column::derived("derivation", "how", how),
    Column::prose("reason", "held back because").in_csv(),
];
const NOTHING_DUE: &str = "nothing to send";

/// Prints what a feed would send; sends nothing.
pub async fn preview(
    session: Session<'_>,
    channel: &str,
    feed: Feed,
    printing: Printing,
) -> Result<(), Failure> {
    let host = session.open().await?;
    let view = host.preview(channel, feed.kind.into(), feed.basis()).await?;
    let out = session.out;
    match printing.format {
        Format::Json => document(out, &view)?,
        Format::Csv => print_csv(out, &view)?,
        Format::Table => print_for_people(out, &view, session.ink)?,
    }
    Ok(())
}

/// Lines and what is held back, in one list: what is held back has a reason and no part number.
fn print_csv(out: &mut dyn Write, view: &PreviewView) -> io::Result<()> {
    if let Some(reason) = &view.refused {
        writeln!(io::stderr(), "note: such a feed would not go: {reason}")?;
    }
    let mut printer = RowPrinter::start(out, Format::Csv, COLUMNS, "")?;
    view.lines.iter().try_for_each(|line| printer.push(line))?;
    view.held.iter().try_for_each(|line| printer.push(line))?;
    printer.finish()
}

fn print_for_people(out: &mut dyn Write, view: &PreviewView, ink: Ink) -> io::Result<()> {
    let feed = format!("{} of {}", kind_words(view.feed), basis_words(view.basis));
    let title = format!("{feed} for {} ({})", view.channel, view.marketplace);
    writeln!(out, "{}", ink.bold(&title))?;
    if let Some(reason) = &view.refused {
        writeln!(out, "{} {reason}", ink.red("such a feed would not go:"))?;
    }
    writeln!(out)?;
    print_rows(out, Format::Table, COLUMNS, NOTHING_DUE, &view.lines)?;
    print_held(out, &view.held, ink)
}

/// Prints what is held back, if anything is.
pub fn print_held(out: &mut dyn Write, held: &[HeldLine], ink: Ink) -> io::Result<()> {
    if held.is_empty() {
        return Ok(());
    }
    let count = counted(u64::try_from(held.len()).unwrap_or(u64::MAX), "product");
    writeln!(out, "\n{}\n", ink.bold(&format!("held back: {count}")))?;
    print_rows(out, Format::Table, HELD_COLUMNS, "", held)
}

/// What the channel calls the product, where that is not its code.
fn alias(row: &Row) -> String {
    let part_number = text(row, "part_number");
    if part_number == text(row, "product_code") { String::new() } else { part_number }
}

/// The steps from stock to quantity in one line: `stock 100 − 4 → 96, buffer 94`.
fn how(row: &Row) -> String {
    let steps = row.get("derivation").and_then(|derivation| derivation.get("from")?.as_array());
    let Some(steps) = steps else {
        let is_last_zero = row.get("is_last_zero") == Some(&Value::Bool(true));
        return if is_last_zero { "it left the channel: a last 0" } else { "" }.to_owned();
    };
    let steps: Vec<(String, String)> = steps.iter().filter_map(step).collect();
    let (mut said, rest) = match steps.as_slice() {
        [(stock, a), (on_orders, b), (available, c), rest @ ..]
            if [stock, on_orders, available] == ["stock", "on_orders", "available"] =>
        {
            (vec![format!("stock {a} − {b} → {c}")], rest)
        }
        all => (Vec::new(), all),
    };
    said.extend(rest.iter().map(|(what, amount)| format!("{} {amount}", what.replace('_', " "))));
    said.join(", ")
}

/// What a step is, and its amount.
fn step(step: &Value) -> Option<(String, String)> {
    let step = step.as_object()?;
    let amount = Some(text(step, "amount")).filter(|amount| !amount.is_empty());
    Some((text(step, "what"), amount.unwrap_or_else(|| "unknown".to_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::how;

    fn told(steps: serde_json::Value) -> String {
        let row = json!({ "derivation": { "from": steps } });
        how(row.as_object().expect("an object"))
    }

    #[test]
    fn steps_are_told_in_order() {
        let steps = json!([
            { "what": "stock", "amount": 7.9 },
            { "what": "on_orders", "amount": 2.5 },
            { "what": "available", "amount": 5.4 },
            { "what": "buffer", "amount": 3.4 },
        ]);
        assert_eq!(told(steps), "stock 7.9 − 2.5 → 5.4, buffer 3.4");
    }

    #[test]
    fn external_stock_is_told_alone() {
        assert_eq!(told(json!([{ "what": "external_stock", "amount": 7 }])), "external stock 7");
        assert_eq!(told(json!([{ "what": "stock", "amount": null }])), "stock unknown");
    }

    #[test]
    fn a_last_zero_says_why() {
        let row = json!({ "derivation": null, "is_last_zero": true });
        let row = row.as_object().expect("an object");
        assert_eq!(how(row), "it left the channel: a last 0");
    }
}
