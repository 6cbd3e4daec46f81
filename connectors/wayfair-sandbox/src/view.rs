//! What `GET /state` shows.

use jiff::Timestamp;
use serde::Serialize;

use crate::feed::{Feed, written};
use crate::line::Key;
use crate::state::{Book, Level};

/// Everything the simulated marketplace holds, sorted: what a buyer would see, and how it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateView {
    /// Every listing ever set, by supplier id and part number.
    pub lines: Vec<LineView>,
    /// The feeds in the order they were applied; dry runs are among them.
    pub feeds: Vec<FeedView>,
    /// How many GraphQL requests arrived, whatever came of them.
    pub requests: u64,
}

/// One listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineView {
    /// The supplier id, which is a warehouse.
    pub supplier_id: i32,
    /// The supplier's part number.
    pub part_number: String,
    /// What can be bought now.
    pub quantity_on_hand: i32,
    /// As last told, if ever.
    pub quantity_on_order: Option<i32>,
    /// As last told, if ever.
    pub quantity_backordered: Option<i32>,
    /// As last told, in the form it was told.
    pub item_next_availability_date: Option<String>,
    /// Whether it is discontinued.
    pub discontinued: bool,
}

/// One feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedView {
    /// The opaque handle the caller was given.
    pub handle: String,
    /// `TRUE_UP` or `DIFFERENTIAL`.
    pub kind: String,
    /// Whether it was only a rehearsal.
    pub dry_run: bool,
    /// How many lines it had, the refused ones included.
    pub lines: usize,
    /// `PROCESSING`, `COMPLETE` or `ERROR`.
    pub status: String,
    /// When it arrived.
    pub submitted_at: String,
}

impl StateView {
    pub(crate) fn of(book: &Book, requests: u64, now: Timestamp) -> Self {
        Self {
            lines: book.levels().map(line).collect(),
            feeds: book.feeds().map(|feed| feed_view(feed, now)).collect(),
            requests,
        }
    }

    /// One listing.
    #[must_use]
    pub fn line(&self, supplier_id: i32, part_number: &str) -> Option<&LineView> {
        let key = (supplier_id, part_number);
        let at = self
            .lines
            .binary_search_by(|line| (line.supplier_id, line.part_number.as_str()).cmp(&key));
        at.ok().and_then(|at| self.lines.get(at))
    }

    /// The quantity on hand of one listing.
    #[must_use]
    pub fn on_hand(&self, supplier_id: i32, part_number: &str) -> Option<i32> {
        self.line(supplier_id, part_number).map(|line| line.quantity_on_hand)
    }
}

fn line((key, level): (&Key, &Level)) -> LineView {
    LineView {
        supplier_id: key.supplier_id,
        part_number: key.part.to_string(),
        quantity_on_hand: level.on_hand,
        quantity_on_order: level.on_order,
        quantity_backordered: level.backordered,
        item_next_availability_date: level.next_available.clone(),
        discontinued: level.discontinued,
    }
}

fn feed_view(feed: &std::sync::Arc<Feed>, now: Timestamp) -> FeedView {
    FeedView {
        handle: feed.handle.clone(),
        kind: feed.kind.name().to_owned(),
        dry_run: feed.dry_run,
        lines: feed.lines,
        status: feed.stage(now).name().to_owned(),
        submitted_at: written(feed.submitted_at),
    }
}
