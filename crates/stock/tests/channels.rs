//! What a channel is told: shared demand, fixed counts, fields and limits, by example.

use trueup_stock::{Basis, Candidate, Fields, Level, Quantity, Terms, Wanted, plan};

use crate::samples::{ALL_FIELDS, candidate, everywhere, pool, quantity, terms};

fn wanted(candidate: &Candidate, terms: &Terms, basis: Basis) -> Vec<Wanted> {
    plan(candidate, terms, basis).unwrap()
}

/// Location, quantity, on orders and backordered of each listing.
fn numbers(candidate: &Candidate, terms: &Terms, basis: Basis) -> Vec<(String, i64, i64, i64)> {
    let row = |wanted: Wanted| {
        let location = wanted.location.map_or_else(String::new, String::from);
        let level = wanted.level;
        (location, level.quantity, level.on_orders, level.backordered)
    };
    wanted(candidate, terms, basis).into_iter().map(row).collect()
}

fn row(location: &str, quantity: i64, on_orders: i64, backordered: i64) -> (String, i64, i64, i64) {
    (location.to_owned(), quantity, on_orders, backordered)
}

#[test]
fn a_channel_without_locations_shows_the_products_figures() {
    let product = candidate(&[("MAIN", "10"), ("EAST", "5")], "4");
    let shown = numbers(&product, &terms(vec![everywhere()]), Basis::Real);
    assert_eq!(shown, [row("", 11, 4, 0)]);
}

#[test]
fn demand_is_charged_to_locations_in_order_and_the_rest_to_the_first() {
    let terms = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["EAST"])]);
    let shown = |on_orders: &str| {
        let product = candidate(&[("EAST", "5"), ("MAIN", "10")], on_orders);
        numbers(&product, &terms, Basis::Real)
    };
    assert_eq!(shown("4"), [row("R1", 6, 4, 0), row("R2", 5, 0, 0)]);
    assert_eq!(shown("12"), [row("R1", 0, 10, 0), row("R2", 3, 2, 0)]);
    assert_eq!(shown("20"), [row("R1", 0, 15, 5), row("R2", 0, 5, 0)]);
}

#[test]
fn a_location_without_record_gets_no_listing_and_no_demand() {
    let terms = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["EAST"])]);
    let product = candidate(&[("EAST", "5")], "9");
    assert_eq!(numbers(&product, &terms, Basis::Real), [row("R2", 0, 9, 4)]);
}

#[test]
fn stock_at_locations_the_channel_does_not_offer_is_not_offered() {
    let product = candidate(&[("MAIN", "10"), ("DOCK", "90")], "4");
    let terms = terms(vec![pool("R1", &["MAIN"])]);
    assert_eq!(numbers(&product, &terms, Basis::Real), [row("R1", 6, 4, 0)]);
}

#[test]
fn pools_that_share_a_location_do_not_offer_its_stock_twice() {
    let product = candidate(&[("MAIN", "10"), ("EAST", "5")], "0");
    let shared = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["MAIN", "EAST"])]);
    assert_eq!(numbers(&product, &shared, Basis::Real), [row("R1", 10, 0, 0), row("R2", 5, 0, 0)]);
    let twice = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["MAIN"])]);
    assert_eq!(numbers(&product, &twice, Basis::Real), [row("R1", 10, 0, 0), row("R2", 0, 0, 0)]);
}

#[test]
fn what_a_location_below_zero_lacks_is_not_sold_elsewhere() {
    let product = candidate(&[("MAIN", "-4"), ("EAST", "10")], "1");
    let both = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["EAST"])]);
    assert_eq!(numbers(&product, &both, Basis::Real), [row("R1", 0, 0, 0), row("R2", 5, 1, 0)]);
    let one = terms(vec![pool("R2", &["EAST"])]);
    assert_eq!(numbers(&product, &one, Basis::Real), [row("R2", 5, 1, 0)]);
}

