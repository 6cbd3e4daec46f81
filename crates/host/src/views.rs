//! What the operations answer: plain rows whose field names are the JSON contract.

mod health;
mod held;
mod standing;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use trueup_marketplace::{Capabilities, FeedKind};
use trueup_stock::{Basis, DemandProfile, Derivation, Quantity};

pub use health::{HealthView, UnwellView};
pub use held::HeldFeed;
pub use standing::{ListingView, NextRun, StatusView};

/// One product's figures. Unknown amounts are `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct FiguresView {
    pub product_code: String,
    pub name: String,
    pub active: bool,
    pub discontinued: bool,
    pub stock: Option<Quantity>,
    pub on_orders: Quantity,
    pub net: Option<Quantity>,
    pub available: Option<Quantity>,
    pub backordered: Option<Quantity>,
    pub incoming: Option<Quantity>,
    pub next_available_on: Option<Date>,
    pub external_stock: Option<Quantity>,
}

/// Exactly what a feed would send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewView {
    /// The channel.
    pub channel: String,
    /// Its marketplace.
    pub marketplace: String,
    /// The kind of feed.
    pub feed: FeedKind,
    /// Real figures or external stock.
    pub basis: Basis,
    /// Why such a feed would not go, where it would not.
    pub refused: Option<String>,
    /// What would be sent, in the order of sending.
    pub lines: Vec<PreviewLine>,
    /// What is held back, and why.
    pub held: Vec<HeldLine>,
}

/// One line that would be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct PreviewLine {
    pub product_code: String,
    pub channel: String,
    pub part_number: String,
    pub location: Option<String>,
    pub quantity: i64,
    pub on_orders: i64,
    pub backordered: i64,
    pub next_available_on: Option<Date>,
    pub discontinued: bool,
    /// The product left the channel, and this is its last zero.
    pub is_last_zero: bool,
    /// The quantity the marketplace last acknowledged.
    pub acknowledged: Option<i64>,
    /// How the quantity was reached; `None` for a last zero.
    pub derivation: Option<Derivation>,
}

/// A product that is not sent, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct HeldLine {
    pub product_code: String,
    pub reason: String,
}

/// How one product's numbers were reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ExplainView {
    #[serde(flatten)]
    pub figures: FiguresView,
    pub demand_profile: DemandProfile,
    pub derivation: Vec<Derivation>,
    /// Its listings on every channel.
    pub lines: Vec<ExplainLine>,
    /// The channels it is not sent to.
    pub held: Vec<ExplainHeld>,
}

/// One listing of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ExplainLine {
    pub channel: String,
    pub part_number: String,
    pub location: Option<String>,
    pub quantity: i64,
    pub on_orders: i64,
    pub backordered: i64,
    pub acknowledged: Option<i64>,
    /// The quantities the marketplace might show.
    pub possible: Vec<i64>,
    /// Units that could be oversold right now.
    pub exposure: i64,
    /// `clean`, `due`, `in_flight`, `parked`, `retired`, or `new` where nothing was planned yet.
    pub state: String,
    pub reason: Option<String>,
    pub derivation: Option<Derivation>,
}

/// A channel that a product is not sent to, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ExplainHeld {
    pub channel: String,
    pub reason: String,
}

/// One feed and the outcomes of its lines; `planned` is their sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct FeedView {
    pub feed: i64,
    pub channel: String,
    pub kind: FeedKind,
    pub basis: Basis,
    /// `schedule` or `command`.
    pub cause: String,
    /// `running`, `done`, `failed`, `interrupted`, `held` or `released`.
    pub state: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub planned: u64,
    pub accepted: u64,
    pub pending: u64,
    pub rejected: u64,
    pub unknown: u64,
    pub superseded: u64,
    pub parked: u64,
    pub held_count: u64,
    pub message: Option<String>,
}

/// One feed with every line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct FeedDetail {
    #[serde(flatten)]
    pub feed: FeedView,
    pub lines: Vec<FeedLineView>,
    /// What was held back; the first 10,000.
    pub held: Vec<HeldLine>,
}

/// One line of a feed, with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct FeedLineView {
    pub product_code: String,
    pub part_number: String,
    pub location: Option<String>,
    pub quantity: i64,
    pub on_orders: i64,
    pub backordered: i64,
    pub next_available_on: Option<Date>,
    pub discontinued: bool,
    pub outcome: String,
    /// Whether the marketplace confirmed that it is in force.
    pub confirmed: bool,
    pub reason: Option<String>,
}

/// What a rehearsal found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct RehearsalView {
    pub channel: String,
    pub feed: FeedKind,
    pub lines: u64,
    pub requests: u64,
    /// Whether the marketplace saw it; otherwise it was only prepared here.
    pub was_shown: bool,
    /// Lines that would not be taken, as far as a rehearsal tells.
    pub refused: Vec<HeldLine>,
    pub failure: Option<String>,
}

/// What an import did with one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ImportView {
    pub file: String,
    pub read: u64,
    pub applied: u64,
    pub unchanged: u64,
    pub rejected: u64,
    /// Whether anything of the file was taken.
    pub is_committed: bool,
    /// The first hundred.
    pub rejections: Vec<RejectionView>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct RejectionView {
    pub file: String,
    pub row: u64,
    pub column: Option<String>,
    pub reason: String,
}

/// What a change of many products did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct SelectionView {
    pub changed: u64,
    pub unchanged: u64,
}

/// Something in the data that will surprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct FindingView {
    pub finding: String,
    pub subject: String,
    pub product_code: Option<String>,
    /// What it costs in availability.
    pub units: Option<Quantity>,
    pub detail: String,
}

/// Whether a channel's credentials work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct CheckView {
    pub channel: String,
    pub ok: bool,
    pub detail: String,
}

/// A marketplace linked into this program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ConnectorView {
    pub marketplace: String,
    pub title: String,
    pub version: String,
    /// Under the settings of its example; a channel's own settings may change them.
    pub capabilities: Option<Capabilities>,
}
