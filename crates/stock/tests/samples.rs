//! Products, channels and the strategies that make any number of them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::subsequence;
use trueup_stock::{
    Candidate, Fields, LocationCode, PartNumber, Pool, Product, Quantity, RemoteLocation, Rules,
    Source, Terms,
};

pub fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub fn location(name: &str) -> LocationCode {
    name.parse().unwrap()
}

pub fn product() -> Product {
    Product {
        code: "CHAIR-OAK-01".parse().unwrap(),
        name: "Oak chair".to_owned(),
        active: true,
        discontinued: false,
        incoming: None,
        next_available_on: None,
    }
}

/// An active, opted-in product with this stock and demand.
pub fn candidate(stock: &[(&str, &str)], on_orders: &str) -> Candidate {
    Candidate {
        product: product(),
        opted_in: true,
        part_number: PartNumber::try_from("CHAIR-OAK-01".to_owned()).unwrap(),
        shares_part_number_with: None,
        stock: stock.iter().map(|(place, amount)| (location(place), quantity(amount))).collect(),
        on_orders: quantity(on_orders),
        external: None,
    }
}

/// A channel without rules that takes every field.
pub fn terms(pools: Vec<Pool>) -> Terms {
    Terms { pools, rules: Rules::default(), fields: ALL_FIELDS, quantity_max: i64::from(i32::MAX) }
}

pub const ALL_FIELDS: Fields =
    Fields { on_orders: true, backordered: true, next_available_on: true, discontinued: true };

/// The one pool of a marketplace that knows no locations.
pub fn everywhere() -> Pool {
    Pool { remote: None, source: Source::Everywhere }
}

/// A marketplace location that offers these locations of ours.
pub fn pool(remote: &str, locations: &[&str]) -> Pool {
    Pool {
        remote: Some(RemoteLocation::try_from(remote.to_owned()).unwrap()),
        source: Source::Only(locations.iter().map(|name| location(name)).collect()),
    }
}

const LOCATIONS: [&str; 6] = ["MAIN", "EAST", "WEST", "NORTH", "SOUTH", "DOCK"];

/// Amounts as they occur, fractions and zero included.
pub fn amounts() -> impl Strategy<Value = Quantity> {
    (0_i64..=2_000_000).prop_map(Quantity::from_scaled)
}

/// Amounts that a correct source would not give: now and then below zero or absurdly large.
fn stock_amounts() -> impl Strategy<Value = Quantity> {
    let limit = Quantity::LIMIT.to_scaled();
    proptest::prop_oneof![
        12 => amounts(),
        1 => (-500_000_i64..0).prop_map(Quantity::from_scaled),
        1 => (0..=limit).prop_map(Quantity::from_scaled),
    ]
}

fn stock_records() -> impl Strategy<Value = Vec<(LocationCode, Quantity)>> {
    let places = subsequence(LOCATIONS.to_vec(), 0..=LOCATIONS.len()).prop_shuffle();
    (places, vec(stock_amounts(), LOCATIONS.len())).prop_map(|(places, amounts)| {
        let places = places.into_iter().map(location);
        places.zip(amounts).collect()
    })
}

/// Active, opted-in products with any stock and demand, the fixed count set on some.
pub fn candidates() -> impl Strategy<Value = Candidate> {
    let facts = (stock_records(), amounts(), option::of(amounts()), any::<bool>());
    facts.prop_map(|(stock, on_orders, external, discontinued)| Candidate {
        product: Product {
            discontinued,
            next_available_on: Some(jiff::civil::date(2031, 5, 6)),
            ..product()
        },
        stock,
        on_orders,
        external,
        ..candidate(&[], "0")
    })
}

/// Any pools: none, one for everything, disjoint or overlapping, in any order.
fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let sources = proptest::prop_oneof![
        1 => Just(None),
        6 => subsequence(LOCATIONS.to_vec(), 0..=3).prop_map(Some),
    ];
    vec(sources, 0..=7).prop_map(|sources| {
        let named = |(number, source): (usize, Option<Vec<&str>>)| match source {
            Some(places) => pool(&format!("R{number}"), &places),
            None => Pool { source: Source::Everywhere, ..pool(&format!("R{number}"), &[]) },
        };
        sources.into_iter().enumerate().map(named).collect()
    })
}

fn fields() -> impl Strategy<Value = Fields> {
    any::<[bool; 4]>().prop_map(|taken| Fields {
        on_orders: taken[0],
        backordered: taken[1],
        next_available_on: taken[2],
        discontinued: taken[3],
    })
}

/// Any channel. Its rules and limits are mostly sensible.
pub fn channels() -> impl Strategy<Value = Terms> {
    let buffer = (-20_000_i64..=200_000).prop_map(Quantity::from_scaled);
    let rules =
        (buffer, option::of(amounts())).prop_map(|(buffer, maximum)| Rules { buffer, maximum });
    let limits = proptest::prop_oneof![Just(i64::from(i32::MAX)), -5_i64..=100];
    (pools(), rules, fields(), limits).prop_map(|(pools, rules, fields, quantity_max)| Terms {
        pools,
        rules,
        fields,
        quantity_max,
    })
}
