//! Arithmetic saturates; it never wraps round to a number that is not there.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use trueup_stock::Quantity;

use crate::samples::quantity;

const MOST: Quantity = Quantity::from_scaled(i64::MAX);
const LEAST: Quantity = Quantity::from_scaled(i64::MIN);

#[test]
fn beyond_what_fits_a_result_stays_at_the_edge() {
    let part = Quantity::from_scaled(1);
    assert_eq!(MOST.plus(part), MOST);
    assert_eq!(LEAST.minus(part), LEAST);
    assert_eq!(MOST.minus(LEAST), MOST);
    assert_eq!(LEAST.plus(LEAST), LEAST);
    assert_eq!(Quantity::ZERO.minus(LEAST), MOST);
    assert_eq!(Quantity::units(i64::MAX), MOST);
    assert_eq!(Quantity::units(i64::MIN), LEAST);
    assert_eq!([MOST; 3].into_iter().sum::<Quantity>(), MOST);
}

#[test]
fn a_hundred_thousand_amounts_at_the_limit_sum_without_wrapping() {
    let sum: Quantity = std::iter::repeat_n(Quantity::LIMIT, 100_000).sum();
    assert_eq!(sum, MOST);
    let fewer: Quantity = std::iter::repeat_n(Quantity::LIMIT, 90_000).sum();
    assert_eq!(fewer, Quantity::units(900_000_000_000_000));
}

#[test]
fn whole_units_are_rounded_down_also_below_zero() {
    let rounded = [
        ("7.9999", 7),
        ("7", 7),
        ("0.0001", 0),
        ("0", 0),
        ("-0.0001", -1),
        ("-0.5", -1),
        ("-1", -1),
        ("-1.0001", -2),
    ];
    for (text, units) in rounded {
        assert_eq!(quantity(text).floor_units(), units, "{text}");
    }
}

#[test]
fn a_sum_of_nothing_is_zero() {
    assert_eq!(std::iter::empty().sum::<Quantity>(), Quantity::ZERO);
    assert_eq!(Quantity::default(), Quantity::ZERO);
}

/// The exact result, held to what fits.
fn held(exact: i128) -> Quantity {
    let fitting = exact.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    Quantity::from_scaled(i64::try_from(fitting).unwrap())
}

proptest! {
    #[test]
    fn sums_and_differences_are_exact_or_at_the_edge(left in any::<i64>(), right in any::<i64>()) {
        let (exact_left, exact_right) = (i128::from(left), i128::from(right));
        let [left, right] = [left, right].map(Quantity::from_scaled);
        prop_assert_eq!(left.plus(right), held(exact_left + exact_right));
        prop_assert_eq!(left.minus(right), held(exact_left - exact_right));
    }

    #[test]
    fn rounding_down_takes_less_than_one_unit(scaled in any::<i64>()) {
        let amount = Quantity::from_scaled(scaled);
        let lost = i128::from(scaled) - i128::from(amount.floor_units()) * 10_000;
        prop_assert!((0..10_000).contains(&lost));
    }

    #[test]
    fn order_is_that_of_the_numbers(left in any::<i64>(), right in any::<i64>()) {
        let ordering = Quantity::from_scaled(left).cmp(&Quantity::from_scaled(right));
        prop_assert_eq!(ordering, left.cmp(&right));
        let kept = Quantity::from_scaled(left).or_zero();
        prop_assert_eq!(kept.to_scaled(), left.max(0));
        prop_assert_eq!(Quantity::from_scaled(left).is_negative(), left < 0);
    }
}