#[test]
fn an_external_count_replaces_the_real_figure_whole_and_once() {
    let mut product = candidate(&[("MAIN", "3")], "9");
    product.external = Some(quantity("50.7"));
    let mut terms = terms(vec![pool("R1", &["MAIN"]), pool("R2", &["EAST"])]);
    terms.rules.buffer = quantity("5");
    terms.rules.maximum = Some(quantity("20"));
    let shown = numbers(&product, &terms, Basis::External);
    assert_eq!(shown, [row("R1", 50, 0, 0), row("R2", 0, 0, 0)]);
}

#[test]
fn a_real_feed_ignores_the_external_count() {
    let mut product = candidate(&[("MAIN", "3")], "0");
    product.external = Some(quantity("50"));
    let shown = numbers(&product, &terms(vec![everywhere()]), Basis::Real);
    assert_eq!(shown, [row("", 3, 0, 0)]);
}

#[test]
fn an_external_feed_carries_the_real_figure_where_no_count_is_set() {
    let product = candidate(&[("MAIN", "3")], "1");
    let terms = terms(vec![everywhere()]);
    let external = wanted(&product, &terms, Basis::External);
    assert_eq!(external, wanted(&product, &terms, Basis::Real));
}

#[test]
fn an_external_count_of_zero_is_a_count() {
    let mut product = candidate(&[("MAIN", "30")], "0");
    product.external = Some(Quantity::ZERO);
    let shown = numbers(&product, &terms(vec![everywhere()]), Basis::External);
    assert_eq!(shown, [row("", 0, 0, 0)]);
}

#[test]
fn a_field_the_marketplace_does_not_take_stays_empty() {
    let mut product = candidate(&[("MAIN", "3")], "9");
    product.product.discontinued = true;
    product.product.next_available_on = Some(jiff::civil::date(2031, 5, 6));
    let level = |fields: Fields| {
        let terms = Terms { fields, ..terms(vec![everywhere()]) };
        wanted(&product, &terms, Basis::Real)[0].level
    };
    let full = Level {
        quantity: 0,
        on_orders: 9,
        backordered: 6,
        next_available_on: Some(jiff::civil::date(2031, 5, 6)),
        discontinued: true,
    };
    assert_eq!(level(ALL_FIELDS), full);
    assert_eq!(level(Fields::default()), Level::LAST_ZERO);
}

#[test]
fn a_discontinued_product_is_still_sold_off() {
    let mut product = candidate(&[("MAIN", "3")], "0");
    product.product.discontinued = true;
    let level = wanted(&product, &terms(vec![everywhere()]), Basis::Real)[0].level;
    assert_eq!((level.quantity, level.discontinued), (3, true));
}

#[test]
fn no_number_exceeds_what_the_marketplace_takes() {
    let product = candidate(&[("MAIN", "500")], "400");
    let short = candidate(&[("MAIN", "0")], "400");
    for (quantity_max, cut) in [(1_000, [100, 400, 400]), (50, [50; 3]), (0, [0; 3]), (-1, [0; 3])]
    {
        let terms = Terms { quantity_max, ..terms(vec![everywhere()]) };
        let level = wanted(&product, &terms, Basis::Real)[0].level;
        let backordered = wanted(&short, &terms, Basis::Real)[0].level.backordered;
        assert_eq!([level.quantity, level.on_orders, backordered], cut, "{quantity_max}");
    }
}

#[test]
fn a_negative_buffer_or_maximum_raises_nothing() {
    let product = candidate(&[("MAIN", "10")], "0");
    let mut terms = terms(vec![everywhere()]);
    terms.rules.buffer = quantity("-5");
    assert_eq!(numbers(&product, &terms, Basis::Real), [row("", 10, 0, 0)]);
    terms.rules.maximum = Some(quantity("-5"));
    assert_eq!(numbers(&product, &terms, Basis::Real), [row("", 0, 0, 0)]);
}

#[test]
fn the_last_zero_is_zero_in_every_field() {
    assert_eq!(Level::LAST_ZERO, Level::default());
    let json = r#"{"quantity":0,"on_orders":0,"backordered":0,"next_available_on":null,"discontinued":false}"#;
    assert_eq!(serde_json::to_string(&Level::LAST_ZERO).unwrap(), json);
    assert_eq!(serde_json::from_str::<Level>(json).unwrap(), Level::LAST_ZERO);
}
