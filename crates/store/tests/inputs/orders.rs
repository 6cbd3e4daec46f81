//! Orders files.

use trueup_stock::OrderLineRecord;
use trueup_store::BadRows::{Refuse, Skip};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, closed, counts, line, numbered, numbered_line, reasons, rejection};

on_each_database!(
    repeated_orders_file_changes_nothing,
    order_that_appears_is_replaced_whole,
    order_that_does_not_appear_stays,
    order_split_over_the_file_is_one_order,
    missing_line_numbers_count_rows,
    order_whose_rows_disagree_is_rejected,
    repeated_line_names_the_first_row,
    default_line_may_repeat_a_stated_one,
    one_bad_row_among_many_refuses_the_file,
    skipping_takes_an_order_whole_or_not_at_all,
    row_that_could_not_be_read_rejects_its_order,
    standing_of_an_order_can_change,
    sums_over_many_lines_are_exact,
);

/// Order code, line and quantity of all lines.
async fn lines(given: &Given) -> Vec<String> {
    given
        .rows(
            "SELECT o.code || ' ' || l.position || ' ' || l.line || ' ' || p.code || ' ' || l.ordered
             FROM order_line l JOIN sales_order o ON o.id = l.order_id
             JOIN product p ON p.id = l.product_id ORDER BY o.code, l.position",
        )
        .await
}

async fn repeated_orders_file_changes_nothing(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let file = || {
        [
            line("SO-1", "A", "1"),
            line("SO-1", "B", "2"),
            line("SO-2", "A", "3.5"),
            numbered_line("SO-3", "10", "A", "4"),
        ]
    };
    let first = given.import_orders(file(), Refuse).await;
    assert_eq!(counts(&first), [4, 0, 0]);
    let before = lines(&given).await;
    assert_eq!(counts(&given.import_orders(file(), Refuse).await), [0, 4, 0]);
    assert_eq!(lines(&given).await, before);
}

async fn order_that_appears_is_replaced_whole(database: TestDatabase) {
    let given = Given::products(database, &["A", "B", "C"]).await;
    let before = ["A", "B", "C"].map(|code| line("SO-1", code, "1"));
    given.import_orders(before, Refuse).await;
    let shorter = [line("SO-1", "A", "1"), line("SO-1", "C", "1")];
    let report = given.import_orders(shorter, Refuse).await;
    assert_eq!(counts(&report), [2, 0, 0], "an order that lost a line changed");
    assert_eq!(lines(&given).await, ["SO-1 1 1 A 10000", "SO-1 2 2 C 10000"]);
    let longer = ["A", "C", "B"].map(|code| line("SO-1", code, "1"));
    let report = given.import_orders(longer, Refuse).await;
    assert_eq!(counts(&report), [1, 2, 0]);
}

async fn order_that_does_not_appear_stays(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.import_orders([line("SO-1", "A", "1")], Refuse).await;
    given.import_orders([line("SO-2", "A", "2")], Refuse).await;
    assert_eq!(given.on_orders("A").await, "3".parse().unwrap());
}

async fn order_split_over_the_file_is_one_order(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let file = || {
        [
            line("SO-1", "A", "1"),
            line("SO-2", "A", "2"),
            line("SO-1", "B", "3"),
            line("SO-2", "B", "4"),
            line("SO-1", "B", "5"),
        ]
    };
    assert_eq!(counts(&given.import_orders(file(), Refuse).await), [5, 0, 0]);
    let expected = [
        "SO-1 1 1 A 10000",
        "SO-1 2 2 B 30000",
        "SO-1 3 3 B 50000",
        "SO-2 1 1 A 20000",
        "SO-2 2 2 B 40000",
    ];
    assert_eq!(lines(&given).await, expected);
    assert_eq!(counts(&given.import_orders(file(), Refuse).await), [0, 5, 0]);
}

async fn missing_line_numbers_count_rows(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file = [
        numbered_line("SO-1", "a/1", "A", "1"),
        line("SO-1", "A", "2"),
        numbered_line("SO-1", "", "A", "3"),
    ];
    given.import_orders(file, Refuse).await;
    let expected = ["SO-1 1 a/1 A 10000", "SO-1 2 2 A 20000", "SO-1 3  A 30000"];
    assert_eq!(lines(&given).await, expected);
}

async fn order_whose_rows_disagree_is_rejected(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file = || {
        [
            line("SO-1", "A", "1"),
            closed(line("SO-1", "A", "2")),
            line("SO-2", "A", "3"),
            line("SO-1", "A", "4"),
        ]
    };
    let report = given.import_orders(file(), Refuse).await;
    let why = "order `SO-1` has another state, archived or asn_sent in row 2; state the same on \
               all its lines";
    assert_eq!(reasons(&report), [(3, why)]);
    assert_eq!(counts(&report), [0, 3, 1]);
    let report = given.import_orders(file(), Skip).await;
    assert_eq!(counts(&report), [1, 0, 3]);
    assert_eq!(lines(&given).await, ["SO-2 1 1 A 30000"]);
}

