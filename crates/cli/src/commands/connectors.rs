//! `trueup connectors`: the marketplaces linked into this program.

use serde_json::Value;

use crate::arguments::Printing;
use crate::failure::Failure;
use crate::render::{Column, Row, print_rows, text};
use crate::session::{Session, registry};

const COLUMNS: &[Column] = &[
    Column::text("marketplace", "marketplace"),
    Column::text("title", "title"),
    Column::text("version", "version"),
    Column::derived("capabilities", "what it can do", capabilities),
];
const NONE: &str = "no marketplace is linked into this program";

/// Prints what is linked. Needs neither settings nor a database.
pub fn connectors(session: Session<'_>, printing: Printing) -> Result<(), Failure> {
    let rows = trueup_host::connectors(&registry()?);
    Ok(print_rows(session.out, printing.format, COLUMNS, NONE, &rows)?)
}

/// The main capabilities in one sentence.
fn capabilities(row: &Row) -> String {
    let Some(Value::Object(capabilities)) = row.get("capabilities") else {
        return String::new();
    };
    let says = |key: &str| text(capabilities, key).replace('_', " ");
    let is = |key: &str| capabilities.get(key) == Some(&Value::Bool(true));
    let true_up = match capabilities.get("true_up") {
        Some(Value::Object(_)) => "whole True-Ups",
        _ => "True-Ups in batches",
    };
    let mut said = vec![format!("{} writes", says("effect")), true_up.to_owned()];
    let more = [("takes_differential", "Differentials"), ("rehearses", "rehearsals")];
    said.extend(more.iter().filter(|(key, _)| is(key)).map(|(_, what)| (*what).to_owned()));
    said.push(format!("acknowledges {}", says("acknowledges")));
    said.push(format!("locations {}", says("locations")));
    said.join(", ")
}
