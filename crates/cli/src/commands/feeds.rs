//! `trueup feeds` and `trueup feed`: what has run, and what became of every line.

use std::io::{self, Write};

use serde::Serialize;
use trueup_host::views::{FeedDetail, HeldLine};

use super::feed_lines::{LINE_COLUMNS, summary};
use super::preview::print_held;
use crate::arguments::{Format, Printing};
use crate::failure::Failure;
use crate::render::{Column, Ink, RowPrinter, document, print_rows};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::number("feed", "feed"),
    Column::text("channel", "channel"),
    Column::text("kind", "kind"),
    Column::text("basis", "basis"),
    Column::text("cause", "cause").in_csv(),
    Column::text("state", "state"),
    Column::instant("started_at", "started (UTC)"),
    Column::instant("finished_at", "finished (UTC)").in_csv(),
    Column::number("planned", "lines"),
    Column::number("accepted", "accepted"),
    Column::number("pending", "pending"),
    Column::number("rejected", "rejected"),
    Column::number("unknown", "unknown"),
    Column::number("superseded", "superseded").in_csv(),
    Column::number("parked", "parked").in_csv(),
    Column::number("held_count", "held"),
    Column::prose("message", "message"),
];
const NO_FEEDS: &str = "no feed has run yet; `trueup send CHANNEL` runs one";

/// Prints the feeds that have run, latest first.
pub async fn feeds(
    session: Session<'_>,
    channel: Option<&str>,
    limit: u64,
    printing: Printing,
) -> Result<(), Failure> {
    let feeds = session.open().await?.feeds(channel, limit).await?;
    Ok(print_rows(session.out, printing.format, COLUMNS, NO_FEEDS, &feeds)?)
}

/// Prints every line of one feed.
pub async fn feed(session: Session<'_>, id: i64, printing: Printing) -> Result<(), Failure> {
    let detail = session.open().await?.feed(id).await?;
    Ok(print_detail(session.out, &detail, printing.format, session.ink)?)
}

/// Prints a feed with its lines and what was held back.
pub fn print_detail(
    out: &mut dyn Write,
    detail: &FeedDetail,
    format: Format,
    ink: Ink,
) -> io::Result<()> {
    match format {
        Format::Json => document(out, detail),
        Format::Csv => print_csv(out, detail),
        Format::Table => {
            summary(out, &detail.feed, ink)?;
            if !detail.lines.is_empty() {
                writeln!(out)?;
                print_rows(out, Format::Table, LINE_COLUMNS, "", &detail.lines)?;
            }
            print_held(out, &detail.held, ink)
        }
    }
}

/// A product that was held back, in the list of lines.
#[derive(Serialize)]
struct HeldRow<'a> {
    #[serde(flatten)]
    line: &'a HeldLine,
    outcome: &'static str,
}

/// Lines and what was held back in one list, told apart by the outcome `held`.
fn print_csv(out: &mut dyn Write, detail: &FeedDetail) -> io::Result<()> {
    let mut printer = RowPrinter::start(out, Format::Csv, LINE_COLUMNS, "")?;
    detail.lines.iter().try_for_each(|line| printer.push(line))?;
    let held = detail.held.iter().map(|line| HeldRow { line, outcome: "held" });
    held.into_iter().try_for_each(|row| printer.push(&row))?;
    printer.finish()
}
