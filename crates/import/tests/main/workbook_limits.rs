//! Workbooks that are damaged, cut off, or made to fill memory.

use std::io::{self, Read};
use std::sync::PoisonError;

use trueup_import::{Format, Input};

use crate::large::MEMORY;
use crate::support::{codes, stream};
use crate::workbook::{archive, workbook, xlsx};

const ROWS: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>product_code</t></is></c></row>
    <row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>"#;

#[test]
fn a_truncated_workbook_is_refused_wherever_it_ends() {
    let whole = workbook(ROWS);
    assert_eq!(codes(xlsx(&whole)), ["2: A"]);
    let expected =
        "Truncated t.xlsx: the workbook ends too early; it looks truncated, so get it again";
    for end in (4..whole.len()).step_by(37).chain([whole.len() - 1]) {
        assert_eq!(codes(xlsx(&whole[..end])), [expected], "cut at {end}");
    }
    let nothing = codes(xlsx([]));
    assert_eq!(nothing, ["Empty t.xlsx: the file is empty; save the workbook again"]);
}

#[test]
fn a_damaged_workbook_is_refused() {
    let mut damaged = workbook(ROWS);
    let middle = damaged.len() / 3;
    damaged[middle] ^= 0xFF;
    let told = codes(xlsx(damaged));
    assert!(
        told[0].starts_with("Malformed t.xlsx: ") || told[0].starts_with("Truncated"),
        "{told:?}"
    );
}

#[test]
fn what_is_no_workbook_is_refused() {
    assert_eq!(
        codes(xlsx("product_code\nA\n")),
        ["Malformed t.xlsx: this is no XLSX workbook; if it is text, name it .csv, .tsv or .json"]
    );
    let old = codes(xlsx(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
    assert!(old[0].contains("is old (.xls) or has a password"), "{old:?}");
    let other = codes(xlsx(archive(&[("readme.txt", "hello")])));
    assert!(
        other[0].starts_with("Malformed t.xlsx: the workbook cannot be understood ("),
        "{other:?}"
    );
}

#[test]
fn a_workbook_that_unpacks_without_measure_is_refused() {
    let _alone = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let filling = " ".repeat(129 * 1024 * 1024);
    let bomb = archive(&[("xl/sharedStrings.xml", &filling)]);
    assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
    assert_eq!(
        codes(xlsx(bomb)),
        ["TooLarge t.xlsx: the workbook unpacks to more than is read; save it as .csv, which has \
          no limit"]
    );
}

#[test]
fn a_workbook_of_too_many_bytes_is_refused() {
    let _alone = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let endless = io::repeat(0).take(65 * 1024 * 1024);
    let input = Input::stream("t.xlsx", Format::Xlsx, endless);
    assert_eq!(
        codes(input),
        [
            "TooLarge t.xlsx: the workbook is larger than 64 MiB; save it as .csv, which has no limit"
        ]
    );
}

#[test]
fn a_cell_far_out_costs_no_memory() {
    let far = format!(r#"{ROWS}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#);
    assert_eq!(
        codes(stream("t.xlsx", Format::Xlsx, workbook(&far))),
        ["2: A", "t.xlsx 1048576: column XFD holds a value, and the header has no name for it"]
    );
}

#[test]
fn a_list_that_claims_more_texts_than_it_has_takes_no_memory() {
    for count in ["99999999999", "99999999999999999999999", " \n'17179869184'"] {
        let list = format!("<sst uniqueCount = \"{count}\"><si><t>A</t></si></sst>");
        let told = codes(xlsx(archive(&[("xl/SharedStrings.xml", &list)])));
        assert_eq!(
            told,
            ["Malformed t.xlsx: a part of the workbook is damaged; get the file again or save it \
              again"]
        );
    }
}

#[test]
fn cells_outside_of_any_sheet_are_refused() {
    for place in ["A1048577", "XFE2", "A0", "ä"] {
        let far = format!(r#"{ROWS}<row r="3"><c r="{place}"><v>1</v></c></row>"#);
        let told = codes(xlsx(workbook(&far)));
        assert!(told[0].starts_with("Malformed t.xlsx: "), "{place}: {told:?}");
    }
}

#[test]
fn numbers_that_are_none_reject_their_row() {
    for (style, number) in [(0, "NaN"), (0, "inf"), (0, "1e300"), (1, "1e300"), (1, "-1e300")] {
        let cell = format!(r#"<row r="3"><c r="A3" s="{style}"><v>{number}</v></c></row>"#);
        let told = codes(xlsx(workbook(&format!("{ROWS}{cell}"))));
        assert!(told[1].starts_with("t.xlsx 3 [product_code]: the cell holds "), "{told:?}");
    }
}
