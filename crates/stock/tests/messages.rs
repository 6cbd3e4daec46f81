//! The words users see.

use trueup_stock::{ChannelName, Held, NotCounted, OrderCode, ProductCode, Quantity};

fn about_quantity(text: &str) -> String {
    text.parse::<Quantity>().unwrap_err().to_string()
}

fn about_code(text: &str) -> String {
    text.parse::<ProductCode>().unwrap_err().to_string()
}

fn about_channel(text: &str) -> String {
    text.parse::<ChannelName>().unwrap_err().to_string()
}

#[test]
fn a_refused_quantity_names_the_value_and_the_fix() {
    let messages = [
        ("", "a quantity is missing; write a number such as 12 or 7.5"),
        (
            "1e9",
            "`1e9` is not a quantity; write digits with a point for fractions, such as 12 or 7.5",
        ),
        ("1,5", "`1,5` has a comma; write a point for fractions (1.5) and no thousands separators"),
        ("1.00001", "`1.00001` has more than 4 decimal places; round it"),
        ("10000000001", "`10000000001` is beyond the limit of 10000000000 units"),
        (
            "1\u{1b}[31m\n2",
            "`1\\u{1b}[31m\\n2` is not a quantity; write digits with a point for fractions, such as 12 or 7.5",
        ),
    ];
    for (text, message) in messages {
        assert_eq!(about_quantity(text), message);
    }
    let digits = about_quantity(&"9".repeat(10_000));
    let head = "9".repeat(40);
    assert_eq!(digits, format!("`{head}…` is beyond the limit of 10000000000 units"));
}

#[test]
fn a_refused_code_names_its_kind_the_value_and_the_fix() {
    assert_eq!(about_code(" "), "the product code is missing; write at least one letter or digit");
    assert_eq!(
        "".parse::<OrderCode>().unwrap_err().to_string(),
        "the order code is missing; write at least one letter or digit"
    );
    assert_eq!(about_code("A\nB"), "the product code `A\\nB` holds a control character; remove it");
    let head = "x".repeat(40);
    assert_eq!(
        about_code(&"x".repeat(10_000)),
        format!("the product code starting `{head}…` has 10000 characters; at most 255 are kept")
    );
}

#[test]
fn a_refused_channel_name_says_what_a_channel_name_is() {
    assert_eq!(
        about_channel("Wayfair US"),
        "`Wayfair US` is not a channel name; use at most 64 lower-case letters and digits with single `_` \
         between them, a letter first"
    );
}

#[test]
fn a_held_product_says_why() {
    let shared = Held::SharedPartNumber {
        part_number: "W-1".parse().unwrap(),
        with: "CHAIR-OAK-02".parse().unwrap(),
    };
    let messages = [
        (Held::NotOptedIn, "not opted in to this channel"),
        (Held::Inactive, "the product is not active"),
        (Held::UnknownStock, "no stock record, and unknown is not zero"),
        (Held::NoStockAtChannelLocations, "no stock record at any location this channel offers"),
        (shared, "part number `W-1` also stands for product `CHAIR-OAK-02`"),
    ];
    for (held, message) in messages {
        assert_eq!(held.to_string(), message);
    }
}

#[test]
fn an_order_that_does_not_count_says_why() {
    let words = [NotCounted::Archived, NotCounted::AsnSent, NotCounted::Cancelled]
        .map(|reason| reason.to_string());
    assert_eq!(words, ["archived", "ASN sent", "cancelled"]);
    let json = serde_json::to_string(&NotCounted::AsnSent).unwrap();
    assert_eq!(json, r#""asn_sent""#);
}
