//! Which sales orders count, and how much of each line.
//!
//! An order that is archived, or whose ASN is sent, never counts. The [`DemandProfile`] decides the
//! rest. What counts is decided here alone: a database that sums demand filters by the numbers of
//! [`DemandProfile::counting`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{OrderCode, Quantity};

/// Where an order is in its life.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Being worked on.
    #[default]
    Open,
    /// Finished in the back office; still counts until its ASN is sent or it is archived.
    Closed,
    /// Called off.
    Cancelled,
}

impl OrderState {
    /// Every state, in the order of their numbers in the database.
    pub const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Cancelled];
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        })
    }
}

/// All that decides whether an order counts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Standing {
    /// Where the order is in its life.
    pub state: OrderState,
    /// Whether it was archived.
    pub archived: bool,
    /// Whether its advance ship notice was sent.
    pub asn_sent: bool,
}

impl Standing {
    /// Every standing an order can have: twelve.
    pub fn all() -> impl Iterator<Item = Self> {
        OrderState::ALL.into_iter().flat_map(|state| {
            [(false, false), (false, true), (true, false), (true, true)]
                .map(|(archived, asn_sent)| Self { state, archived, asn_sent })
        })
    }

    /// The standing as one small number (0 to 11), as the database keeps it on every line.
    #[must_use]
    pub const fn to_number(self) -> i16 {
        let state = match self.state {
            OrderState::Open => 0,
            OrderState::Closed => 1,
            OrderState::Cancelled => 2,
        };
        state * 4 + (self.archived as i16) * 2 + self.asn_sent as i16
    }

    /// The standing that [`Standing::to_number`] gave, or `None` for any other number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::all().find(|standing| standing.to_number() == number)
    }
}

/// How sales orders become demand. Chosen in settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandProfile {
    /// Only sending the ASN or archiving ends demand; a cancelled order counts until archived and
    /// shipping in the back office changes nothing.
    #[default]
    Documented,
    /// A line counts what is not yet shipped or cancelled; cancelled orders do not count.
    ShippedLines,
}

/// Why an order does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCounted {
    /// The order is archived.
    Archived,
    /// The advance ship notice is sent.
    AsnSent,
    /// The order is cancelled, under a profile in which that ends demand.
    Cancelled,
}

impl fmt::Display for NotCounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Archived => "archived",
            Self::AsnSent => "ASN sent",
            Self::Cancelled => "cancelled",
        })
    }
}

impl DemandProfile {
    /// Whether an order of this standing counts, or why it does not.
    ///
    /// # Errors
    /// The reason, which is data for people and not a failure.
    pub const fn counts(self, standing: Standing) -> Result<(), NotCounted> {
        if standing.archived {
            return Err(NotCounted::Archived);
        }
        if standing.asn_sent {
            return Err(NotCounted::AsnSent);
        }
        match (self, standing.state) {
            (Self::ShippedLines, OrderState::Cancelled) => Err(NotCounted::Cancelled),
            (Self::Documented | Self::ShippedLines, _) => Ok(()),
        }
    }

    /// Every standing that counts. The database filters by these numbers, so that this module
    /// alone decides what counts.
    pub fn counting(self) -> impl Iterator<Item = Standing> {
        Standing::all().filter(move |standing| self.counts(*standing).is_ok())
    }

    /// How much of one line of a counting order is unshipped demand; never below zero.
    #[must_use]
    pub fn outstanding(self, line: &LineQuantities) -> Quantity {
        match self {
            Self::Documented => line.ordered.or_zero(),
            Self::ShippedLines => line.ordered.minus(line.shipped).minus(line.cancelled).or_zero(),
        }
    }

    /// What one line adds to on-orders: its outstanding quantity where its order counts.
    #[must_use]
    pub fn demand(self, standing: Standing, line: &LineQuantities) -> Quantity {
        match self.counts(standing) {
            Ok(()) => self.outstanding(line),
            Err(_) => Quantity::ZERO,
        }
    }
}

/// The three numbers of a sales-order line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineQuantities {
    /// What the customer ordered.
    pub ordered: Quantity,
    /// What left the house.
    pub shipped: Quantity,
    /// What was called off.
    pub cancelled: Quantity,
}

/// One sales-order line of a product, as `explain` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderLine {
    /// The order.
    pub order_code: OrderCode,
    /// The line's number within the order, as imported.
    pub line: String,
    /// Where the order stands.
    pub standing: Standing,
    /// The line's numbers.
    pub quantities: LineQuantities,
}
