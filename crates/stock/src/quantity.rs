//! Exact quantities: fixed-point decimals with four places, never floats.
//!
//! Text is read strictly: ASCII digits, at most one point, at most one minus. Whatever could be
//! meant in two ways (`1,500`, `1e3`, `.5`) is refused rather than guessed.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::shown::shown;

/// An exact amount of stock or demand, in ten-thousandths of a unit.
///
/// Holds whole units and fractions down to 0.0001 (7.9 m of cable, 0.25 kg of screws). What people
/// may enter is bounded by [`Quantity::LIMIT`]; sums of entered quantities may exceed it and
/// saturate far above any real stock instead of wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

/// Why a text is not a [`Quantity`]. The message names the value and the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text is empty or only blanks.
    #[error("a quantity is missing; write a number such as 12 or 7.5")]
    Missing,
    /// The text is not plain decimal digits.
    #[error("`{0}` is not a quantity; write digits with a point for fractions, such as 12 or 7.5")]
    NotANumber(String),
    /// The text has a decimal comma or thousands separators, which cannot be told apart.
    #[error("`{0}` has a comma; write a point for fractions (1.5) and no thousands separators")]
    Comma(String),
    /// The text has more decimal places than are kept, so that it would not be exact.
    #[error("`{0}` has more than {places} decimal places; round it", places = Quantity::PLACES)]
    TooPrecise(String),
    /// The amount is larger than any stock.
    #[error("`{0}` is beyond the limit of 10000000000 units")]
    TooLarge(String),
}

impl Quantity {
    /// Decimal places kept.
    pub const PLACES: u32 = 4;
    /// How many of the smallest parts make one unit.
    const SCALE: i64 = 10_i64.pow(Self::PLACES);
    /// No stock, no demand.
    pub const ZERO: Self = Self(0);
    /// The largest amount a person or a file may state, in either direction: 10 thousand million.
    pub const LIMIT: Self = Self(10_000_000_000 * Self::SCALE);

    /// So many whole units; saturates beyond what fits.
    #[must_use]
    pub const fn units(units: i64) -> Self {
        Self(units.saturating_mul(Self::SCALE))
    }

    /// The amount as a whole number of ten-thousandths, as the database keeps it.
    #[must_use]
    pub const fn to_scaled(self) -> i64 {
        self.0
    }

    /// The amount that [`Quantity::to_scaled`] gave.
    #[must_use]
    pub const fn from_scaled(scaled: i64) -> Self {
        Self(scaled)
    }

    /// Whole units, rounded down (towards minus infinity: -0.5 becomes -1).
    #[must_use]
    pub const fn floor_units(self) -> i64 {
        self.0.div_euclid(Self::SCALE)
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `self` − `other`, saturating.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self` + `other`, saturating.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The amount, or zero where it is negative.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let trimmed = text.trim();
        let shown = || shown(trimmed);
        if trimmed.is_empty() {
            return Err(QuantityError::Missing);
        }
        if trimmed.contains(',') {
            return Err(QuantityError::Comma(shown()));
        }
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || digits.ends_with('.') {
            return Err(QuantityError::NotANumber(shown()));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > Self::PLACES as usize {
            return Err(QuantityError::TooPrecise(shown()));
        }
        let scaled: i64 = format!("{whole}{fraction:0<4}")
            .parse()
            .map_err(|_| QuantityError::TooLarge(shown()))?;
        if scaled > Self::LIMIT.0 {
            return Err(QuantityError::TooLarge(shown()));
        }
        Ok(Self(if negative { -scaled } else { scaled }))
    }
}

/// The exact decimal, as short as it can be. Width, fill and sign are those of other numbers; a
/// precision is ignored, because a quantity is never shown cut off.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let scale = Self::SCALE.unsigned_abs();
        let (whole, fraction) = (magnitude / scale, magnitude % scale);
        let decimal = format!("{whole}.{fraction:04}");
        let shortest = decimal.trim_end_matches('0').trim_end_matches('.');
        f.pad_integral(self.0 >= 0, "", shortest)
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, Self::plus)
    }
}

/// A JSON number: whole where the amount is whole, with a point where it is not. Amounts within
/// [`Quantity::LIMIT`] have at most 15 digits, which a double carries exactly.
impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % Self::SCALE == 0 {
            return serializer.serialize_i64(self.0 / Self::SCALE);
        }
        let exact: f64 =
            self.to_string().parse().expect("the decimal form of a quantity is a number");
        serializer.serialize_f64(exact)
    }
}

/// A JSON number or a text with one, under the same rules as [`Quantity::from_str`].
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor)
    }
}

struct QuantityVisitor;

impl de::Visitor<'_> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quantity such as 12 or 7.5")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
        // The shortest decimal that reads back as this double is what the person wrote.
        self.visit_str(&value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Quantity, E> {
        value.parse().map_err(E::custom)
    }
}
