//! `trueup audit`: flags against values, and levels against inputs.

use serde_json::Value;

use crate::arguments::Printing;
use crate::failure::Failure;
use crate::render::{Column, Row, counted, print_rows};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("channel", "channel"),
    Column::number("products", "products"),
    Column::number("defects", "defects"),
    Column::derived("found", "found and healed", found),
];
const NO_CHANNELS: &str = "no channel is enabled";

/// Audits channels. Defects are healed, and still a failure: they should not be there.
pub async fn audit(
    session: Session<'_>,
    channel: Option<&str>,
    printing: Printing,
) -> Result<(), Failure> {
    let audited = session.open().await?.audit(channel).await?;
    print_rows(session.out, printing.format, COLUMNS, NO_CHANNELS, &audited)?;
    let defects: u64 = audited.iter().map(|audit| audit.defects).sum();
    if defects == 0 {
        return Ok(());
    }
    let defects = counted(defects, "defect");
    let hint = "the next feed tells what was wrong; please report it: nothing but a defect of \
                trueup, or a hand in its tables, makes one";
    Err(Failure::work(format!("{defects} found and healed")).hint(hint))
}

fn found(row: &Row) -> String {
    let Some(Value::Object(found)) = row.get("found") else { return String::new() };
    let each: Vec<String> =
        found.iter().map(|(defect, count)| format!("{count} {defect}")).collect();
    each.join(", ")
}
