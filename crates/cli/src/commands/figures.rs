//! `trueup figures`: the engine's figures per product.

use std::io::Write;
use std::pin::pin;

use futures::TryStreamExt;
use trueup_host::Host;

use crate::arguments::{Format, Printing};
use crate::failure::Failure;
use crate::render::{Column, Row, RowPrinter};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("product_code", "product"),
    Column::prose("name", "name"),
    Column::flag("active", "active").in_csv(),
    Column::flag("discontinued", "discontinued").in_csv(),
    Column::number("stock", "stock").or("unknown"),
    Column::number("on_orders", "on orders"),
    Column::number("net", "net").or("unknown"),
    Column::number("available", "available").or("unknown"),
    Column::number("backordered", "backordered").or("unknown"),
    Column::number("incoming", "incoming"),
    Column::text("next_available_on", "next available"),
    Column::number("external_stock", "external"),
    Column::derived("note", "note", standing).in_table(),
];
const NONE: &str = "no products yet; `trueup import products FILE` reads some";

/// Prints the figures of these products, or of all.
pub async fn figures(
    session: Session<'_>,
    codes: &[String],
    printing: Printing,
) -> Result<(), Failure> {
    let host = session.open().await?;
    print_figures(session.out, &host, codes, printing.format).await
}

/// Prints figures as they come from the database.
pub async fn print_figures(
    out: &mut dyn Write,
    host: &Host,
    codes: &[String],
    format: Format,
) -> Result<(), Failure> {
    let mut rows = pin!(host.figures(codes).await?);
    let mut printer = RowPrinter::start(out, format, COLUMNS, NONE)?;
    while let Some(row) = rows.try_next().await? {
        printer.push(&row)?;
    }
    Ok(printer.finish()?)
}

fn standing(row: &Row) -> String {
    let is = |key| row.get(key).and_then(serde_json::Value::as_bool);
    let notes = [
        (is("active") == Some(false), "inactive"),
        (is("discontinued") == Some(true), "discontinued"),
    ];
    let said: Vec<&str> = notes.iter().filter(|(is, _)| *is).map(|(_, note)| *note).collect();
    said.join(", ")
}
