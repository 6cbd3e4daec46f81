//! What is written as CSV comes back as it was.

use proptest::prelude::*;
use trueup_import::{Format, Input, Mapping, read_products, read_stock};
use trueup_stock::Quantity;

/// Any text that may be a code: no control characters, not only blanks.
fn code() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[^\\p{C}]{1,40}")
        .expect("the pattern is right")
        .prop_filter("a code is more than blanks", |code| {
            !code.trim().is_empty() && !code.chars().any(char::is_control)
        })
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (0..=Quantity::LIMIT.to_scaled()).prop_map(Quantity::from_scaled)
}

fn written(rows: &[(String, Quantity)], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(["product_code", "quantity"]).unwrap();
    for (code, quantity) in rows {
        writer.write_record([code, &quantity.to_string()]).unwrap();
    }
    writer.into_inner().unwrap()
}

fn read(format: Format, bytes: Vec<u8>) -> Vec<(String, Quantity)> {
    let input = Input::stream("t", format, std::io::Cursor::new(bytes));
    let records = read_stock([input], None).unwrap();
    let pair = |item: Result<trueup_import::Taken<trueup_stock::StockRecord>, _>| {
        let record = item.unwrap().unwrap().record;
        (record.product.to_string(), record.quantity)
    };
    records.map(pair).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn csv_and_tsv_come_back(rows in prop::collection::vec((code(), quantity()), 0..20)) {
        prop_assert_eq!(&read(Format::Csv, written(&rows, b',')), &rows);
        prop_assert_eq!(&read(Format::Tsv, written(&rows, b'\t')), &rows);
    }

    #[test]
    fn json_comes_back(rows in prop::collection::vec((code(), quantity()), 0..20)) {
        let objects: Vec<serde_json::Value> = rows
            .iter()
            .map(|(code, quantity)| serde_json::json!({"product_code": code, "quantity": quantity}))
            .collect();
        let bytes = serde_json::to_vec(&objects).unwrap();
        prop_assert_eq!(&read(Format::Json, bytes), &rows);
    }

    #[test]
    fn no_bytes_break_a_reader(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        head in prop::sample::select(vec!["", "product_code\n", "product_code,name\n", "[{", "PK\x03\x04"]),
    ) {
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Xlsx] {
            let mut all = head.as_bytes().to_vec();
            all.extend_from_slice(&bytes);
            let input = Input::stream("t", format, std::io::Cursor::new(all));
            // At most one error, and it comes last.
            let items: Vec<_> = read_products([input], None).unwrap().collect();
            let errors = items.iter().filter(|item| item.is_err()).count();
            prop_assert!(errors == 0 || errors == 1 && items.last().is_some_and(Result::is_err));
        }
    }

    #[test]
    fn no_text_breaks_a_mapping(text in "[a-z_\\[\\]{}=\"\\n ,.1]{0,80}") {
        let _ = Mapping::parse("map.toml", &text);
    }
}
