//! Changes to many products at once.

use trueup_stock::{DemandProfile, ProductCode};
use trueup_store::{Products, SelectionReport, StoreErrorKind};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, external};

on_each_database!(
    opt_in_and_out_report_what_changed,
    unknown_code_changes_nothing,
    unknown_channel_is_an_error_that_names_the_known_ones,
    fixed_counts_are_set_and_cleared,
    aliases_are_set_and_cleared,
    empty_selection_changes_nothing,
);

fn codes(codes: &[&str]) -> Products {
    Products::Codes(codes.iter().map(|code| code.parse().unwrap()).collect())
}

fn report(changed: u64, unchanged: u64) -> SelectionReport {
    SelectionReport { changed, unchanged, unknown: Vec::new() }
}

async fn opt_in_and_out_report_what_changed(database: TestDatabase) {
    let given = Given::products(database, &["A", "B", "C"]).await;
    let channel = given.channel("one").await;
    let name = "one".parse().unwrap();
    let set = |products, is_in| given.store.set_opt_in(&name, products, is_in, NOW);
    let twice = codes(&["A", "B", "A"]);
    assert_eq!(set(twice, true).await.unwrap(), report(2, 0));
    assert_eq!(given.take_marks(channel).await, ["A", "B"]);
    assert_eq!(set(Products::All, true).await.unwrap(), report(1, 2));
    assert_eq!(given.take_marks(channel).await, ["C"]);
    assert_eq!(set(codes(&["A"]), false).await.unwrap(), report(1, 0));
    assert_eq!(given.take_marks(channel).await, ["A"]);
    assert_eq!(set(Products::All, false).await.unwrap(), report(2, 1));
    assert_eq!(given.numbers("SELECT COUNT(*) FROM opt_in").await, [0]);
}

async fn unknown_code_changes_nothing(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.channel("one").await;
    let name = "one".parse().unwrap();
    let products = codes(&["X", "A", "a"]);
    let found = given.store.set_opt_in(&name, products, true, NOW).await;
    let unknown: Vec<ProductCode> = ["X", "a"].map(|code| code.parse().unwrap()).to_vec();
    let expected = SelectionReport { unknown, ..SelectionReport::default() };
    assert_eq!(found.unwrap(), expected);
    assert_eq!(given.numbers("SELECT COUNT(*) FROM opt_in").await, [0]);
    assert_eq!(given.numbers("SELECT COUNT(*) FROM dirty_product").await, [0]);
}

async fn unknown_channel_is_an_error_that_names_the_known_ones(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.channel("one").await;
    let name = "two".parse().unwrap();
    let error = given.store.set_opt_in(&name, Products::All, true, NOW).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NotFound);
    let expected = "there is no channel `two`; the channels are one";
    assert_eq!(error.to_string(), expected);
}

async fn fixed_counts_are_set_and_cleared(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let set = |counts| given.store.set_external_stock(counts, NOW);
    let first = vec![external("A", "1"), external("B", "2"), external("A", "3")];
    assert_eq!(set(first).await.unwrap(), report(2, 0));
    let second = vec![external("A", "3"), external("B", "4")];
    assert_eq!(set(second).await.unwrap(), report(1, 1));
    let counts = |given: Vec<trueup_store::FiguresRow>| {
        given.into_iter().map(|row| row.external).collect::<Vec<_>>()
    };
    let found = counts(given.figures(DemandProfile::Documented).await);
    assert_eq!(found, ["3", "4"].map(|count| Some(count.parse().unwrap())));
    let clear = |products| given.store.clear_external_stock(products, NOW);
    assert_eq!(clear(codes(&["B"])).await.unwrap(), report(1, 0));
    assert_eq!(clear(Products::All).await.unwrap(), report(1, 1));
    let found = counts(given.figures(DemandProfile::Documented).await);
    assert_eq!(found, [None, None]);
}

async fn aliases_are_set_and_cleared(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    given.channel("one").await;
    let name = "one".parse().unwrap();
    let alias = |code: &str, part: &str| (code.parse().unwrap(), part.parse().unwrap());
    let set = |aliases| given.store.set_aliases(&name, aliases, NOW);
    let first = vec![alias("A", "W-1"), alias("B", "W-2")];
    assert_eq!(set(first.clone()).await.unwrap(), report(2, 0));
    assert_eq!(set(first).await.unwrap(), report(0, 2));
    assert_eq!(set(vec![alias("A", "W-3")]).await.unwrap(), report(1, 0));
    let aliases = given.rows("SELECT part_number FROM alias ORDER BY part_number");
    assert_eq!(aliases.await, ["W-2", "W-3"]);
    let clear = |products| given.store.clear_aliases(&name, products, NOW);
    assert_eq!(clear(codes(&["A"])).await.unwrap(), report(1, 0));
    assert_eq!(clear(Products::All).await.unwrap(), report(1, 1));
}

async fn empty_selection_changes_nothing(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.channel("one").await;
    let name = "one".parse().unwrap();
    let found = given.store.set_opt_in(&name, codes(&[]), true, NOW).await;
    assert_eq!(found.unwrap(), report(0, 0));
}
