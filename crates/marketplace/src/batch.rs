//! What is sent: batches of lines, each an absolute level of one listing.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Level, PartNumber, RemoteLocation};

/// The two kinds of feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedKind {
    /// Every listing of the channel.
    TrueUp,
    /// What changed.
    Differential,
}

impl fmt::Display for FeedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::TrueUp => "true_up",
            Self::Differential => "differential",
        })
    }
}

/// Identifies a line within the system that made it: the listing. Never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineKey(pub i64);

/// Identifies a batch for ever, and is the idempotency key of marketplaces that take one.
///
/// A resend of the identical request carries the same key; new content always has a new key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchKey(pub String);

impl fmt::Display for BatchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One listing's level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which listing.
    pub key: LineKey,
    /// What the marketplace calls the product.
    pub part_number: PartNumber,
    /// Where; `None` where the marketplace knows no locations.
    pub location: Option<RemoteLocation>,
    /// The marketplace's own id of the listing, where an earlier look-up found one.
    pub remote_id: Option<String>,
    /// What to show, absolute.
    pub level: Level,
}

/// Lines that travel together. Within one batch no listing occurs twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its identity and idempotency key.
    pub key: BatchKey,
    /// The feed it belongs to.
    pub kind: FeedKind,
    /// Whether nothing may change at the marketplace.
    pub is_dry_run: bool,
    /// At least one line, within the limits of the capabilities.
    pub lines: Vec<Line>,
}

impl Batch {
    /// A line whose part number and location an earlier line has as well. What a marketplace makes
    /// of two such lines is its own affair; most do not say.
    #[must_use]
    pub fn repeated(&self) -> Option<&Line> {
        let mut seen = HashSet::with_capacity(self.lines.len());
        self.lines.iter().find(|line| !seen.insert((&line.part_number, &line.location)))
    }
}
