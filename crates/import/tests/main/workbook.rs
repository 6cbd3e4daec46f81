//! The first sheet of a workbook.

use std::io::Write;

use trueup_import::{Format, Input};
use zip::write::SimpleFileOptions;

use crate::support::{codes, orders, products, stock, stream};

const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="First" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1 is a date.
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A workbook whose first sheet has these rows, each as XML.
pub fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    archive(&[
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

pub fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub fn xlsx(bytes: impl AsRef<[u8]>) -> Input {
    stream("t.xlsx", Format::Xlsx, bytes)
}

fn row(number: u32, cells: &[(char, &str)]) -> String {
    let cell =
        |(column, cell): &(char, &str)| cell.replace("<c", &format!("<c r=\"{column}{number}\""));
    let cells: String = cells.iter().map(cell).collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn text(text: &str) -> String {
    format!(r#"<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
}

fn number(number: &str) -> String {
    format!("<c><v>{number}</v></c>")
}

fn sheet(rows: &[(u32, &[(char, String)])]) -> Input {
    let rows: String = rows
        .iter()
        .map(|(place, cells)| {
            let cells: Vec<(char, &str)> =
                cells.iter().map(|(column, cell)| (*column, cell.as_str())).collect();
            row(*place, &cells)
        })
        .collect();
    xlsx(workbook(&rows))
}

#[test]
fn numbers_are_what_a_person_sees() {
    let header = [('A', text("product_code")), ('B', text("quantity"))];
    let rows: Vec<[(char, String); 2]> = vec![
        [('A', number("1001")), ('B', number("5"))],
        [('A', number("1001.0")), ('B', number("0.30000000000000004"))],
        [('A', text("0007")), ('B', number("7.9"))],
        [('A', text(" A  B ")), ('B', text("2147483648"))],
        [('A', text("C")), ('B', number("1E3"))],
        [('A', text("D")), ('B', number("-1"))],
    ];
    let mut all: Vec<(u32, &[(char, String)])> = vec![(1, &header)];
    all.extend((2..).zip(rows.iter().map(<[_; 2]>::as_slice)));
    assert_eq!(
        stock(sheet(&all)),
        [
            "2: 1001 5 MAIN",
            "3: 1001 0.3 MAIN",
            "4: 0007 7.9 MAIN",
            "5:  A  B  2147483648 MAIN",
            "6: C 1000 MAIN",
            "t.xlsx 7 [quantity]: `-1` is negative; write 0 or more",
        ]
    );
}

#[test]
fn dates_facts_and_empty_cells_are_read() {
    let header = ["product_code", "next_available_on", "active", "marketplaces"].map(text);
    let header: Vec<(char, String)> = ('A'..).zip(header).collect();
    let date = r#"<c s="1"><v>46112</v></c>"#.to_owned();
    let fact = r#"<c t="b"><v>0</v></c>"#.to_owned();
    let full = [('A', text("A")), ('B', date), ('C', fact)];
    let bare = [('A', text("B"))];
    assert_eq!(
        products(sheet(&[(1, &header), (2, &full), (9, &bare)])),
        ["2: A \"\" inactive on 2026-03-31 to []", "9: B \"\" to []"]
    );
}

#[test]
fn cells_that_cannot_be_taken_reject_their_row() {
    let header = [('A', text("product_code")), ('B', text("quantity"))];
    let error = r#"<c t="e"><v>#N/A</v></c>"#.to_owned();
    let long = [('A', number("12345678901234567")), ('B', number("1"))];
    let broken = [('A', error), ('B', number("1"))];
    let outside = [('A', text("A")), ('B', number("1")), ('D', number("2"))];
    let good = [('A', text("A")), ('B', number("1"))];
    assert_eq!(
        stock(sheet(&[(1, &header), (2, &long), (3, &broken), (4, &outside), (5, &good)])),
        [
            "t.xlsx 2 [product_code]: the cell holds a number of more than 15 digits, which \
             spreadsheets do not keep exactly; format the cell as text and enter it again",
            "t.xlsx 3 [product_code]: the cell shows the error #N/A; repair it",
            "t.xlsx 4: column D holds a value, and the header has no name for it",
            "5: A 1 MAIN",
        ]
    );
}

#[test]
fn headers_are_checked_as_in_text() {
    let header = [('A', text("order_code")), ('B', text("product_code")), ('C', text("orderd"))];
    let told = orders(sheet(&[(3, &header)]));
    assert_eq!(
        told,
        ["Header t.xlsx, row 3: the column `orderd` is not known; did you mean `ordered`? A file \
          with columns of its own needs a mapping"]
    );
    let header = [('A', text("product_code"))];
    assert!(codes(sheet(&[(1, &header)])).is_empty());
}

#[test]
fn a_sheet_without_cells_is_empty() {
    assert_eq!(
        codes(xlsx(workbook(""))),
        ["Empty t.xlsx: the first sheet is empty; its first row must name the columns"]
    );
}
