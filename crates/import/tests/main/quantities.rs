//! Quantities are exact, plain decimals from 0 to 10 thousand million.

use trueup_import::Format;
use trueup_stock::Quantity;

use crate::support::{csv, orders, refusal, stock, stream};

const REFUSED: [&str; 11] = [
    "",
    "1e9",
    "NaN",
    "inf",
    "+5",
    "0x10",
    "1,5",
    "1 000",
    "0.00001",
    "10000000001",
    "99999999999999999999",
];

const TAKEN: [(&str, &str); 8] = [
    ("0", "0"),
    ("-0", "0"),
    ("7.9", "7.9"),
    ("0.0001", "0.0001"),
    (" 12 ", "12"),
    ("12.50000", "12.5"),
    ("2147483648", "2147483648"),
    ("10000000000", "10000000000"),
];

fn quantity_of(cell: &str) -> String {
    stock(csv(format!("product_code,quantity\nA,\"{cell}\"\n"))).remove(0)
}

#[test]
fn what_is_no_quantity_is_rejected() {
    for cell in REFUSED {
        let reason = refusal::<Quantity>(cell);
        assert!(reason.contains(cell), "{reason}");
        assert_eq!(quantity_of(cell), format!("t.csv 2 [quantity]: {reason}"));
    }
}

#[test]
fn what_is_negative_is_rejected() {
    for cell in ["-5", "-0.0001", "-10000000000"] {
        let reason = format!("`{cell}` is negative; write 0 or more");
        assert_eq!(quantity_of(cell), format!("t.csv 2 [quantity]: {reason}"));
    }
}

#[test]
fn exact_quantities_are_taken() {
    for (cell, quantity) in TAKEN {
        assert_eq!(quantity_of(cell), format!("2: A {quantity} MAIN"));
    }
}

#[test]
fn no_quantity_of_an_order_line_is_negative() {
    for column in ["ordered", "shipped", "cancelled"] {
        let columns = ["ordered", "shipped", "cancelled"];
        let cells = columns.map(|name| if name == column { "-1" } else { "1" });
        let text =
            format!("order_code,product_code,{}\nO1,A,{}\n", columns.join(","), cells.join(","));
        let expected = format!("t.csv 2 [{column}] (order O1): `-1` is negative; write 0 or more");
        assert_eq!(orders(csv(text)), [expected]);
    }
}

#[test]
fn json_numbers_stay_exact() {
    let quantity = |number: &str| {
        let text = format!(r#"[{{"product_code": "A", "quantity": {number}}}]"#);
        stock(stream("t.json", Format::Json, text)).remove(0)
    };
    assert_eq!(quantity("9999999999.9999"), "1: A 9999999999.9999 MAIN");
    assert_eq!(quantity("\"7.5\""), "1: A 7.5 MAIN");
    assert_eq!(quantity("12.0"), "1: A 12 MAIN");
    for number in ["1e3", "0.10000000000000000001", "true", "-1"] {
        assert!(quantity(number).starts_with("t.json 1 [quantity]: "), "{number}");
    }
}
