//! Stock files and files of fixed counts.

use trueup_stock::{DemandProfile, Quantity};
use trueup_store::BadRows;
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, counts, external, numbered, product, reasons, stock};

on_each_database!(
    stock_creates_its_location_and_is_set,
    repeated_stock_file_changes_nothing,
    stock_of_an_unknown_product_is_rejected,
    repeated_stock_names_the_first_row,
    product_that_comes_while_staging_is_known,
    quantities_up_to_the_limit_are_exact,
    no_stock_record_is_unknown_and_not_zero,
    fixed_counts_are_set_and_repeated,
    fixed_count_of_an_unknown_product_is_rejected,
);

async fn stock_creates_its_location_and_is_set(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let file =
        [stock("A", "MAIN", "5"), stock("A", "Zweigstelle Süd", "2.5"), stock("B", "MAIN", "0")];
    assert_eq!(counts(&given.import_stock(file).await), [3, 0, 0]);
    let stock_of_a = given.evidence("A").await.stock;
    let expected = [("MAIN", "5"), ("Zweigstelle Süd", "2.5")]
        .map(|(location, quantity)| (location.parse().unwrap(), quantity.parse().unwrap()));
    assert_eq!(stock_of_a, expected);
    let changed = given.import_stock([stock("A", "MAIN", "4")]).await;
    assert_eq!(counts(&changed), [1, 0, 0]);
    let figures = given.figures(DemandProfile::Documented).await;
    assert_eq!(figures[0].figures.stock, Some("6.5".parse().unwrap()));
    assert_eq!(figures[1].figures.stock, Some(Quantity::ZERO));
}

async fn repeated_stock_file_changes_nothing(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file = || [stock("A", "MAIN", "5"), stock("A", "EAST", "1")];
    given.import_stock(file()).await;
    assert_eq!(counts(&given.import_stock(file()).await), [0, 2, 0]);
}

async fn stock_of_an_unknown_product_is_rejected(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file = [stock("A", "NEW", "5"), stock("a", "NEW", "5")];
    let report = given.import_stock(file).await;
    assert_eq!(counts(&report), [0, 1, 1]);
    let why = "there is no product `a`; import it first, or correct the code (letter case, blanks \
               and leading zeros count)";
    assert_eq!(reasons(&report), [(3, why)]);
    let locations = given.numbers("SELECT COUNT(*) FROM location").await;
    assert_eq!(locations, [0], "a refused file creates no location");
}

async fn repeated_stock_names_the_first_row(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let file = [
        stock("A", "MAIN", "5"),
        stock("B", "MAIN", "5"),
        stock("A", "EAST", "5"),
        stock("A", "MAIN", "6"),
    ];
    let report = given.import_stock(file).await;
    let why = "the stock of product `A` at location `MAIN` is in row 2 already; keep one of the \
               two rows";
    assert_eq!(reasons(&report), [(5, why)]);
    assert_eq!(counts(&report), [0, 3, 1]);
}

async fn product_that_comes_while_staging_is_known(database: TestDatabase) {
    let given = Given::new(database).await;
    let mut import = given.store.begin_import_stock("stock.csv").await.unwrap();
    import.stage(numbered([stock("A", "MAIN", "5")])).await.unwrap();
    given.import_products([product("A")]).await;
    let report = import.finish(BadRows::Refuse, NOW).await.unwrap();
    assert_eq!(counts(&report), [1, 0, 0]);
}

async fn quantities_up_to_the_limit_are_exact(database: TestDatabase) {
    let given = Given::products(database, &["A", "B", "C"]).await;
    let amounts = ["10000000000", "9999999999.9999", "0.0001"];
    let file = amounts.iter().zip(["A", "B", "C"]);
    given.import_stock(file.map(|(amount, code)| stock(code, "MAIN", amount))).await;
    let figures = given.figures(DemandProfile::Documented).await;
    let found: Vec<_> = figures.iter().map(|row| row.figures.stock).collect();
    let expected = amounts.map(|amount| Some(amount.parse().unwrap()));
    assert_eq!(found, expected);
}

async fn no_stock_record_is_unknown_and_not_zero(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let figures = &given.figures(DemandProfile::Documented).await[0].figures;
    assert_eq!(figures.stock, None);
    assert_eq!(figures.available, None);
}

async fn fixed_counts_are_set_and_repeated(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let file = || [external("A", "5"), external("B", "7.5")];
    assert_eq!(counts(&given.import_external(file()).await), [2, 0, 0]);
    assert_eq!(counts(&given.import_external(file()).await), [0, 2, 0]);
    let changed = [external("A", "6"), external("B", "7.5")];
    assert_eq!(counts(&given.import_external(changed).await), [1, 1, 0]);
    let figures = given.figures(DemandProfile::Documented).await;
    assert_eq!(figures[0].external, Some("6".parse().unwrap()));
    assert_eq!(figures[0].figures.stock, None, "a fixed count is no stock");
}

async fn fixed_count_of_an_unknown_product_is_rejected(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let file = [external("A", "5"), external("X", "7"), external("A", "6")];
    let report = given.import_external(file).await;
    assert_eq!(counts(&report), [0, 1, 2]);
    let rows: Vec<u64> = reasons(&report).iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [3, 4]);
}
