//! What holds for every import.

use trueup_stock::DemandProfile;
use trueup_store::BadRows;
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, counts, line, numbered, product, rejection, stock};

on_each_database!(
    dropped_import_leaves_the_old_state,
    empty_file_is_no_change,
    rejections_are_counted_in_full_and_shown_in_part,
    others_write_while_rows_are_staged,
    refused_file_keeps_every_row_accounted_for,
);

async fn dropped_import_leaves_the_old_state(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.import_stock([stock("A", "MAIN", "5")]).await;
    for rows in [1_usize, 5000] {
        let mut import = given.store.begin_import_products("p.csv").await.unwrap();
        let products = (0..rows).map(|number| product(&format!("P-{number}")));
        import.stage(numbered(products)).await.unwrap();
        drop(import);
    }
    assert_eq!(given.store.count_products().await.unwrap(), 1);
    let again = given.import_products([product("A"), product("B")]).await;
    assert_eq!(counts(&again), [1, 1, 0]);
}

async fn empty_file_is_no_change(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    for bad_rows in [BadRows::Refuse, BadRows::Skip] {
        let import = given.store.begin_import_orders("orders.csv").await.unwrap();
        let report = import.finish(bad_rows, NOW).await.unwrap();
        assert_eq!(counts(&report), [0, 0, 0]);
        assert!(report.is_committed);
    }
}

async fn rejections_are_counted_in_full_and_shown_in_part(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let mut import = given.store.begin_import_orders("orders.csv").await.unwrap();
    for row in 1000..3500 {
        let order = format!("SO-{row}");
        import.reject(rejection(row, Some(&order))).await.unwrap();
    }
    let bad = (0..500).map(|number| line(&format!("SO-{number}"), "X", "1"));
    import.stage(numbered(bad)).await.unwrap();
    let report = import.finish(BadRows::Skip, NOW).await.unwrap();
    assert_eq!(counts(&report), [0, 0, 3000]);
    let rows: Vec<u64> = report.rejections.iter().map(|bad| bad.row).collect();
    assert_eq!(rows, (2..102).collect::<Vec<u64>>());
}

async fn others_write_while_rows_are_staged(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let mut import = given.store.begin_import_stock("stock.csv").await.unwrap();
    import.stage(numbered([stock("A", "MAIN", "5")])).await.unwrap();
    let between = given.import_orders([line("SO-1", "A", "2")], BadRows::Refuse);
    assert!(between.await.is_committed);
    let report = import.finish(BadRows::Refuse, NOW).await.unwrap();
    assert!(report.is_committed);
    let figures = given.figures(DemandProfile::Documented).await;
    assert_eq!(figures[0].figures.available, Some("3".parse().unwrap()));
}

async fn refused_file_keeps_every_row_accounted_for(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.import_stock([stock("A", "MAIN", "5")]).await;
    let mut import = given.store.begin_import_stock("stock.csv").await.unwrap();
    import.reject(rejection(9, None)).await.unwrap();
    let rows = [stock("A", "MAIN", "5"), stock("A", "EAST", "6")];
    import.stage(numbered(rows)).await.unwrap();
    let report = import.finish(BadRows::Refuse, NOW).await.unwrap();
    assert_eq!(counts(&report), [0, 2, 1]);
    assert!(!report.is_committed);
}
