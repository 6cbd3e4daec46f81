//! Quantities as JSON: a number out, a number or a text in, exact within the limit.

use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use trueup_stock::Quantity;

use crate::samples::quantity;

fn json(amount: Quantity) -> String {
    serde_json::to_string(&amount).unwrap()
}

fn read(json: &str) -> Result<Quantity, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn whole_amounts_have_no_point_and_others_no_more_digits_than_needed() {
    let shown = [
        "0",
        "12",
        "-3",
        "7.9",
        "0.25",
        "0.0001",
        "-0.5",
        "10000000000",
        "9999999999.9999",
        "-9999999999.9999",
        "1234567890.1234",
    ];
    for text in shown {
        assert_eq!(json(quantity(text)), text);
    }
}

#[test]
fn a_number_may_be_written_in_any_way_json_allows() {
    let accepted = [
        ("12", "12"),
        ("12.0", "12"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("7.9", "7.9"),
        ("7.90000", "7.9"),
        ("1e3", "1000"),
        ("1e-4", "0.0001"),
        ("2147483648", "2147483648"),
        ("\"7.9\"", "7.9"),
        ("\" 12 \"", "12"),
    ];
    for (json, text) in accepted {
        assert_eq!(read(json), Ok(quantity(text)), "{json}");
    }
}

#[test]
fn what_is_not_an_exact_amount_is_refused() {
    let refused = [
        "1.00001",
        "1e-5",
        "10000000001",
        "-10000000001",
        "1e300",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775807",
        "\"\"",
        "\"1e9\"",
        "\"1,5\"",
        "null",
        "true",
        "[]",
        "{}",
    ];
    for json in refused {
        let message = read(json).unwrap_err();
        assert!(message.chars().count() < 200, "{json}: {message}");
    }
}

#[test]
fn a_refusal_names_the_value_and_what_was_expected() {
    assert_eq!(
        read("true").unwrap_err(),
        "invalid type: boolean `true`, expected a quantity such as 12 or 7.5 at line 1 column 4"
    );
    assert_eq!(
        read("10000000001").unwrap_err(),
        "`10000000001` is beyond the limit of 10000000000 units at line 1 column 11"
    );
}

fn stated() -> impl Strategy<Value = Quantity> {
    let limit = Quantity::LIMIT.to_scaled();
    prop_oneof![-limit..=limit, -200_000..=200_000_i64, (limit - 20_000)..=limit]
        .prop_map(Quantity::from_scaled)
}

proptest! {
    #[test]
    fn every_amount_within_the_limit_survives_json(amount in stated()) {
        prop_assert_eq!(read(&json(amount)), Ok(amount));
        prop_assert_eq!(read(&format!("\"{amount}\"")), Ok(amount));
    }

    #[test]
    fn json_is_a_number_with_the_digits_of_the_text(amount in stated()) {
        let value = serde_json::to_value(amount).unwrap();
        prop_assert!(value.is_number());
        prop_assert_eq!(json(amount), amount.to_string());
    }
}
