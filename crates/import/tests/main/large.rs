//! Files larger than memory should be allowed to be: bytes made as they are read.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use trueup_import::{Format, Input, read_orders};

/// Held by each test that fills or measures memory, so that none disturbs another.
pub static MEMORY: Mutex<()> = Mutex::new(());

const ROWS: u64 = 400_000;
const BAD_ROW: u64 = 300_001;
const GROWTH_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Makes a header, then rows, one of them bad.
struct Fabricated {
    row: u64,
    rest: Vec<u8>,
    sent: usize,
    made: fn(u64) -> String,
}

impl Fabricated {
    fn new(made: fn(u64) -> String) -> Self {
        Self { row: 0, rest: Vec::new(), sent: 0, made }
    }
}

impl Read for Fabricated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.sent == self.rest.len() && self.row <= ROWS {
            self.row += 1;
            self.rest = (self.made)(self.row).into_bytes();
            self.sent = 0;
        }
        let count = (&self.rest[self.sent..]).read(buffer)?;
        self.sent += count;
        Ok(count)
    }
}

fn csv_row(row: u64) -> String {
    match row {
        1 => "order_code,line,product_code,ordered,shipped,state,asn_sent\n".to_owned(),
        BAD_ROW => format!("O{row},1,P,1e9,0,open,false\n"),
        _ => format!("O{row},{row},\"PRODUCT-{row:060}\",{}.5,0,closed,no\n", row % 1000),
    }
}

fn json_row(row: u64) -> String {
    let sign = if row == 1 { '[' } else { ',' };
    if row > ROWS {
        return "]".to_owned();
    }
    let ordered = if row == BAD_ROW { "-1" } else { "7.9" };
    let product = format!("PRODUCT-{row:060}");
    format!(
        "{sign}{{\"order_code\":\"O{row}\",\"product_code\":\"{product}\",\"ordered\":{ordered}}}"
    )
}

/// Memory in use by the process; `None` where the system does not tell.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// Reads it all; gives rows taken, the rejections, and how much memory grew on the way.
fn consume(input: Input) -> (u64, Vec<u64>, u64) {
    let _alone = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident_bytes();
    let (mut taken, mut rejected, mut peak) = (0_u64, Vec::new(), before);
    for item in read_orders([input], None).unwrap() {
        match item.unwrap() {
            Ok(_) => taken += 1,
            Err(rejection) => rejected.push(rejection.row),
        }
        if taken % 50_000 == 0 {
            peak = peak.max(resident_bytes());
        }
    }
    let growth = peak.zip(before).map_or(0, |(peak, before)| peak - before);
    (taken, rejected, growth)
}

#[test]
fn a_large_csv_with_one_bad_row_streams() {
    let input = Input::stream("large.csv", Format::Csv, Fabricated::new(csv_row));
    let (taken, rejected, growth) = consume(input);
    assert_eq!((taken, rejected), (ROWS - 1, vec![BAD_ROW]));
    assert!(growth < GROWTH_BYTES_MAX, "memory grew by {growth} bytes");
}

#[test]
fn a_large_json_with_one_bad_object_streams() {
    let input = Input::stream("large.json", Format::Json, Fabricated::new(json_row));
    let (taken, rejected, growth) = consume(input);
    assert_eq!((taken, rejected), (ROWS - 1, vec![BAD_ROW]));
    assert!(growth < GROWTH_BYTES_MAX, "memory grew by {growth} bytes");
}
