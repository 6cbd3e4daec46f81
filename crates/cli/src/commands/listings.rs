//! `trueup listings`: how a channel's listings stand.

use serde_json::Value;

use crate::arguments::Listings;
use crate::failure::Failure;
use crate::render::{Column, Row, print_rows};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::number("listing", "listing"),
    Column::text("product_code", "product"),
    Column::text("part_number", "part number").in_csv(),
    Column::text("location", "location"),
    Column::text("state", "state"),
    Column::number("wanted", "wanted"),
    Column::number("acknowledged", "acknowledged"),
    Column::instant("acknowledged_at", "acknowledged at").in_csv(),
    Column::derived("possible", "may show", possible),
    Column::number("exposure", "exposure"),
    Column::instant("due_since", "waiting since (UTC)").in_csv(),
    Column::instant("not_before", "not before (UTC)").in_csv(),
    Column::number("attempts", "attempts").in_csv(),
    Column::flag("held", "held").in_csv(),
    Column::prose("reason", "reason"),
];
const NO_LISTINGS: &str = "no such listings";

/// Prints a page of listings.
pub async fn listings(session: Session<'_>, wanted: Listings) -> Result<(), Failure> {
    let Listings { channel, only, limit, after, printing } = wanted;
    let which = only.map(Into::into).unwrap_or_default();
    let listings = session.open().await?.listings(&channel, which, after, limit).await?;
    Ok(print_rows(session.out, printing.format, COLUMNS, NO_LISTINGS, &listings)?)
}

/// `5 or 8`.
fn possible(row: &Row) -> String {
    let Some(Value::Array(possible)) = row.get("possible") else {
        return String::new();
    };
    let possible: Vec<String> = possible.iter().map(Value::to_string).collect();
    possible.join(" or ")
}
