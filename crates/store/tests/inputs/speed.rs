//! How fast inputs are taken and figures computed. Prints; judges nothing.
//!
//! Every product is on one channel, so that each change is marked there. `TRUEUP_PRODUCTS` and
//! `TRUEUP_LINES` say how many there are; run with
//! `cargo test --release -p trueup-store --test main inputs::speed -- --ignored --nocapture`.
#![expect(clippy::print_stderr, reason = "measurements are for whoever runs them")]

use std::time::Instant;

use futures::TryStreamExt;
use sea_orm::{ConnectionTrait, Statement, StreamTrait};
use trueup_stock::{DemandProfile, LineQuantities, Numbered, OrderLineRecord, Quantity, Standing};
use trueup_store::{BadRows, ImportReport, Products};
use trueup_testbed::{TestDatabase, on_sqlite};

use super::given::{Given, NOW, numbered, product, stock};

/// Rows of a call of `stage`.
const CHUNK: u64 = 8192;

const LINES_PER_ORDER: u64 = 5;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

fn code(number: u64) -> String {
    format!("PRODUCT-{number:07}")
}

/// Products in no order, orders in that of their codes.
fn order_line(
    number: u64,
    products: u64,
    first_order: u64,
    ordered: i64,
) -> Numbered<OrderLineRecord> {
    let product = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % products;
    let order = first_order + number / LINES_PER_ORDER;
    let standing = i16::try_from(order % 12).unwrap();
    Numbered {
        row: number + 2,
        record: OrderLineRecord {
            order: format!("SO-{order:08}").parse().unwrap(),
            line: None,
            product: code(product).parse().unwrap(),
            quantities: LineQuantities {
                ordered: Quantity::units(ordered),
                shipped: Quantity::ZERO,
                cancelled: Quantity::ZERO,
            },
            standing: Standing::from_number(standing).unwrap(),
        },
    }
}

fn memory_peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}

/// A moment, on the clock and in processor time, which other work on the computer lengthens less.
struct Started(Instant, f64);

fn start() -> Started {
    Started(Instant::now(), processor_seconds())
}

fn processor_seconds() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = status.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn tell(what: &str, rows: u64, started: Started) {
    let seconds = started.0.elapsed().as_secs_f64();
    let processor = processor_seconds() - started.1;
    let rate = rows as f64 / seconds;
    let peak = memory_peak_mib();
    eprintln!(
        "{what:<42} {rows:>9} rows {seconds:>7.2} s ({processor:>6.2} s busy) {rate:>9.0}/s, \
         peak {peak} MiB"
    );
}

async fn import_lines(
    given: &Given,
    lines: u64,
    record: impl Fn(u64) -> Numbered<OrderLineRecord>,
) -> ImportReport {
    let mut import = given.store.begin_import_orders("orders.csv").await.unwrap();
    let started = start();
    for first in (0..lines).step_by(CHUNK as usize) {
        let rows = (first..lines.min(first + CHUNK)).map(&record).collect();
        import.stage(rows).await.unwrap();
    }
    tell("  of which staged", lines, started);
    import.finish(BadRows::Refuse, NOW).await.unwrap()
}

async fn company(database: TestDatabase, products: u64) -> Given {
    let given = Given::new(database).await;
    let started = start();
    let mut import = given.store.begin_import_products("p.csv").await.unwrap();
    for first in (0..products).step_by(CHUNK as usize) {
        let rows = (first..products.min(first + CHUNK)).map(|number| product(&code(number)));
        import.stage(numbered(rows)).await.unwrap();
    }
    import.finish(BadRows::Refuse, NOW).await.unwrap();
    tell("products", products, started);
    let started = start();
    let mut import = given.store.begin_import_stock("s.csv").await.unwrap();
    for first in (0..products).step_by(CHUNK as usize) {
        let rows =
            (first..products.min(first + CHUNK)).map(|number| stock(&code(number), "MAIN", "7"));
        import.stage(numbered(rows)).await.unwrap();
    }
    import.finish(BadRows::Refuse, NOW).await.unwrap();
    tell("stock", products, started);
    given
}

async fn measure(database: TestDatabase) {
    let products = setting("TRUEUP_PRODUCTS", 100_000);
    let lines = setting("TRUEUP_LINES", 1_000_000);
    let given = company(database, products).await;
    given.channel("one").await;
    let name = "one".parse().unwrap();
    given.store.set_opt_in(&name, Products::All, true, NOW).await.unwrap();

    let started = start();
    let report = import_lines(&given, lines, |at| order_line(at, products, 0, 3)).await;
    assert_eq!(report.applied, lines);
    tell("order lines, all new, empty database", lines, started);

    let started = start();
    let report = import_lines(&given, lines, |at| order_line(at, products, 0, 3)).await;
    assert_eq!(report.unchanged, lines);
    tell("the same file again", lines, started);

    let some = lines / 10;
    let started = start();
    let report = import_lines(&given, some, |at| order_line(at, products, lines, 3)).await;
    assert_eq!(report.applied, some);
    tell("a tenth of it, new orders, filled database", some, started);

    let started = start();
    let report = import_lines(&given, some, |at| order_line(at, products, lines, 4)).await;
    assert_eq!(report.applied, some);
    tell("the same orders, every line changed", some, started);

    for _ in 0..2 {
        figures(&given, products).await;
    }
}

async fn figures(given: &Given, products: u64) {
    let started = start();
    let rows = given.store.figures(DemandProfile::Documented, &Products::All).await.unwrap();
    let count = rows.try_fold(0, async |count, _| Ok(count + 1)).await.unwrap();
    assert_eq!(count, products);
    tell("figures", products, started);

    let by_hand = "SELECT p.code, p.name, p.active, p.discontinued, p.incoming,
            p.next_available_on, s.stock, d.demand, e.quantity FROM product p
        LEFT JOIN external_stock e ON e.product_id = p.id
        LEFT JOIN (SELECT product_id, SUM(quantity) AS stock FROM stock GROUP BY product_id) s
            ON s.product_id = p.id
        LEFT JOIN (SELECT product_id, SUM(ordered) AS demand FROM order_line
                   WHERE standing IN (0, 4, 8) GROUP BY product_id) d
            ON d.product_id = p.id
        ORDER BY p.code";
    drain(given, "  the same by hand, joined and streamed", by_hand).await;
    let bare = "SELECT product_id, SUM(ordered) FROM order_line WHERE standing IN (0, 4, 8)
        GROUP BY product_id";
    drain(given, "  bare aggregate of the lines, streamed", bare).await;
    let started = start();
    let alone = "SELECT SUM(a) FROM (SELECT product_id AS a, SUM(ordered) FROM order_line
        WHERE standing IN (0, 4, 8) GROUP BY product_id) AS s";
    given
        .raw
        .query_one_raw(Statement::from_string(given.raw.get_database_backend(), alone))
        .await
        .unwrap();
    tell("  bare aggregate of the lines, one row", products, started);
}

async fn drain(given: &Given, what: &str, sql: &str) {
    let started = start();
    let statement = Statement::from_string(given.raw.get_database_backend(), sql);
    let rows = given.raw.stream_raw(statement).await.unwrap();
    let count = rows.try_fold(0, async |count, _| Ok(count + 1)).await.unwrap();
    tell(what, count, started);
}

#[test]
#[ignore = "a measurement"]
fn sqlite() {
    on_sqlite(measure);
}

#[test]
#[ignore = "a measurement"]
fn postgres() {
    trueup_testbed::on_postgres(measure);
}
