//! Quantities as text: what is accepted, what is refused, and that nothing changes on the way.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use trueup_stock::{Quantity, QuantityError};

use crate::samples::quantity;

/// What a refusal is about, without its text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Refused {
    Missing,
    NotANumber,
    Comma,
    TooPrecise,
    TooLarge,
}

fn refusal(text: &str) -> Refused {
    match text.parse::<Quantity>().unwrap_err() {
        QuantityError::Missing => Refused::Missing,
        QuantityError::NotANumber(_) => Refused::NotANumber,
        QuantityError::Comma(_) => Refused::Comma,
        QuantityError::TooPrecise(_) => Refused::TooPrecise,
        QuantityError::TooLarge(_) => Refused::TooLarge,
    }
}

#[test]
fn plain_decimals_are_read_exactly() {
    let accepted = [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("7.9", 79_000),
        ("007", 70_000),
        ("2147483648", 21_474_836_480_000),
        (" 12 ", 120_000),
        ("\t12\n", 120_000),
        ("12.0", 120_000),
        ("12.500000000", 125_000),
        ("0.0001", 1),
        ("-0.0001", -1),
        ("-3", -30_000),
        ("10000000000", 100_000_000_000_000),
        ("-10000000000", -100_000_000_000_000),
        ("9999999999.9999", 99_999_999_999_999),
    ];
    for (text, scaled) in accepted {
        assert_eq!(text.parse(), Ok(Quantity::from_scaled(scaled)), "{text:?}");
    }
}

#[test]
fn leading_zeros_of_any_number_change_nothing() {
    let text = format!("{}7.9", "0".repeat(10_000));
    assert_eq!(quantity(&text), quantity("7.9"));
}

#[test]
fn everything_else_is_refused_for_what_it_is() {
    use Refused::{Comma, Missing, NotANumber, TooLarge, TooPrecise};
    let refused = [
        ("", Missing),
        (" ", Missing),
        ("\u{a0}", Missing),
        ("1e9", NotANumber),
        ("1E9", NotANumber),
        ("NaN", NotANumber),
        ("inf", NotANumber),
        ("-inf", NotANumber),
        ("+", NotANumber),
        ("+5", NotANumber),
        ("-", NotANumber),
        ("--1", NotANumber),
        ("- 1", NotANumber),
        ("1 000", NotANumber),
        ("1_000", NotANumber),
        ("1'000", NotANumber),
        ("0x10", NotANumber),
        (".", NotANumber),
        (".5", NotANumber),
        ("5.", NotANumber),
        ("-.5", NotANumber),
        ("1.2.3", NotANumber),
        ("1.-2", NotANumber),
        ("１２", NotANumber),
        ("٣", NotANumber),
        ("½", NotANumber),
        ("−5", NotANumber),
        ("12 pcs", NotANumber),
        ("=1+1", NotANumber),
        ("1,5", Comma),
        ("1,000.5", Comma),
        (",", Comma),
        ("1.00001", TooPrecise),
        ("0.12345", TooPrecise),
        ("10000000001", TooLarge),
        ("10000000000.0001", TooLarge),
        ("-10000000001", TooLarge),
        ("9223372036854775808", TooLarge),
        ("18446744073709551616", TooLarge),
    ];
    for (text, reason) in refused {
        assert_eq!(refusal(text), reason, "{text:?}");
    }
}

#[test]
fn ten_thousand_digits_are_refused_with_a_short_message() {
    let digits = "9".repeat(10_000);
    assert_eq!(refusal(&digits), Refused::TooLarge);
    assert_eq!(refusal(&format!("0.{digits}")), Refused::TooPrecise);
    for text in [digits.clone(), format!("0.{digits}"), format!("{digits}x"), format!("{digits},")]
    {
        let message = text.parse::<Quantity>().unwrap_err().to_string();
        assert!(message.chars().count() < 150, "{message}");
    }
}

#[test]
fn display_is_the_shortest_exact_decimal() {
    let shown = [(0, "0"), (1, "0.0001"), (-1, "-0.0001"), (79_000, "7.9"), (100_000, "10")];
    for (scaled, text) in shown {
        assert_eq!(Quantity::from_scaled(scaled).to_string(), text);
    }
    let smallest = Quantity::from_scaled(i64::MIN).to_string();
    assert_eq!(smallest, "-922337203685477.5808");
}

#[test]
fn display_pads_like_a_number_and_never_cuts_off() {
    let amount = quantity("-12.25");
    assert_eq!(format!("{amount:>8}"), "  -12.25");
    assert_eq!(format!("{amount:<8}|"), "-12.25  |");
    assert_eq!(format!("{amount:.1}"), "-12.25");
    assert_eq!(format!("{amount:3.1}"), "-12.25");
    assert_eq!(format!("{:5}", quantity("7")), "    7");
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back_the_same(
        scaled in -Quantity::LIMIT.to_scaled()..=Quantity::LIMIT.to_scaled(),
    ) {
        let amount = Quantity::from_scaled(scaled);
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
    }

    #[test]
    fn any_decimal_within_the_limit_is_exact(
        whole in 0_i64..10_000_000_000, fraction in 0_i64..10_000, negative in any::<bool>(),
    ) {
        let sign = if negative { "-" } else { "" };
        let text = format!("{sign}{whole}.{fraction:04}");
        let scaled = whole * 10_000 + fraction;
        let expected = if negative { -scaled } else { scaled };
        prop_assert_eq!(text.parse(), Ok(Quantity::from_scaled(expected)));
    }

    #[test]
    fn any_text_is_a_quantity_within_the_limit_or_a_short_line(text in "\\PC*|[-+.,0-9e \\n]*") {
        match text.parse::<Quantity>() {
            Ok(amount) => {
                prop_assert!(amount <= Quantity::LIMIT);
                prop_assert!(amount >= Quantity::ZERO.minus(Quantity::LIMIT));
            }
            Err(error) => {
                let message = error.to_string();
                prop_assert!(message.chars().count() < 500);
                prop_assert!(!message.contains(char::is_control), "{message:?}");
            }
        }
    }
}
