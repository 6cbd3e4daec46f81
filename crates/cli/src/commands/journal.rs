//! `trueup journal`: whether it is whole, and the evidence it holds.

use serde_json::Value;

use crate::arguments::Journal;
use crate::failure::Failure;
use crate::render::{Column, Row, print_rows, text};
use crate::session::Session;

const CHECKS: &[Column] = &[
    Column::text("channel", "channel").or("(no channel)"),
    Column::number("entries", "entries"),
    Column::number("batches", "batches"),
    Column::derived("head", "head", |row| place(row, "head")),
    Column::prose("broken", "broken"),
];
const TOLD: &[Column] = &[
    Column::text("channel", "channel").in_csv(),
    Column::text("product_code", "product").in_csv(),
    Column::text("part_number", "part number"),
    Column::text("location", "location"),
    Column::instant("at", "sent (UTC)"),
    Column::text("kind", "feed"),
    Column::number("feed", "no."),
    Column::number("generation", "generation"),
    Column::number("quantity", "quantity"),
    Column::number("on_orders", "on orders").in_csv(),
    Column::number("backordered", "backordered").in_csv(),
    Column::text("next_available_on", "next available").in_csv(),
    Column::flag("discontinued", "discontinued").in_csv(),
    Column::derived("inputs", "inputs", |row| place(row, "inputs")).in_csv(),
    Column::number("terms", "terms").in_csv(),
    Column::text("batch_key", "batch"),
    Column::text("outcome", "outcome"),
    Column::flag("confirmed", "confirmed").in_csv(),
    Column::text("code", "code").in_csv(),
    Column::prose("reason", "reason"),
    Column::text("handle", "handle"),
    Column::instant("answered_at", "answered (UTC)"),
    Column::derived("sent_entry", "entry", |row| place(row, "sent_entry")).in_csv(),
    Column::derived("answer_entry", "answer's entry", |row| place(row, "answer_entry")).in_csv(),
];
const NEVER_TOLD: &str = "the channel was never told anything of this product";

/// Looks at the journal.
pub async fn journal(session: Session<'_>, action: Journal) -> Result<(), Failure> {
    let host = session.open().await?;
    match action {
        Journal::Verify { channel, noted, printing } => {
            let checks = host.verify_journal(channel.as_deref(), noted).await?;
            print_rows(session.out, printing.format, CHECKS, "", &checks)?;
            let broken = checks.iter().find(|check| check.broken.is_some());
            broken.map_or(Ok(()), |check| {
                let whose = check.channel.as_deref();
                let whose =
                    whose.map_or_else(|| "no channel".to_owned(), |name| format!("`{name}`"));
                let what = check.broken.as_deref().unwrap_or_default();
                Err(Failure::work(format!("the journal of {whose} was changed: {what}")))
            })
        }
        Journal::Export { channel, code, printing } => {
            let told = host.told(&channel, &code).await?;
            Ok(print_rows(session.out, printing.format, TOLD, NEVER_TOLD, &told)?)
        }
    }
}

/// The place of an entry, as `--noted` takes it.
pub(super) fn place(row: &Row, key: &str) -> String {
    let Some(Value::Object(place)) = row.get(key) else { return String::new() };
    format!("{}:{}", text(place, "sequence"), text(place, "hash"))
}
