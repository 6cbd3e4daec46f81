//! What goes first: the direction that prevents overselling.

use trueup_stock::Level;

/// The order in which due listings are sent; the smaller number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Sold out.
    ToZero,
    /// Fewer than the marketplace may show.
    Decrease,
    /// Never told, or told without a clear outcome.
    First,
    /// More, or another number than the quantity.
    Increase,
    /// The same again: a True-Up's line that certainly had no effect, still to be confirmed.
    Confirm,
}

impl Priority {
    /// Every priority, in order.
    pub const ALL: [Self; 5] =
        [Self::ToZero, Self::Decrease, Self::First, Self::Increase, Self::Confirm];

    /// The priority of a wanted level where the marketplace may show `most` at the most, or was
    /// never told.
    #[must_use]
    pub fn of(wanted: &Level, most: Option<i64>) -> Self {
        match most {
            None => Self::First,
            Some(most) if wanted.quantity < most && wanted.quantity == 0 => Self::ToZero,
            Some(most) if wanted.quantity < most => Self::Decrease,
            Some(_) => Self::Increase,
        }
    }

    /// The number that the database sorts by.
    #[must_use]
    pub const fn to_number(self) -> i16 {
        match self {
            Self::ToZero => 0,
            Self::Decrease => 1,
            Self::First => 2,
            Self::Increase => 3,
            Self::Confirm => 4,
        }
    }

    /// The priority that [`Priority::to_number`] gave; the last one for any other number.
    #[must_use]
    pub fn from_number(number: i16) -> Self {
        let known = Self::ALL.into_iter().find(|priority| priority.to_number() == number);
        known.unwrap_or(Self::Confirm)
    }
}
