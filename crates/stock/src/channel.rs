//! What one channel may be told: its terms, and the level wanted at each of its locations.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{LocationCode, PartNumber, ProductCode, Quantity, RemoteLocation};

/// What a channel's settings and its marketplace's capabilities say about numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Terms {
    /// The marketplace's locations and where the stock of each comes from, in the order in which
    /// they satisfy demand.
    pub pools: Vec<Pool>,
    /// The channel's own rules.
    pub rules: Rules,
    /// Which numbers beside the quantity the marketplace takes.
    pub fields: Fields,
    /// The largest quantity the marketplace takes, in whole units; below zero counts as zero.
    pub quantity_max: i64,
}

/// One location of the marketplace and the stock of ours that it offers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Pool {
    /// The marketplace's name for it; `None` where the marketplace knows no locations.
    pub remote: Option<RemoteLocation>,
    /// Where the stock comes from.
    pub source: Source,
}

/// Which of our locations feed a pool.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// All of them.
    Everywhere,
    /// These only.
    Only(Vec<LocationCode>),
}

impl Source {
    /// Whether stock at `location` belongs to this source.
    #[must_use]
    pub fn takes(&self, location: &LocationCode) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Only(locations) => locations.contains(location),
        }
    }
}

/// A channel's `[rules]`, applied to the real figures in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Rules {
    /// Units kept back at every marketplace location; a negative buffer keeps back nothing.
    pub buffer: Quantity,
    /// Never show more than this, where set.
    pub maximum: Option<Quantity>,
}

/// Which numbers beside the quantity a marketplace has fields for. The rest stay out of a level,
/// so that a change nobody could be told causes no feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Fields {
    /// Quantity on order.
    pub on_orders: bool,
    /// Quantity backordered.
    pub backordered: bool,
    /// Next availability date.
    pub next_available_on: bool,
    /// The discontinued mark.
    pub discontinued: bool,
}

/// Which count a feed carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The engine's figures.
    #[default]
    Real,
    /// A product's external stock where it has one, and the engine's figures where it has none.
    External,
}

/// All the engine needs to know of one product for one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The product.
    pub product: Product,
    /// Whether the product opted in to this channel.
    pub opted_in: bool,
    /// What the channel calls it: its alias there, or its code.
    pub part_number: PartNumber,
    /// Another opted-in product that the channel knows by the same part number.
    pub shares_part_number_with: Option<ProductCode>,
    /// The stock record of each location; empty means unknown.
    pub stock: Vec<(LocationCode, Quantity)>,
    /// Unshipped demand of the orders that count.
    pub on_orders: Quantity,
    /// The fixed count a person set.
    pub external: Option<Quantity>,
}

/// A product, as the engine sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Product {
    /// Its identity.
    pub code: ProductCode,
    /// What people call it.
    pub name: String,
    /// Whether it is sold at all.
    pub active: bool,
    /// Whether it will not be made again. It is still sold off, with this mark.
    pub discontinued: bool,
    /// Expected from production or suppliers; for people, never part of what is available.
    pub incoming: Option<Quantity>,
    /// When more is expected.
    pub next_available_on: Option<Date>,
}

/// What one listing should show. All amounts are whole units, rounded down once, and ≥ 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Level {
    /// Quantity on hand.
    pub quantity: i64,
    /// Quantity on order; 0 where the marketplace has no such field.
    pub on_orders: i64,
    /// Quantity backordered; 0 where the marketplace has no such field.
    pub backordered: i64,
    /// Next availability date; `None` where unknown or not taken.
    pub next_available_on: Option<Date>,
    /// The discontinued mark.
    pub discontinued: bool,
}

impl Level {
    /// What a listing shows when its product leaves the channel.
    pub const LAST_ZERO: Self = Self {
        quantity: 0,
        on_orders: 0,
        backordered: 0,
        next_available_on: None,
        discontinued: false,
    };
}

/// Why a product is not sent to a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Held {
    /// Nobody put it on the channel.
    NotOptedIn,
    /// It is not sold at the moment.
    Inactive,
    /// It has no stock record at all; unknown is not zero.
    UnknownStock,
    /// It has stock records, but at none of the locations this channel offers.
    NoStockAtChannelLocations,
    /// The channel would not know which of two products is meant.
    SharedPartNumber {
        /// The name both have there.
        part_number: PartNumber,
        /// The other one.
        with: ProductCode,
    },
}

impl Held {
    /// Whether the product left the channel, so that what still stands there must become 0. The
    /// other reasons say that a number is not known, and leave what stands.
    #[must_use]
    pub const fn is_leaving(&self) -> bool {
        match self {
            Self::NotOptedIn | Self::Inactive => true,
            Self::UnknownStock
            | Self::NoStockAtChannelLocations
            | Self::SharedPartNumber { .. } => false,
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOptedIn => f.write_str("not opted in to this channel"),
            Self::Inactive => f.write_str("the product is not active"),
            Self::UnknownStock => f.write_str("no stock record, and unknown is not zero"),
            Self::NoStockAtChannelLocations => {
                f.write_str("no stock record at any location this channel offers")
            }
            Self::SharedPartNumber { part_number, with } => {
                write!(f, "part number `{part_number}` also stands for product `{with}`")
            }
        }
    }
}

/// One listing's wanted level, with every number on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wanted {
    /// The marketplace's location.
    pub location: Option<RemoteLocation>,
    /// What to show there.
    pub level: Level,
    /// How it was reached.
    pub working: Working,
}

/// The numbers between the inputs and a level, in the order in which they arise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Working {
    /// Stock of the locations this listing offers, less its part of what locations below zero lack.
    /// Zero where it is unknown and an external count is sent instead.
    pub stock: Quantity,
    /// The part of the product's demand charged to this listing.
    pub on_orders: Quantity,
    /// `stock − on_orders`.
    pub net: Quantity,
    /// `max(0, net)`.
    pub available: Quantity,
    /// `max(0, on_orders − stock)`.
    pub backordered: Quantity,
    /// The fixed count that replaces `available`, in a feed that carries it.
    pub external: Option<Quantity>,
    /// The buffer that was taken off; zero where an external count is sent.
    pub buffer: Quantity,
    /// After the buffer, or the external count.
    pub after_buffer: Quantity,
    /// After the channel's own maximum.
    pub after_maximum: Quantity,
}
