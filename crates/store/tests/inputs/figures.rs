//! The figures of the database are the figures of the engine.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use trueup_stock::{
    DemandProfile, Figures, LineQuantities, OrderLineRecord, Quantity, Standing, StockRecord,
};
use trueup_store::{BadRows::Refuse, CandidateScope, Products};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, external, line, on_channels, product, stock};

on_each_database!(
    figures_equal_the_engine,
    figures_of_some_products_leave_out_the_rest,
    figures_saturate_like_the_engine,
);

const CODES: [&str; 5] = ["A", "B", "C", "D", "E"];
const LOCATIONS: [&str; 3] = ["MAIN", "EAST", "WEST"];
const PROFILES: [DemandProfile; 2] = [DemandProfile::Documented, DemandProfile::ShippedLines];

fn quantity() -> impl Strategy<Value = Quantity> {
    let scaled = proptest::prop_oneof![
        4 => 0_i64..100_000,
        1 => Just(0),
        1 => 0..=Quantity::LIMIT.to_scaled(),
        1 => Just(Quantity::LIMIT.to_scaled()),
    ];
    scaled.prop_map(Quantity::from_scaled)
}

fn orders() -> impl Strategy<Value = Vec<OrderLineRecord>> {
    let quantities = (quantity(), quantity(), quantity());
    let row = (0..CODES.len(), quantities).prop_map(|(product, (ordered, shipped, cancelled))| {
        let quantities = LineQuantities { ordered, shipped, cancelled };
        (CODES[product], quantities)
    });
    let order = (0..12_i16, vec(row, 1..6));
    vec(order, 0..40).prop_map(|orders| {
        let numbered = orders.into_iter().enumerate();
        let lines = numbered.flat_map(|(number, (standing, rows))| {
            let order = format!("SO-{number}");
            rows.into_iter().map(move |(product, quantities)| OrderLineRecord {
                quantities,
                standing: Standing::from_number(standing).unwrap(),
                ..line(&order, product, "0")
            })
        });
        lines.collect()
    })
}

fn stocks() -> impl Strategy<Value = Vec<StockRecord>> {
    let count = CODES.len() * LOCATIONS.len();
    vec((any::<bool>(), quantity()), count).prop_map(|stated| {
        let places = CODES.iter().flat_map(|code| LOCATIONS.map(|location| (code, location)));
        let stated = places.zip(stated).filter(|(_, (is_stated, _))| *is_stated);
        let records = stated.map(|((code, location), (_, quantity))| StockRecord {
            quantity,
            ..stock(code, location, "0")
        });
        records.collect()
    })
}

/// What the engine says of these inputs.
fn expected(
    lines: &[OrderLineRecord],
    stocks: &[StockRecord],
    profile: DemandProfile,
) -> BTreeMap<&'static str, Figures> {
    let figures = |code: &'static str| {
        let of_product = lines.iter().filter(|line| line.product.as_str() == code);
        let demand = of_product.map(|line| profile.demand(line.standing, &line.quantities));
        let of_product = stocks.iter().filter(|stock| stock.product.as_str() == code);
        let stock = of_product.map(|stock| stock.quantity);
        (code, Figures::compute(stock.reduce(Quantity::plus), demand.sum()))
    };
    CODES.into_iter().map(figures).collect()
}

async fn figures_equal_the_engine(database: TestDatabase) {
    let given = Given::products(database, &CODES).await;
    let channel = given.channel("one").await;
    let all = CODES.map(|code| on_channels(code, &["one"]));
    given.import_products(all).await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        let lines = orders().new_tree(&mut runner).unwrap().current();
        let stocks = stocks().new_tree(&mut runner).unwrap().current();
        for table in ["order_line", "sales_order", "stock"] {
            given.execute(&format!("DELETE FROM {table}")).await;
        }
        given.import_orders(lines.clone(), Refuse).await;
        given.import_stock(stocks.clone()).await;
        for profile in PROFILES {
            let expected = expected(&lines, &stocks, profile);
            for row in given.figures(profile).await {
                assert_eq!(row.figures, expected[row.product.code.as_str()], "{row:?}");
            }
            let candidates = given.store.candidates(channel, CandidateScope::All, profile);
            let candidates: Vec<_> = candidates.try_collect().await.unwrap();
            for candidate in candidates {
                let code = candidate.product.code.as_str();
                assert_eq!(candidate.figures(), expected[code], "{candidate:?}");
            }
        }
    }
}

async fn figures_of_some_products_leave_out_the_rest(database: TestDatabase) {
    let given = Given::products(database, &["A", "B", "C"]).await;
    given.import_orders([line("SO-1", "C", "4")], Refuse).await;
    given.import_external([external("C", "7")]).await;
    let codes = ["C", "X", "A", "C"].map(|code| code.parse().unwrap());
    let codes = Products::Codes(codes.to_vec());
    let rows = given.store.figures(DemandProfile::Documented, &codes).await;
    let rows: Vec<_> = rows.unwrap().try_collect().await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| row.product.code.as_str()).collect();
    assert_eq!(found, ["A", "C"]);
    assert_eq!(rows[1].figures.on_orders, "4".parse().unwrap());
    assert_eq!(rows[1].external, Some("7".parse().unwrap()));
}

async fn figures_saturate_like_the_engine(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given.import_orders([line("SO-1", "A", "1")], Refuse).await;
    for most in [i64::MAX, i64::MAX - 10_000, i64::MAX - 9_999] {
        given
            .execute(&format!(
                "DELETE FROM order_line WHERE position = 2;
                 INSERT INTO order_line
                 SELECT order_id, 2, '2', product_id, {most}, 0, 0, 0 FROM order_line"
            ))
            .await;
        let expected = Quantity::from_scaled(most).plus(Quantity::units(1));
        assert_eq!(given.on_orders("A").await, expected);
    }
    given.import_products([product("B")]).await;
    assert_eq!(given.on_orders("B").await, Quantity::ZERO);
}
