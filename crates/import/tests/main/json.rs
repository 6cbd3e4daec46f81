//! JSON arrays and lines.

use std::io::Write;

use trueup_import::{Format, Input};
use trueup_stock::{ProductCode, Quantity};

use crate::support::{products, refusal, stock, stream};

fn json(text: impl AsRef<[u8]>) -> Input {
    stream("t.json", Format::Json, text)
}

#[test]
fn arrays_and_lines_are_both_read() {
    let array = "\u{feff} [ {\"product_code\":\"A\",\"quantity\":1} ,\n {\"quantity\":2,\n\
                 \"product_code\":\"B\"} ] \n";
    assert_eq!(stock(json(array)), ["1: A 1 MAIN", "2: B 2 MAIN"]);
    let lines =
        "{\"product_code\":\"A\",\"quantity\":1}\n\n{\"product_code\":\"B\",\"quantity\":2}";
    assert_eq!(stock(json(lines)), ["1: A 1 MAIN", "3: B 2 MAIN"]);
}

#[test]
fn braces_and_quotes_in_texts_are_texts() {
    let text = r#"[{"product_code":"}\"]{\\","quantity":1},{"product_code":"B","quantity":2}]"#;
    assert_eq!(stock(json(text)), ["1: }\"]{\\ 1 MAIN", "2: B 2 MAIN"]);
}

#[test]
fn null_says_nothing() {
    let text = r#"[{"product_code":"A","marketplaces":null,"active":null,"incoming":null}]"#;
    assert_eq!(products(json(text)), ["1: A \"\""]);
    let text = r#"[{"product_code":"A","marketplaces":"","active":false}]"#;
    assert_eq!(products(json(text)), ["1: A \"\" inactive to []"]);
}

#[test]
fn a_name_misspelt_in_the_first_object_is_one_error() {
    let text = r#"[{"product_code":"A","qty":1},{"product_code":"B","qty":1}]"#;
    assert_eq!(
        stock(json(text)),
        ["Header t.json, row 1: the column `qty` is not known; known are product_code, quantity, \
          location. A file with columns of its own needs a mapping"]
    );
}

#[test]
fn bad_objects_are_rejected_and_the_rest_goes_on() {
    let text = r#"[{"product_code":"A","quantity":1},
        {"product_code":"B","quantity":2,"locaton":"X"},
        {"product_code":"C","quantity":{"n":1}},
        {"product_code":"D","quantity":1,"quantity":2},
        {"product_code":"E"},
        {},
        {"product_code":"\ud800","quantity":1},
        {"product_code":"F","quantity":6}]"#;
    assert_eq!(
        stock(json(text)),
        [
            "1: A 1 MAIN",
            "t.json 2 [locaton]: the column `locaton` is not known; did you mean `location`? A \
             file with columns of its own needs a mapping",
            "t.json 3 [quantity]: `{\"n\":1}` is a list or an object; write a text, a number, \
             true, false or null",
            "t.json 4 [quantity]: the name stands twice in this object; remove one of them",
            &format!("t.json 5 [quantity]: {}", refusal::<Quantity>("")),
            &format!("t.json 6 [product_code]: {}", refusal::<ProductCode>("")),
            "t.json 7 [product_code]: `\"\\ud800\"` holds an escape that is no character",
            "8: F 6 MAIN",
        ]
    );
}

#[test]
fn files_that_are_no_json_are_refused() {
    let cases = [
        ("", "Empty t.json: the file is empty; it must hold an array of objects, or `[]`"),
        (
            "product_code\nA\n",
            "Malformed t.json: `p` stands where an array of objects or an object per line should be",
        ),
        ("[1]", "Malformed t.json: `1` stands where an object or `]` should be"),
        (
            r#"[{"product_code":"A","quantity":1} {}]"#,
            "Malformed t.json, row 1: `{` stands where `,` or `]` should be",
        ),
        (
            r#"[{"product_code":"A","quantity":1},]"#,
            "Malformed t.json, row 1: `]` stands where another object should be",
        ),
        (
            r#"[{"product_code":"A","quantity":1}] x"#,
            "Malformed t.json, row 1: `x` stands where nothing more should be",
        ),
        (
            r#"[{"product_code":"A","quantity":01}]"#,
            "Malformed t.json, row 1: the object is not valid JSON: invalid number",
        ),
        (
            r#"[{"product_code":"A" "quantity":1}]"#,
            "Malformed t.json, row 1: the object is not valid JSON: expected `,` or `}`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(stock(json(text)).last().unwrap(), expected, "{text}");
    }
    let latin = b"[{\"product_code\":\"\xE4\",\"quantity\":1}]";
    assert_eq!(
        stock(json(latin)),
        ["Encoding t.json, row 1: the object is not UTF-8; save the file as UTF-8"]
    );
}

#[test]
fn truncated_files_are_refused_wherever_they_end() {
    let whole = r#"[{"product_code":"A","quantity":1},{"product_code":"B","quantity":2}]"#;
    assert_eq!(stock(json(whole)).len(), 2);
    for end in 1..whole.len() {
        let told = stock(json(&whole[..end]));
        let last = told.last().unwrap();
        assert!(last.starts_with("Truncated t.json"), "{}: {last}", &whole[..end]);
    }
}

#[test]
fn an_empty_array_has_no_rows() {
    assert!(stock(json("[]")).is_empty());
}

#[test]
fn an_object_without_end_stops_the_reading() {
    let mut text = b"[{\"product_code\":\"".to_vec();
    text.write_all(&vec![b'x'; 3_000_000]).unwrap();
    let told = stock(json(text));
    assert_eq!(
        told,
        [
            "TooLarge t.json, row 1: the object is longer than 1 MiB; a row must be an object of its \
          own"
        ]
    );
}
