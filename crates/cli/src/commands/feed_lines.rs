//! What is said of one feed: a summary, its lines, what was held back.

use std::io::{self, Write};

use trueup_host::views::FeedView;
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;

use crate::render::{Column, Ink, counted};

/// The lines of a feed.
pub const LINE_COLUMNS: &[Column] = &[
    Column::text("product_code", "product"),
    Column::text("part_number", "part number"),
    Column::text("location", "location"),
    Column::number("quantity", "quantity"),
    Column::number("on_orders", "on orders"),
    Column::number("backordered", "backordered"),
    Column::text("next_available_on", "next available"),
    Column::flag("discontinued", "discontinued").in_csv(),
    Column::text("outcome", "outcome"),
    Column::flag("confirmed", "confirmed"),
    Column::prose("reason", "reason"),
];

/// What was not sent.
pub const HELD_COLUMNS: &[Column] =
    &[Column::text("product_code", "product"), Column::prose("reason", "why")];

/// A kind of feed as people say it.
pub const fn kind_words(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::TrueUp => "True-Up",
        FeedKind::Differential => "Differential",
    }
}

/// What a feed carries, as people say it.
pub const fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Real => "real figures",
        Basis::External => "external stock",
    }
}

/// Says in two or three lines what became of a feed.
pub fn summary(out: &mut dyn Write, feed: &FeedView, ink: Ink) -> io::Result<()> {
    let what = format!("{} of {}", kind_words(feed.kind), basis_words(feed.basis));
    let title = format!("feed {}: {what} to {}, {}", feed.feed, feed.channel, feed.state);
    writeln!(out, "{}", ink.bold(&title))?;
    writeln!(out, "{}", outcomes(feed))?;
    if let Some(message) = &feed.message {
        writeln!(out, "{message}")?;
    }
    Ok(())
}

fn outcomes(feed: &FeedView) -> String {
    let parts = [
        (feed.accepted, "accepted"),
        (feed.pending, "pending"),
        (feed.rejected, "rejected"),
        (feed.unknown, "unknown"),
        (feed.superseded, "superseded"),
        (feed.parked, "parked"),
    ];
    let there = parts.iter().filter(|(count, _)| *count > 0);
    let mut said: Vec<String> = there.map(|(count, what)| format!("{count} {what}")).collect();
    if said.is_empty() {
        said.push("nothing was due".to_owned());
    }
    if feed.held_count > 0 {
        said.push(format!("{} held back", counted(feed.held_count, "product")));
    }
    format!("{}: {}", counted(feed.planned, "line"), said.join(", "))
}
