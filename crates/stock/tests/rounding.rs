//! Rounding happens once, at the end, downwards.

use trueup_stock::{Basis, Candidate, Level, Terms, plan};

use crate::samples::{candidate, everywhere, pool, quantity, terms};

fn levels(candidate: &Candidate, terms: &Terms) -> Vec<Level> {
    let wanted = plan(candidate, terms, Basis::Real).unwrap();
    wanted.into_iter().map(|wanted| wanted.level).collect()
}

fn quantities(candidate: &Candidate, terms: &Terms) -> Vec<i64> {
    let levels = levels(candidate, terms);
    levels.into_iter().map(|level| level.quantity).collect()
}

#[test]
fn a_fraction_is_dropped() {
    for (stock, sent) in [("7.9", 7), ("7.9999", 7), ("7", 7), ("0.9999", 0), ("0.0001", 0)] {
        let terms = terms(vec![everywhere()]);
        assert_eq!(quantities(&candidate(&[("MAIN", stock)], "0"), &terms), [sent], "{stock}");
    }
}

#[test]
fn fractions_of_two_locations_add_up_before_rounding() {
    let product = candidate(&[("MAIN", "3.6"), ("EAST", "3.6")], "0");
    assert_eq!(quantities(&product, &terms(vec![everywhere()])), [7]);
    assert_eq!(quantities(&product, &terms(vec![pool("R1", &["MAIN", "EAST"])])), [7]);
    let apart = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["EAST"])]);
    assert_eq!(quantities(&product, &apart), [3, 3]);
}

#[test]
fn stock_and_demand_are_not_rounded_before_they_meet() {
    // 8.5 − 0.6 is 7.9; rounding each first would give 8 − 0 = 8.
    let product = candidate(&[("MAIN", "8.5")], "0.6");
    assert_eq!(quantities(&product, &terms(vec![everywhere()])), [7]);
}

#[test]
fn the_buffer_comes_off_before_rounding() {
    // 7.9 − 0.5 is 7.4, and 7.2 − 0.5 is 6.7; rounding first would give 6.5 both times.
    for (stock, sent) in [("7.9", 7), ("7.2", 6)] {
        let mut terms = terms(vec![everywhere()]);
        terms.rules.buffer = quantity("0.5");
        assert_eq!(quantities(&candidate(&[("MAIN", stock)], "0"), &terms), [sent], "{stock}");
    }
}

#[test]
fn the_buffer_comes_off_once_per_marketplace_location() {
    let product = candidate(&[("MAIN", "10"), ("EAST", "10"), ("WEST", "1")], "0");
    let mut terms = terms(vec![pool("R1", &["MAIN", "EAST"]), pool("R2", &["WEST"])]);
    terms.rules.buffer = quantity("2");
    assert_eq!(quantities(&product, &terms), [18, 0]);
}

#[test]
fn the_maximum_is_applied_after_the_buffer_and_before_rounding() {
    let mut terms = terms(vec![everywhere()]);
    terms.rules.buffer = quantity("2");
    terms.rules.maximum = Some(quantity("5.5"));
    for (stock, sent) in [("100", 5), ("7.5", 5), ("7.4", 5), ("6.9", 4), ("1", 0)] {
        assert_eq!(quantities(&candidate(&[("MAIN", stock)], "0"), &terms), [sent], "{stock}");
    }
}

#[test]
fn demand_and_shortage_are_rounded_down_as_well() {
    let [level] = levels(&candidate(&[("MAIN", "1.2")], "4.9"), &terms(vec![everywhere()]))[..]
    else {
        panic!("one pool has one level")
    };
    assert_eq!((level.quantity, level.on_orders, level.backordered), (0, 4, 3));
}

#[test]
fn the_working_keeps_the_exact_amounts() {
    let mut terms = terms(vec![everywhere()]);
    terms.rules.buffer = quantity("0.5");
    let wanted = plan(&candidate(&[("MAIN", "7.9")], "0.25"), &terms, Basis::Real).unwrap();
    let working = &wanted[0].working;
    assert_eq!(working.stock, quantity("7.9"));
    assert_eq!(working.on_orders, quantity("0.25"));
    assert_eq!(working.net, quantity("7.65"));
    assert_eq!(working.available, quantity("7.65"));
    assert_eq!(working.buffer, quantity("0.5"));
    assert_eq!(working.after_buffer, quantity("7.15"));
    assert_eq!(working.after_maximum, quantity("7.15"));
}
