//! The process stops right before the commit of an import: what is left is what was there before,
//! and the same file taken again does all. Needs the feature `failpoints`.
#![expect(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, reason = "what is given is shared with other tests")]

#[path = "inputs/given.rs"]
mod given;

use fail::FailScenario;
use trueup_stock::DemandProfile;
use trueup_store::BadRows;
use trueup_testbed::{TestDatabase, on_each_database};

use given::{Given, NOW, counts, line, numbered, stock};

on_each_database!(
    a_crash_before_the_commit_of_orders_leaves_the_old_ones,
    a_failed_commit_leaves_the_old_state,
);

async fn a_crash_before_the_commit_of_orders_leaves_the_old_ones(database: TestDatabase) {
    let _scenario = FailScenario::setup();
    let given = Given::products(database, &["A", "B"]).await;
    given.import_orders([line("SO-1", "A", "1")], BadRows::Refuse).await;
    let file = || [line("SO-1", "B", "2"), line("SO-2", "A", "3")];

    fail::cfg("before_t0", "panic").unwrap();
    let store = given.store.clone();
    let crashed = tokio::spawn(async move {
        let mut import = store.begin_import_orders("orders.csv").await.unwrap();
        import.stage(numbered(file())).await.unwrap();
        import.finish(BadRows::Refuse, NOW).await
    });
    assert!(crashed.await.is_err_and(|error| error.is_panic()));
    fail::remove("before_t0");

    assert_eq!(given.on_orders("A").await, "1".parse().unwrap());
    assert_eq!(given.on_orders("B").await, "0".parse().unwrap());
    let again = given.import_orders(file(), BadRows::Refuse).await;
    assert_eq!(counts(&again), [2, 0, 0]);
    assert_eq!(given.on_orders("A").await, "3".parse().unwrap());
}

async fn a_failed_commit_leaves_the_old_state(database: TestDatabase) {
    let _scenario = FailScenario::setup();
    let given = Given::products(database, &["A"]).await;
    fail::cfg("before_t0", "return").unwrap();
    let mut import = given.store.begin_import_stock("stock.csv").await.unwrap();
    import.stage(numbered([stock("A", "MAIN", "5")])).await.unwrap();
    let failed = import.finish(BadRows::Refuse, NOW).await;
    fail::remove("before_t0");
    assert!(failed.is_err());
    let figures = given.figures(DemandProfile::Documented).await;
    assert_eq!(figures[0].figures.stock, None);
    let again = given.import_stock([stock("A", "MAIN", "5")]).await;
    assert_eq!(counts(&again), [1, 0, 0]);
}
