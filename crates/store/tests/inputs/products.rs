//! Products files.

use trueup_stock::{DemandProfile, ProductRecord};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, counts, on_channels, product, reasons};

on_each_database!(
    repeated_products_file_changes_nothing,
    changed_product_is_applied_and_others_are_not,
    every_field_of_a_product_survives,
    repeated_code_names_the_first_row,
    unknown_channel_names_the_known_ones,
    marketplaces_set_the_opt_ins_exactly,
    absent_marketplaces_leave_opt_ins,
    name_with_nul_is_rejected,
    strange_codes_survive,
);

async fn repeated_products_file_changes_nothing(database: TestDatabase) {
    let given = Given::new(database).await;
    let file = || ["A", "B"].map(product);
    assert_eq!(counts(&given.import_products(file()).await), [2, 0, 0]);
    let again = given.import_products(file()).await;
    assert_eq!(counts(&again), [0, 2, 0]);
    assert!(again.is_committed);
}

async fn changed_product_is_applied_and_others_are_not(database: TestDatabase) {
    let given = Given::products(database, &["A", "B", "C"]).await;
    let changes: [fn(&mut ProductRecord); 5] = [
        |product| product.name = "other".to_owned(),
        |product| product.active = false,
        |product| product.discontinued = true,
        |product| product.incoming = Some("7.5".parse().unwrap()),
        |product| product.next_available_on = Some("2026-02-28".parse().unwrap()),
    ];
    for change in changes {
        let mut changed = product("B");
        change(&mut changed);
        let file = [product("A"), changed, product("C")];
        assert_eq!(counts(&given.import_products(file).await), [1, 2, 0]);
        given.import_products([product("B")]).await;
    }
}

async fn every_field_of_a_product_survives(database: TestDatabase) {
    let given = Given::new(database).await;
    let record = ProductRecord {
        name: "Chêne \"massif\", 2\u{a0}m \u{1fab5}\nline two\t\\".to_owned(),
        active: false,
        discontinued: true,
        incoming: Some("0.0001".parse().unwrap()),
        next_available_on: Some("2028-02-29".parse().unwrap()),
        ..product("A")
    };
    given.import_products([record.clone()]).await;
    let row = &given.figures(DemandProfile::Documented).await[0];
    let product = &row.product;
    assert_eq!(product.name, record.name);
    assert_eq!((product.active, product.discontinued), (false, true));
    assert_eq!(product.incoming, record.incoming);
    assert_eq!(product.next_available_on, record.next_available_on);
    assert_eq!(counts(&given.import_products([record]).await), [0, 1, 0]);
}

async fn repeated_code_names_the_first_row(database: TestDatabase) {
    let given = Given::new(database).await;
    let report = given.import_products(["A", "B", "A", "A"].map(product)).await;
    assert_eq!(counts(&report), [0, 2, 2]);
    assert!(!report.is_committed);
    let why = "product `A` is in row 2 already; keep one of the two rows";
    assert_eq!(reasons(&report), [(4, why), (5, why)]);
    assert_eq!(given.store.count_products().await.unwrap(), 0);
}

async fn unknown_channel_names_the_known_ones(database: TestDatabase) {
    let given = Given::new(database).await;
    let report = given.import_products([on_channels("A", &["b2b"])]).await;
    let why = "there is no channel `b2b`, nor any other; set one up first";
    assert_eq!(reasons(&report), [(2, why)]);
    given.channel("wayfair_us").await;
    given.channel("shopify").await;
    let report =
        given.import_products([on_channels("A", &["shopify", "wayfair"]), product("B")]).await;
    let why = "there is no channel `wayfair`; the channels are `shopify`, `wayfair_us`";
    assert_eq!(reasons(&report), [(2, why)]);
    assert_eq!(counts(&report), [0, 1, 1]);
}

async fn marketplaces_set_the_opt_ins_exactly(database: TestDatabase) {
    let given = Given::new(database).await;
    for channel in ["one", "two", "three"] {
        given.channel(channel).await;
    }
    let opt_ins = async || {
        let opt_ins = given.evidence("A").await.opt_ins;
        opt_ins.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    given.import_products([on_channels("A", &["one", "two", "one"]), product("B")]).await;
    assert_eq!(opt_ins().await, ["one", "two"]);
    let moved = || [on_channels("A", &["three", "two"])];
    assert_eq!(counts(&given.import_products(moved()).await), [1, 0, 0]);
    assert_eq!(opt_ins().await, ["three", "two"]);
    assert_eq!(counts(&given.import_products(moved()).await), [0, 1, 0]);
    let off = given.import_products([on_channels("A", &[])]).await;
    assert_eq!(counts(&off), [1, 0, 0]);
    assert!(opt_ins().await.is_empty());
}

async fn absent_marketplaces_leave_opt_ins(database: TestDatabase) {
    let given = Given::new(database).await;
    given.channel("one").await;
    given.import_products([on_channels("A", &["one"])]).await;
    assert_eq!(counts(&given.import_products([product("A")]).await), [0, 1, 0]);
    let count = given.numbers("SELECT COUNT(*) FROM opt_in").await;
    assert_eq!(count, [1]);
}

async fn name_with_nul_is_rejected(database: TestDatabase) {
    let given = Given::new(database).await;
    let mut bad = product("A");
    bad.name = "a\0b".to_owned();
    let report = given.import_products([bad, product("B")]).await;
    assert_eq!(counts(&report), [0, 1, 1]);
    let why = "the name holds a NUL character; remove it";
    assert_eq!(reasons(&report), [(2, why)]);
}

async fn strange_codes_survive(database: TestDatabase) {
    let codes = [
        "0012",
        "12",
        "1e3",
        "null",
        "true",
        "a",
        "A",
        "É",
        "é",
        "e\u{301}",
        "it's",
        "\"q\"",
        "\\",
        "{\"a\":1}",
        "[1]",
        "%_",
        "$1",
        "?",
        "; DROP TABLE product",
        "\u{1fa91}",
        " lead",
        "trail ",
        "a  b",
        "--",
        "ß",
        "ss",
        "漢字",
        "\u{feff}bom",
    ];
    let given = Given::products(database, &codes).await;
    let rows = given.figures(DemandProfile::Documented).await;
    let mut expected = codes.map(str::to_owned).to_vec();
    expected.sort();
    let found = rows.iter().map(|row| row.product.code.to_string());
    assert_eq!(found.collect::<Vec<_>>(), expected);
    let again = given.import_products(codes.map(product)).await;
    assert_eq!(counts(&again), [0, codes.len() as u64, 0]);
}
