//! What a marketplace can do, as plain data computed from a channel's settings.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Serialize;

use crate::{Batch, Error, ErrorKind, FeedKind, Fields, Line, Retry};

/// What a channel's marketplace can do, and the limits it sets.
///
/// [`Capabilities::least`] promises nothing; a connector overrides what its marketplace adds. The
/// runner and the conformance suite act on these values and know no marketplace by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// What a write does there.
    pub effect: Effect,
    /// What its answer proves.
    pub acknowledges: Acknowledges,
    /// How a complete feed travels.
    pub true_up: TrueUp,
    /// Whether changes alone may be sent.
    pub takes_differential: bool,
    /// Whether a request can be rehearsed there without changing anything.
    pub rehearses: bool,
    /// Which lines may share a differential batch.
    pub batch_scope: BatchScope,
    /// Lines per request.
    pub lines_per_batch: Limit,
    /// Whether a listing is at a location of the marketplace.
    pub locations: Locations,
    /// Which numbers beside the quantity it takes.
    pub fields: Fields,
    /// The largest quantity it takes, in whole units.
    pub quantity_max: i64,
    /// How long after we gave up on a request it could still take effect. After an unclear outcome
    /// the number is confirmed again once this has passed.
    #[serde(serialize_with = "as_seconds")]
    pub settle: Duration,
    /// How long a ticket may stay open. After that the lines are unclear and told anew.
    #[serde(serialize_with = "as_seconds")]
    pub ticket_life: Duration,
    /// How long the marketplace knows the key of a request. After an unclear outcome the identical
    /// request is repeated within this time; zero where it knows no keys. It is then
    /// [asked](crate::Marketplace::resolve) once the settle time has passed, so that what is not there
    /// does not come any more.
    #[serde(serialize_with = "as_seconds")]
    pub key_life: Duration,
    /// The rate it allows.
    pub pace: Pace,
    /// Who calls whom.
    pub contact: Contact,
}

impl Capabilities {
    /// A marketplace that takes absolute quantities a line at a time and proves nothing.
    #[must_use]
    pub const fn least() -> Self {
        Self {
            effect: Effect::Absolute,
            acknowledges: Acknowledges::Submission,
            true_up: TrueUp::Chunked,
            takes_differential: true,
            rehearses: false,
            batch_scope: BatchScope::Mixed,
            lines_per_batch: Limit::lines(1),
            locations: Locations::None,
            fields: Fields {
                on_orders: false,
                backordered: false,
                next_available_on: false,
                discontinued: false,
            },
            quantity_max: i32::MAX as i64,
            settle: Duration::from_secs(600),
            ticket_life: Duration::from_secs(1_800),
            key_life: Duration::ZERO,
            pace: Pace { requests: 1, per: Duration::from_secs(1), burst: 1 },
            contact: Contact::WeCall,
        }
    }
}

impl Capabilities {
    /// Refuses a batch that is beyond what the marketplace takes, before anything is sent: a
    /// differential where there is none, too many lines, a line without the location it needs, or
    /// two lines that the marketplace could not tell apart.
    ///
    /// # Errors
    /// Not applied: unsupported, or beyond limits.
    pub fn admit(&self, batch: &Batch) -> Result<(), Error> {
        let limit = match (batch.kind, self.true_up) {
            (FeedKind::Differential, _) if !self.takes_differential => {
                let message = "this channel takes no differential feed; send a true_up";
                return Err(Error::not_applied(ErrorKind::Unsupported, Retry::Never, message));
            }
            (FeedKind::TrueUp, TrueUp::Whole(limit)) => limit,
            (FeedKind::TrueUp, TrueUp::Chunked) | (FeedKind::Differential, _) => {
                self.lines_per_batch
            }
        };
        let needs_location = self.locations == Locations::Required;
        let lost = || batch.lines.iter().find(|line| needs_location && line.location.is_none());
        let unfit = limit.refuse(batch);
        let unfit = unfit.or_else(|| lost().map(no_location));
        match unfit.or_else(|| batch.repeated().map(repeated)) {
            Some(why) => Err(Error::not_applied(ErrorKind::BeyondLimits, Retry::Never, why)),
            None => Ok(()),
        }
    }
}

