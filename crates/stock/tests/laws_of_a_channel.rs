//! Laws of one plan, for any product and any channel.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use trueup_stock::{Basis, Candidate, Held, Pool, Quantity, Terms, Wanted, plan};

use crate::samples::{candidates, channels, everywhere};

const BOTH: [Basis; 2] = [Basis::Real, Basis::External];

fn is_known(pool: &Pool, candidate: &Candidate) -> bool {
    candidate.stock.iter().any(|(location, _)| pool.source.takes(location))
}

/// The listings of a plan, or none where the product is held.
fn listings(candidate: &Candidate, terms: &Terms, basis: Basis) -> Vec<Wanted> {
    plan(candidate, terms, basis).unwrap_or_default()
}

proptest! {
    #[test]
    fn a_channel_never_offers_more_than_the_product_has(
        candidate in candidates(), terms in channels(),
    ) {
        let listings = listings(&candidate, &terms, Basis::Real);
        let offered: Quantity = listings.iter().map(|listing| listing.working.available).sum();
        let sent: i64 = listings.iter().map(|listing| listing.level.quantity).sum();
        let available = candidate.figures().available.unwrap_or_default();
        prop_assert!(offered <= available);
        prop_assert!(sent <= available.floor_units());
    }

    #[test]
    fn all_demand_is_charged_and_none_twice(candidate in candidates(), terms in channels()) {
        let listings = listings(&candidate, &terms, Basis::Real);
        let charged: Quantity = listings.iter().map(|listing| listing.working.on_orders).sum();
        prop_assert!(listings.is_empty() || charged == candidate.on_orders);
    }

    #[test]
    fn the_figures_laws_hold_at_every_listing(candidate in candidates(), terms in channels()) {
        for basis in BOTH {
            for working in listings(&candidate, &terms, basis).iter().map(|listing| &listing.working) {
                let (available, backordered) = (working.available, working.backordered);
                prop_assert_eq!(working.net, working.stock.minus(working.on_orders));
                prop_assert_eq!(working.net, available.minus(backordered));
                prop_assert!(!available.is_negative() && !backordered.is_negative());
                prop_assert!(available == Quantity::ZERO || backordered == Quantity::ZERO);
                prop_assert!(working.external.is_some() || working.after_buffer <= available);
                prop_assert!(working.after_maximum <= working.after_buffer);
            }
        }
    }

    #[test]
    fn every_number_is_within_what_the_marketplace_takes(
        candidate in candidates(), terms in channels(),
    ) {
        let taken = 0..=terms.quantity_max.max(0);
        for basis in BOTH {
            for level in listings(&candidate, &terms, basis).iter().map(|listing| listing.level) {
                prop_assert!(taken.contains(&level.quantity));
                prop_assert!(taken.contains(&level.on_orders));
                prop_assert!(taken.contains(&level.backordered));
                prop_assert!(terms.fields.on_orders || level.on_orders == 0);
                prop_assert!(terms.fields.backordered || level.backordered == 0);
                prop_assert!(terms.fields.next_available_on || level.next_available_on.is_none());
                prop_assert!(terms.fields.discontinued || !level.discontinued);
            }
        }
    }

    #[test]
    fn a_listing_exists_exactly_where_a_record_does(candidate in candidates(), terms in channels()) {
        let known = terms.pools.iter().filter(|pool| is_known(pool, &candidate));
        let expected: Vec<_> = known.map(|pool| pool.remote.clone()).collect();
        let listings = listings(&candidate, &terms, Basis::Real);
        let planned: Vec<_> = listings.into_iter().map(|listing| listing.location).collect();
        prop_assert_eq!(planned, expected);
    }

    #[test]
    fn unknown_stock_never_becomes_a_number(candidate in candidates(), terms in channels()) {
        let candidate = Candidate { stock: Vec::new(), external: None, ..candidate };
        for basis in BOTH {
            prop_assert_eq!(plan(&candidate, &terms, basis), Err(Held::UnknownStock));
        }
    }

    #[test]
    fn an_external_count_is_sent_once_and_real_numbers_beside_it_never(
        candidate in candidates(), terms in channels(), count in 0_i64..1_000_000,
    ) {
        let external = Some(Quantity::from_scaled(count));
        let candidate = Candidate { external, ..candidate };
        let listings = listings(&candidate, &terms, Basis::External);
        prop_assert_eq!(listings.len(), terms.pools.len());
        for (position, listing) in listings.iter().enumerate() {
            let whole = if position == 0 { count / 10_000 } else { 0 };
            prop_assert_eq!(listing.level.quantity, whole.min(terms.quantity_max).max(0));
            prop_assert_eq!((listing.level.on_orders, listing.level.backordered), (0, 0));
        }
    }

    #[test]
    fn one_pool_for_everything_shows_the_products_own_figures(
        candidate in candidates(), terms in channels(),
    ) {
        let terms = Terms { pools: vec![everywhere()], ..terms };
        let Ok(wanted) = plan(&candidate, &terms, Basis::Real) else {
            prop_assert!(candidate.stock.is_empty());
            return Ok(());
        };
        let available = candidate.figures().available.unwrap();
        let buffered = available.minus(terms.rules.buffer.or_zero()).or_zero();
        let capped = terms.rules.maximum.map_or(buffered, |maximum| buffered.min(maximum));
        let expected = capped.floor_units().min(terms.quantity_max).max(0);
        prop_assert_eq!(wanted[0].level.quantity, expected);
        prop_assert_eq!(wanted[0].working.available, available);
        prop_assert_eq!(Some(wanted[0].working.backordered), candidate.figures().backordered);
    }
}
