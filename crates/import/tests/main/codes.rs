//! Codes are opaque and exact.

use trueup_import::{Format, read_aliases, read_external_stock};
use trueup_stock::{PartNumber, ProductCode};

use crate::support::{codes, csv, refusal, stream, told};

fn code_of(cell: &str) -> String {
    codes(csv(format!("product_code\n{cell}\n"))).remove(0)
}

#[test]
fn codes_are_kept_to_the_letter() {
    let cases = [
        ("0007", "0007"),
        (" A  B ", " A  B "),
        ("\"7\"\" pipe\"", "7\" pipe"),
        ("5\" pipe", "5\" pipe"),
        ("\"a,b\"", "a,b"),
        ("🪑-élan", "🪑-élan"),
        ("1e9", "1e9"),
        ("=1+1", "=1+1"),
        ("TRUE", "TRUE"),
        ("null", "null"),
    ];
    for (cell, code) in cases {
        assert_eq!(code_of(cell), format!("2: {code}"));
    }
}

#[test]
fn codes_in_json_are_kept_to_the_letter() {
    let text = r#"[{"product_code": "0007"}, {"product_code": " A \"B\" \ud83e\ude91"},
                   {"product_code": 1001}, {"product_code": 12345678901234567890}]"#;
    let expected = ["1: 0007", "2:  A \"B\" 🪑", "3: 1001", "4: 12345678901234567890"];
    assert_eq!(codes(stream("t.json", Format::Json, text)), expected);
}

#[test]
fn codes_that_cannot_be_kept_are_rejected_briefly() {
    let long = "x".repeat(10_000);
    assert!(code_of(&long).len() < 200, "{}", code_of(&long));
    for (cell, code) in [(long.as_str(), long.as_str()), ("\"  \"", "  "), ("\"a\nb\"", "a\nb")] {
        let reason = refusal::<ProductCode>(code);
        assert_eq!(code_of(cell), format!("t.csv 2 [product_code]: {reason}"));
    }
}

#[test]
fn fixed_counts_and_aliases_are_read() {
    let counts = read_external_stock([csv("product_code,quantity\nA,7.5\nB,-1\n")]);
    assert_eq!(
        told(counts, |it| format!("{} {}", it.product, it.quantity)),
        ["2: A 7.5", "t.csv 3 [quantity]: `-1` is negative; write 0 or more"]
    );
    let aliases = read_aliases([csv("part_number,product_code\nW-1,A\n,B\n")]);
    assert_eq!(
        told(aliases, |it| format!("{} {}", it.product, it.part_number)),
        ["2: A W-1", &format!("t.csv 3 [part_number]: {}", refusal::<PartNumber>(""))]
    );
}