fn no_location(line: &Line) -> String {
    let part_number = &line.part_number;
    format!("part number `{part_number}` has no location; add [locations] to the channel")
}

fn repeated(line: &Line) -> String {
    let part_number = &line.part_number;
    let place = line.location.as_ref().map_or(String::new(), |location| format!(" at {location}"));
    format!("part number `{part_number}` occurs twice{place}; give each product its own")
}

fn as_seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}

/// What a write does at the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Sets the quantity: repeating it is harmless (Wayfair, QuickBooks Desktop's new quantity).
    Absolute,
    /// Sets the quantity if it still has an expected value (Shopify).
    IfValue,
    /// Sets the quantity if the record still has an expected version.
    IfVersion,
    /// Adds a difference, once per idempotency key (QuickBooks Online). The prepared request is
    /// kept, and after an unclear outcome the identical bytes are sent again under the same key.
    KeyedDifference,
    /// Adds a difference every time: after an unclear outcome the marketplace is asked first.
    Difference,
}

impl Effect {
    /// Whether preparing the same lines again could give another request, so that the prepared
    /// bytes must be on disk before they are sent.
    #[must_use]
    pub const fn keeps_request(self) -> bool {
        match self {
            Self::Absolute => false,
            Self::IfValue | Self::IfVersion | Self::KeyedDifference | Self::Difference => true,
        }
    }

    /// Whether a write adds to what is there. Computed while an earlier one may still land, it would
    /// be wrong by as much; so a listing with an unclear send waits until that has settled.
    #[must_use]
    pub const fn adds(self) -> bool {
        match self {
            Self::Absolute | Self::IfValue | Self::IfVersion => false,
            Self::KeyedDifference | Self::Difference => true,
        }
    }
}

/// What the answer to a write proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledges {
    /// That the levels are in force.
    Applied,
    /// That they were received; a ticket tells later whether they are in force.
    Ticket,
    /// That they were received, and nothing ever tells more.
    Submission,
}

/// How a complete feed travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrueUp {
    /// In batches; a listing that is left out keeps its number.
    Chunked,
    /// In one request of at most so many lines; a listing that is left out becomes 0. It travels
    /// complete or not at all.
    Whole(Limit),
}

/// Which lines may share a differential batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchScope {
    /// Any.
    Mixed,
    /// Those of one marketplace location, because the answer names lines by part number alone.
    OneLocation,
}

/// A limit, or none that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Limit(pub Option<NonZeroUsize>);

impl Limit {
    /// No limit is known.
    pub const NONE: Self = Self(None);

    /// At most so many lines; 0 is read as 1.
    #[must_use]
    pub const fn lines(lines: usize) -> Self {
        match NonZeroUsize::new(lines) {
            Some(lines) => Self(Some(lines)),
            None => Self(Some(NonZeroUsize::MIN)),
        }
    }

    /// The tighter of two limits.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self([self.0, other.0].into_iter().flatten().min())
    }

    /// What is wrong with a batch of more lines than this.
    fn refuse(self, batch: &Batch) -> Option<String> {
        let (lines, kind) = (batch.lines.len(), batch.kind);
        let most = self.0.filter(|_| !self.allows(lines))?;
        Some(format!(
            "the {kind} feed has {lines} lines, and this channel takes at most {most} in one request"
        ))
    }

    /// Whether so many lines are within the limit.
    #[must_use]
    pub fn allows(self, lines: usize) -> bool {
        self.0.is_none_or(|most| lines <= most.get())
    }
}

/// Whether a listing is at a location of the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Locations {
    /// It knows none; all our stock is one number.
    None,
    /// Without a `[locations]` table all our stock is one number.
    Optional,
    /// Every listing is at one: a `[locations]` table is needed.
    Required,
}

/// A request rate: at most `requests` in any window of length `per`, at most `burst` at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pace {
    /// Requests per window; at least 1.
    pub requests: u32,
    /// The window.
    #[serde(serialize_with = "as_seconds")]
    pub per: Duration,
    /// Requests that may follow each other without a pause; at least 1.
    pub burst: u32,
}

/// Who calls whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// We call the marketplace.
    WeCall,
    /// The marketplace polls us: submitting posts a message, settling looks for its answer.
    TheyPoll,
}
