//! CSV and TSV: quotes, line ends, encodings, and files that end too early.

use trueup_import::Format;

use crate::support::{codes, csv, orders, products, stock, stream};

#[test]
fn line_ends_byte_order_marks_and_quotes_change_nothing() {
    let expected = ["2: A 1 MAIN", "3: B 2 MAIN"];
    for text in [
        "product_code,quantity\nA,1\nB,2\n",
        "product_code,quantity\r\nA,1\r\nB,2\r\n",
        "product_code,quantity\rA,1\rB,2",
        "product_code,quantity\nA,1\nB,2",
        "\u{feff}product_code,quantity\nA,1\nB,2\n",
        "\u{feff}\"product_code\",\"quantity\"\n\"A\",\"1\"\nB,\"2\"",
    ] {
        assert_eq!(stock(csv(text)), expected, "{text:?}");
    }
    let text = "product_code\tquantity\nA\t1\nB\t2\n";
    assert_eq!(stock(stream("t.TSV", Format::Tsv, text)), expected);
}

#[test]
fn rows_are_counted_as_a_spreadsheet_shows_them() {
    let text = "product_code,name\r\nA,\"two\r\nlines\"\r\n\r\n\"\",\r\nB,x\r\n\n\nC,y";
    assert_eq!(products(csv(text)), ["2: A \"two\\r\\nlines\"", "5: B \"x\"", "8: C \"y\""]);
}

#[test]
fn one_bad_row_is_rejected_and_the_rest_goes_on() {
    let text = "product_code,quantity\nA,1\nB,2,3\nC\nD,4\n";
    assert_eq!(
        stock(csv(text)),
        [
            "2: A 1 MAIN",
            "t.csv 3: the row has 3 fields and the header has 2; put quotation marks around \
             values with commas, line breaks or quotation marks",
            "t.csv 4: the row has 1 fields and the header has 2; put quotation marks around \
             values with commas, line breaks or quotation marks",
            "5: D 4 MAIN",
        ]
    );
}

#[test]
fn a_bad_row_still_tells_its_order() {
    let text = "order_code,product_code,ordered\nO1,A\nO2,A,x\nO3,A,1\n";
    let told = orders(csv(text));
    assert!(told[0].starts_with("t.csv 2 (order O1): the row has 2 fields"), "{told:?}");
    assert!(told[1].starts_with("t.csv 3 [ordered] (order O2): `x` is not"), "{told:?}");
}

#[test]
fn a_short_last_row_means_a_truncated_file() {
    for text in ["product_code,quantity\nA,1\nB", "product_code,quantity\nA,1\nB\n\n"] {
        assert_eq!(
            stock(csv(text)),
            [
                "2: A 1 MAIN",
                "Truncated t.csv, row 3: the last row has 1 of 2 fields; the file looks \
                 truncated, so get it again",
            ]
        );
    }
}

#[test]
fn a_quotation_mark_never_closed_means_a_truncated_file() {
    assert_eq!(
        stock(csv("product_code,quantity\nA,1\nB,\"2")),
        [
            "2: A 1 MAIN",
            "Truncated t.csv, row 3: a quotation mark that opens in this row is never closed; \
             the file looks truncated",
        ]
    );
}

#[test]
fn a_closed_quotation_mark_at_the_end_is_whole() {
    assert_eq!(stock(csv("product_code,quantity\nA,\"2\"")), ["2: A 2 MAIN"]);
}

#[test]
fn a_row_without_end_stops_the_reading() {
    let mut text = b"product_code,quantity\nA,1\nB,\"".to_vec();
    text.resize(3_000_000, b'x');
    assert_eq!(
        stock(csv(text)),
        [
            "2: A 1 MAIN",
            "TooLarge t.csv, row 3: the row is longer than 1 MiB; a quotation mark is probably \
             not closed",
        ]
    );
}

#[test]
fn empty_files_are_told_from_files_without_rows() {
    for text in ["", "\n\n", "\u{feff}"] {
        assert_eq!(
            stock(csv(text)),
            ["Empty t.csv: the file is empty; its first row must name the columns"],
            "{text:?}"
        );
    }
    assert!(stock(csv("product_code,quantity\n")).is_empty());
    assert!(codes(csv("product_code")).is_empty());
}

#[test]
fn other_encodings_are_refused_with_the_row() {
    let expected = "Encoding t.csv, row 3: the row is not UTF-8; save the file as UTF-8 (in \
                    Excel: `CSV UTF-8`)";
    let latin = b"product_code,name\nA,x\nB,Kn\xE4ckebr\xF6d\n";
    assert_eq!(products(csv(latin)), ["2: A \"x\"", expected]);
    // Each half alone is no character, though both together are.
    let split = b"product_code,name\nA,x\nB\xC3,\xA4\n";
    assert_eq!(products(csv(split)), ["2: A \"x\"", expected]);
    let utf16 = b"\xFF\xFEp\0r\0";
    assert_eq!(
        products(csv(utf16)),
        ["Encoding t.csv, row 1: the text is UTF-16, not UTF-8; save it as UTF-8 (in Excel: `CSV \
          UTF-8`)"]
    );
}

#[test]
fn workbooks_under_the_name_of_text_are_recognised() {
    let told = stock(csv(b"PK\x03\x04\x14\0\0\0"));
    assert_eq!(
        told,
        ["Malformed t.csv, row 1: this is a workbook or ZIP archive, not text; name it .xlsx if \
          it is one"]
    );
}
