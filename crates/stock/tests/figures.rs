//! The figures of a product: a golden table, and the laws for any stock and demand.

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use trueup_stock::{Figures, Quantity};

use crate::samples::{candidate, quantity};

/// Stock, on orders; then net, available, backordered. `?` is unknown.
const TABLE: [[&str; 5]; 16] = [
    ["10", "3", "7", "7", "0"],
    ["10", "0", "10", "10", "0"],
    ["10", "10", "0", "0", "0"],
    ["10", "13", "-3", "0", "3"],
    ["0", "0", "0", "0", "0"],
    ["0", "5", "-5", "0", "5"],
    ["7.9", "0", "7.9", "7.9", "0"],
    ["7.9", "7.9", "0", "0", "0"],
    ["7.9", "8", "-0.1", "0", "0.1"],
    ["8", "7.9", "0.1", "0.1", "0"],
    ["0.0001", "0.0002", "-0.0001", "0", "0.0001"],
    ["10000000000", "0.0001", "9999999999.9999", "9999999999.9999", "0"],
    ["0", "10000000000", "-10000000000", "0", "10000000000"],
    ["-2", "3", "-5", "0", "5"],
    ["?", "0", "?", "?", "?"],
    ["?", "5", "?", "?", "?"],
];

fn known(text: &str) -> Option<Quantity> {
    (text != "?").then(|| quantity(text))
}

#[test]
fn figures_follow_the_table() {
    for row @ [stock, on_orders, net, available, backordered] in TABLE {
        let figures = Figures::compute(known(stock), quantity(on_orders));
        assert_eq!(figures.stock, known(stock), "{row:?}");
        assert_eq!(figures.on_orders, quantity(on_orders), "{row:?}");
        assert_eq!(figures.net, known(net), "{row:?}");
        assert_eq!(figures.available, known(available), "{row:?}");
        assert_eq!(figures.backordered, known(backordered), "{row:?}");
    }
}

#[test]
fn figures_are_json_numbers_and_unknown_is_null() {
    let json = |stock: &str| {
        serde_json::to_string(&Figures::compute(known(stock), quantity("8"))).unwrap()
    };
    let short = r#"{"stock":7.9,"on_orders":8,"net":-0.1,"available":0,"backordered":0.1}"#;
    let unknown = r#"{"stock":null,"on_orders":8,"net":null,"available":null,"backordered":null}"#;
    assert_eq!(json("7.9"), short);
    assert_eq!(json("?"), unknown);
}

#[test]
fn a_products_stock_is_that_of_all_its_locations() {
    let figures = candidate(&[("MAIN", "3.6"), ("EAST", "3.6")], "0.2").figures();
    assert_eq!(figures, Figures::compute(Some(quantity("7.2")), quantity("0.2")));
}

#[test]
fn a_product_without_stock_record_has_unknown_figures_and_a_zero_record_is_known() {
    assert_eq!(candidate(&[], "4").figures(), Figures::compute(None, quantity("4")));
    assert_eq!(candidate(&[("MAIN", "0")], "0").figures().available, Some(Quantity::ZERO));
}

/// What sums of stated amounts can reach without saturating, either sign.
fn sums() -> impl Strategy<Value = Quantity> {
    let far = i64::MAX / 4;
    (-far..=far).prop_map(Quantity::from_scaled)
}

proptest! {
    #[test]
    fn net_is_available_less_backordered(stock in sums(), on_orders in sums()) {
        let figures = Figures::compute(Some(stock), on_orders);
        let (net, available, backordered) =
            (figures.net.unwrap(), figures.available.unwrap(), figures.backordered.unwrap());
        prop_assert_eq!(net, stock.minus(on_orders));
        prop_assert_eq!(net, available.minus(backordered));
        prop_assert!(!available.is_negative() && !backordered.is_negative());
        prop_assert!(available == Quantity::ZERO || backordered == Quantity::ZERO);
    }

    #[test]
    fn more_demand_or_less_stock_never_raises_what_is_available(
        stock in any::<i64>(), on_orders in any::<i64>(), change in 0..i64::MAX,
    ) {
        let [stock, on_orders, change] = [stock, on_orders, change].map(Quantity::from_scaled);
        let before = Figures::compute(Some(stock), on_orders).available;
        prop_assert!(Figures::compute(Some(stock), on_orders.plus(change)).available <= before);
        prop_assert!(Figures::compute(Some(stock.minus(change)), on_orders).available <= before);
    }

    #[test]
    fn unknown_stock_never_becomes_a_number(on_orders in any::<i64>()) {
        let figures = Figures::compute(None, Quantity::from_scaled(on_orders));
        prop_assert_eq!(figures.stock, None);
        prop_assert_eq!(figures.net, None);
        prop_assert_eq!(figures.available, None);
        prop_assert_eq!(figures.backordered, None);
    }
}
