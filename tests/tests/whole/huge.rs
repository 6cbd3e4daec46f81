//! A file of a gigabyte with one bad row: refused with that row named, in little memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use trueup_testbed::TestDatabase;
use trueup_tests::Shop;

const ROWS: usize = 4_096;
/// A column that the mapping does not name: a foreign table's long texts.
const REMARK: usize = 256 * 1024;
const MEMORY_MAX: u64 = 300 * 1024 * 1024;

fn write(path: &Path) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let remark = "lorem ipsum ".repeat(REMARK / 12 + 1);
    writeln!(file, "sku,remark,on_hand").expect("written");
    for row in 0..ROWS {
        let quantity = if row == ROWS - 2 { "many" } else { "7" };
        writeln!(file, "A,{remark},{quantity}").expect("written");
    }
    file.flush().expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_row_in_a_gigabyte_is_named_and_nothing_is_applied() {
    let database = TestDatabase::sqlite();
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let huge = shop.folder().join("huge.csv");
    write(&huge);
    assert!(huge.metadata().expect("written").len() >= 1 << 30);
    let mapping =
        shop.write("huge.toml", "[stock]\nproduct_code = \"sku\"\nquantity = \"on_hand\"\n");

    let file = huge.display().to_string();
    let mut running = shop.start(&["import", "stock", &file, "--mapping", &mapping]);
    let mut peak = 0;
    let code = loop {
        peak = peak.max(resident(running.id()));
        if let Some(status) = running.finished() {
            break status.code();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(code, Some(1));
    assert!(peak > 0 && peak < MEMORY_MAX, "peak memory of {peak} bytes");
    assert_eq!(shop.json(&["figures", "A"]).await[0]["stock"], Value::from(10));
}

/// The most memory a process has held so far, where the system tells.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|number| number.parse().ok());
    kilobytes.unwrap_or(0_u64) * 1024
}
