//! A SQLite file in which bits have flipped: the damage is named and nothing is sent, or the numbers
//! are right.
//!
//! SQLite keeps no checksum of a page, so a flipped bit within a stored number leaves a sound file
//! with another number in it. Nobody can tell that from an import, and it is counted apart here.

use std::fs;
use std::io::Write;
use std::path::Path;

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use trueup_testbed::on_sqlite;
use trueup_tests::{CHANNEL, Finished, Shop, WHOLE, address_in, dice, execute, knob};

/// `TESTBED_FLIPS` makes it more.
const FILES: usize = 30;
const PRODUCTS: i64 = 300;
/// Bits that flip in each file, close to each other, as where a sector is bad.
const BITS: usize = 24;
const SECTOR: usize = 64;

/// What became of the files.
#[derive(Debug, Default)]
struct Tally {
    refused: usize,
    right: usize,
    silent: usize,
}

fn code(at: i64) -> String {
    format!("P{at:03}")
}

/// A number of its own for each product, so that one in the wrong place is noticed.
fn quantity(at: i64) -> i64 {
    1_000 + at * 7
}

fn table(header: &str, row: impl Fn(i64) -> String) -> String {
    let rows: String = (0..PRODUCTS).map(|at| row(at) + "\n").collect();
    format!("{header}\n{rows}")
}

/// Flips bits where something is written. A header that is none is refused before anything else.
fn damaged(whole: &[u8], dice: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    loop {
        let start = dice.usize(100..bytes.len() - SECTOR);
        if whole[start..start + SECTOR].iter().filter(|byte| **byte != 0).count() > SECTOR / 4 {
            (0..BITS).for_each(|_| bytes[start + dice.usize(..SECTOR)] ^= 1 << dice.u8(..8));
            return bytes;
        }
    }
}

fn shows_a_wrong_number(shop: &Shop) -> bool {
    let lines = shop.shown().lines;
    let is_right = |line: &trueup_wayfair_sandbox::LineView| {
        let shown = i64::from(line.quantity_on_hand);
        (0..PRODUCTS).any(|at| code(at) == line.part_number && quantity(at) == shown)
    };
    !lines.iter().all(is_right)
}

/// Whether SQLite itself sees the damage.
async fn is_seen(address: &str) -> bool {
    let Ok(database) = Database::connect(address).await else { return true };
    let statement = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(1)");
    let found = database.query_one_raw(statement).await;
    let found: Option<String> = found.ok().flatten().and_then(|row| row.try_get_by_index(0).ok());
    found.as_deref() != Some("ok")
}

/// A database that knows its numbers and has told nobody yet.
async fn untold(folder: &Path) -> Vec<u8> {
    let shop = Shop::open(&address_in(folder)).await;
    let products = table("product_code,marketplaces", |at| format!("{},{CHANNEL}", code(at)));
    shop.import("products", &products).await;
    let stock = table("product_code,quantity", |at| format!("{},{}", code(at), quantity(at)));
    shop.import("stock", &stock).await;
    execute(&address_in(folder), WHOLE).await;
    fs::read(folder.join("trueup.db")).expect("nobody writes now")
}

fn is_told(refused: &Finished) -> bool {
    refused.code == Some(1) && refused.stderr.contains("damaged")
}

#[test]
fn damage_that_can_be_seen_is_named_and_nothing_is_sent() {
    on_sqlite(|database| async move {
        let whole = untold(database.folder.path()).await;
        let (mut dice, mut tally) = (dice("flipped bits"), Tally::default());
        for copy in 0..knob("TESTBED_FLIPS", FILES) {
            let folder = database.folder.path().join(format!("copy-{copy}"));
            fs::create_dir(&folder).expect("a folder");
            fs::write(folder.join("trueup.db"), damaged(&whole, &mut dice)).expect("a copy");
            let is_seen = is_seen(&address_in(&folder)).await;
            let shop = Shop::open(&address_in(&folder)).await;
            let sent = shop.send("true_up").await;
            assert!(!sent.stderr.contains("panicked"), "copy {copy}: {sent:#?}");
            if is_seen {
                assert!(is_told(&sent), "copy {copy}: {sent:#?}");
                assert!(shop.shown().lines.is_empty(), "copy {copy}: {:#?}", shop.shown());
                tally.refused += 1;
            } else if shows_a_wrong_number(&shop) {
                tally.silent += 1;
            } else {
                tally.right += 1;
            }
            fs::remove_dir_all(&folder).expect("a folder of ours");
        }
        let _nowhere_to_say_it = writeln!(std::io::stderr(), "flipped bits: {tally:?}");
        assert!(tally.refused > 0, "nothing was seen: {tally:?}");
    });
}

#[test]
fn whoever_looks_after_a_damaged_file_is_told_what_to_do() {
    on_sqlite(|database| async move {
        let mut bytes = untold(database.folder.path()).await;
        let page = bytes.len() / 4096 / 2 * 4096;
        bytes[page..page + 4096].fill(0xff);
        fs::write(database.folder.path().join("trueup.db"), bytes).expect("the same file");
        let shop = Shop::open(&database.url).await;
        for arguments in [&["run"][..], &["doctor"], &["adopt", "--inputs-are-fresh"]] {
            let refused = shop.run(arguments).await;
            assert!(is_told(&refused), "{arguments:?}: {refused:#?}");
            assert!(refused.stderr.contains("restore a backup"), "{refused:#?}");
        }
    });
}
