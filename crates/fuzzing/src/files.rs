//! Files that people import.

use std::io::Cursor;

use trueup_import::{
    FileError, Format, Input, Mapping, Records, read_aliases, read_codes, read_external_stock,
    read_orders, read_products, read_stock,
};
use trueup_stock::Quantity;

/// Any CSV, as every kind of file.
///
/// # Panics
/// Where a promise is broken; so for the others.
pub fn csv(bytes: &[u8]) {
    every_kind("t.csv", Format::Csv, bytes);
}

/// Any TSV.
///
/// # Panics
/// See [`csv`].
pub fn tsv(bytes: &[u8]) {
    every_kind("t.tsv", Format::Tsv, bytes);
}

/// Any JSON, as an array and as lines.
///
/// # Panics
/// See [`csv`].
pub fn json(bytes: &[u8]) {
    every_kind("t.json", Format::Json, bytes);
}

/// Any workbook.
///
/// # Panics
/// See [`csv`].
pub fn xlsx(bytes: &[u8]) {
    every_kind("t.xlsx", Format::Xlsx, bytes);
}

/// Any mapping; where it is one, a file is read by it.
///
/// # Panics
/// Where reading the file breaks a promise.
pub fn mapping(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(mapping) = Mapping::parse("t.toml", text) else { return };
    let file = b"sku,qty,status,order_id,shipped_date\nA,1,A,1,\nB,2,,1,2026-01-01\n";
    let input = || Input::stream("orders.csv", Format::Csv, Cursor::new(file.to_vec()));
    taken(read_products([input()], Some(&mapping)), |_| true);
    taken(read_stock([input()], Some(&mapping)), |record| is_stock(record.quantity));
    taken(read_orders([input()], Some(&mapping)), |record| is_stock(record.quantities.ordered));
    taken(read_orders([input(), input()], Some(&mapping)), |_| true);
}

fn every_kind(name: &str, format: Format, bytes: &[u8]) {
    let input = || Input::stream(name, format, Cursor::new(bytes.to_vec()));
    taken(read_products([input()], None), |record| !record.code.as_str().is_empty());
    taken(read_stock([input()], None), |record| is_stock(record.quantity));
    taken(read_orders([input()], None), |record| {
        let quantities = &record.quantities;
        [quantities.ordered, quantities.shipped, quantities.cancelled].into_iter().all(is_stock)
    });
    taken(read_external_stock([input()]), |record| is_stock(record.quantity));
    taken(read_codes([input()]), |code| !code.as_str().is_empty());
    taken(read_aliases([input()]), |_| true);
}

/// Nobody has less than nothing, or more than the limit.
fn is_stock(quantity: Quantity) -> bool {
    (Quantity::ZERO..=Quantity::LIMIT).contains(&quantity)
}

/// Reads to the end: every row is a record that is in order or a rejection with a reason, and after
/// a file's error nothing more comes.
fn taken<T>(records: Result<Records<T>, FileError>, is_in_order: impl Fn(&T) -> bool) {
    let mut records = match records {
        Ok(records) => records,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    while let Some(row) = records.next() {
        match row {
            Ok(Ok(numbered)) => assert!(numbered.row > 0 && is_in_order(&numbered.record)),
            Ok(Err(rejection)) => assert!(!rejection.reason.is_empty()),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert!(records.next().is_none(), "rows after the error that ends a file");
                return;
            }
        }
    }
}
