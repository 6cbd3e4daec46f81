//! Which changes make a channel look again.

use trueup_store::{BadRows::Refuse, ChannelId, Products};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, external, line, on_channels, product, stock};

on_each_database!(
    every_kind_of_change_marks_its_product,
    unchanged_rows_mark_nothing,
    product_that_left_is_marked_while_it_is_listed,
    order_that_loses_or_moves_a_line_marks_both_products,
    mark_keeps_its_first_instant,
    products_with_the_same_part_number_are_marked_together,
);

/// A on both channels, B on `one`, C on none.
async fn company(database: TestDatabase) -> (Given, ChannelId, ChannelId) {
    let given = Given::new(database).await;
    let (one, two) = (given.channel("one").await, given.channel("two").await);
    let products = [on_channels("A", &["one", "two"]), on_channels("B", &["one"]), product("C")];
    given.import_products(products).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    assert_eq!(given.take_marks(two).await, ["A"]);
    (given, one, two)
}

async fn every_kind_of_change_marks_its_product(database: TestDatabase) {
    let (given, one, two) = company(database).await;
    let codes = ["A", "B", "C"];
    given.import_stock(codes.map(|code| stock(code, "MAIN", "5"))).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    assert_eq!(given.take_marks(two).await, ["A"]);
    given.import_orders(codes.map(|code| line("SO-1", code, "5")), Refuse).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    assert_eq!(given.take_marks(two).await, ["A"]);
    given.import_external(codes.map(|code| external(code, "5"))).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    assert_eq!(given.take_marks(two).await, ["A"]);
    let inactive = codes.map(|code| {
        let mut inactive = product(code);
        inactive.active = false;
        inactive
    });
    given.import_products(inactive).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    assert_eq!(given.take_marks(two).await, ["A"]);
}

async fn unchanged_rows_mark_nothing(database: TestDatabase) {
    let (given, one, _) = company(database).await;
    for _ in 0..2 {
        given.take_marks(one).await;
        given.import_stock([stock("A", "MAIN", "5")]).await;
        given.import_external([external("A", "5")]).await;
        given.import_orders([line("SO-1", "A", "5")], Refuse).await;
        given.import_products([on_channels("A", &["two", "one"])]).await;
    }
    assert!(given.take_marks(one).await.is_empty());
    given.import_stock([stock("A", "MAIN", "5"), stock("B", "MAIN", "5")]).await;
    assert_eq!(given.take_marks(one).await, ["B"]);
}

async fn product_that_left_is_marked_while_it_is_listed(database: TestDatabase) {
    let (given, one, two) = company(database).await;
    given.listing(two, "A").await;
    given.import_products([on_channels("A", &[])]).await;
    assert_eq!(given.take_marks(one).await, ["A"]);
    assert_eq!(given.take_marks(two).await, ["A"]);
    given.import_stock([stock("A", "MAIN", "5")]).await;
    assert!(given.take_marks(one).await.is_empty());
    assert_eq!(given.take_marks(two).await, ["A"]);
}

async fn order_that_loses_or_moves_a_line_marks_both_products(database: TestDatabase) {
    let (given, one, _) = company(database).await;
    let lines = |codes: &'static [&str]| codes.iter().map(|code| line("SO-1", code, "1"));
    given.import_orders(lines(&["A", "B"]), Refuse).await;
    given.take_marks(one).await;
    given.import_orders(lines(&["A"]), Refuse).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    given.import_orders(lines(&["B"]), Refuse).await;
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    given.import_orders(lines(&["B", "A"]), Refuse).await;
    assert_eq!(given.take_marks(one).await, ["A"]);
}

async fn mark_keeps_its_first_instant(database: TestDatabase) {
    let (given, _, _) = company(database).await;
    for (seconds, quantity) in [(10, "1"), (20, "2")] {
        let import = given.store.begin_import_stock("stock.csv");
        let mut import = import.await.unwrap();
        let rows = super::given::numbered([stock("B", "MAIN", quantity)]);
        import.stage(rows).await.unwrap();
        let now = jiff::Timestamp::from_second(seconds).unwrap();
        import.finish(Refuse, now).await.unwrap();
    }
    let marks = given.numbers("SELECT since FROM dirty_product").await;
    assert_eq!(marks, [10_000_000]);
    let revisions = given.numbers("SELECT rev FROM dirty_product").await;
    assert_eq!(revisions, [2]);
}

async fn products_with_the_same_part_number_are_marked_together(database: TestDatabase) {
    let (given, one, two) = company(database).await;
    let channel = "one".parse().unwrap();
    let alias = |code: &str, alias: &str| vec![(code.parse().unwrap(), alias.parse().unwrap())];
    let set = given.store.set_aliases(&channel, alias("A", "B"), NOW);
    set.await.unwrap();
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    assert!(given.take_marks(two).await.is_empty());
    let b = || Products::Codes(vec!["B".parse().unwrap()]);
    let out = given.store.set_opt_in(&channel, b(), false, NOW);
    out.await.unwrap();
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    given.store.set_opt_in(&channel, b(), true, NOW).await.unwrap();
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
    let set = given.store.set_aliases(&channel, alias("A", "Z"), NOW);
    set.await.unwrap();
    assert_eq!(given.take_marks(one).await, ["A", "B"]);
}