async fn repeated_line_names_the_first_row(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file = [
        numbered_line("SO-1", "7", "A", "1"),
        numbered_line("SO-2", "7", "A", "1"),
        numbered_line("SO-1", "8", "A", "1"),
        numbered_line("SO-1", "7", "A", "1"),
        numbered_line("SO-2", "7", "A", "1"),
    ];
    let report = given.import_orders(file, Refuse).await;
    let why = |order: &str, row: u64| {
        format!(
            "line `7` of order `{order}` is in row {row} already; give each line of an order its \
             own number"
        )
    };
    let expected = [(5, why("SO-1", 2)), (6, why("SO-2", 3))];
    let found = reasons(&report);
    let found: Vec<_> = found.iter().map(|(row, why)| (*row, (*why).to_owned())).collect();
    assert_eq!(found, expected);
    let order = report.rejections[0].order.as_ref();
    assert_eq!(order.unwrap().as_str(), "SO-1");
}

async fn default_line_may_repeat_a_stated_one(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file =
        [numbered_line("SO-1", "2", "A", "1"), line("SO-1", "A", "1"), line("SO-2", "A", "1")];
    let report = given.import_orders(file, Refuse).await;
    assert_eq!(report.rejections[0].row, 3, "{report:?}");
    assert_eq!(counts(&report), [0, 2, 1]);
}

fn many_orders() -> Vec<OrderLineRecord> {
    let order = |number: usize| {
        let code = format!("SO-{number:04}");
        [line(&code, "A", "1"), line(&code, "B", "2")]
    };
    (0..500).flat_map(order).collect()
}

async fn one_bad_row_among_many_refuses_the_file(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    given.import_orders([line("SO-0001", "A", "9")], Refuse).await;
    let before = lines(&given).await;
    let mut file = many_orders();
    file[777].product = "X".parse().unwrap();
    let report = given.import_orders(file, Refuse).await;
    assert_eq!(counts(&report), [0, 999, 1]);
    assert!(!report.is_committed);
    assert_eq!(report.rejections[0].row, 779);
    assert_eq!(report.rejections[0].column.as_deref(), Some("product_code"));
    assert_eq!(lines(&given).await, before);
}

async fn skipping_takes_an_order_whole_or_not_at_all(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let mut file = many_orders();
    file[777].product = "X".parse().unwrap();
    let report = given.import_orders(file, Skip).await;
    assert_eq!(counts(&report), [998, 0, 2]);
    assert!(report.is_committed);
    let whole = "order `SO-0388` is taken whole or not at all, and its row 779 was rejected";
    assert_eq!(reasons(&report)[0], (778, whole));
    let found = lines(&given).await;
    assert_eq!(found.len(), 998);
    assert!(!found.iter().any(|line| line.starts_with("SO-0388")));
}

async fn row_that_could_not_be_read_rejects_its_order(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let mut import = given.store.begin_import_orders("orders.csv").await.unwrap();
    let rows = [line("SO-1", "A", "1"), line("SO-2", "A", "2")];
    import.stage(numbered(rows)).await.unwrap();
    import.reject(rejection(4, Some("SO-1"))).await.unwrap();
    import.reject(rejection(4, Some("SO-1"))).await.unwrap();
    import.reject(rejection(5, None)).await.unwrap();
    let report = import.finish(Skip, NOW).await.unwrap();
    assert_eq!(counts(&report), [1, 0, 3]);
    assert_eq!(lines(&given).await, ["SO-2 1 1 A 20000"]);
    let rows: Vec<u64> = reasons(&report).iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [2, 4, 4, 5]);
}

async fn standing_of_an_order_can_change(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.import_orders([line("SO-1", "A", "5")], Refuse).await;
    let mut sent = line("SO-1", "A", "5");
    sent.standing.asn_sent = true;
    let report = given.import_orders([sent.clone()], Refuse).await;
    assert_eq!(counts(&report), [1, 0, 0]);
    assert_eq!(given.on_orders("A").await, "0".parse().unwrap());
    let lines = given.evidence("A").await.lines;
    assert_eq!(lines[0].standing, sent.standing);
}

async fn sums_over_many_lines_are_exact(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let order = |number: usize| {
        let code = format!("SO-{number}");
        [line(&code, "A", "9999999999.9999"), line(&code, "B", "0.0001")]
    };
    given.import_orders((0..2000).flat_map(order), Refuse).await;
    assert_eq!(given.on_orders("B").await.to_scaled(), 2000);
    assert_eq!(given.on_orders("A").await.to_scaled(), 99_999_999_999_999 * 2000);
}
