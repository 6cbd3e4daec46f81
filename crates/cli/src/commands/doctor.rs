//! `trueup doctor`: data that will surprise.

use crate::arguments::Printing;
use crate::failure::Failure;
use crate::render::{Column, print_rows};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("finding", "finding"),
    Column::text("subject", "subject"),
    Column::text("product_code", "product"),
    Column::number("units", "units"),
    Column::prose("detail", "what it means"),
];
const NOTHING: &str = "nothing that would surprise";

/// Prints what was found. Findings are no failure: they are for people to judge.
pub async fn doctor(session: Session<'_>, printing: Printing) -> Result<(), Failure> {
    let findings = session.open().await?.doctor().await?;
    Ok(print_rows(session.out, printing.format, COLUMNS, NOTHING, &findings)?)
}
