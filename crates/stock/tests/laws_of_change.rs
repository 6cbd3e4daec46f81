//! Laws of two plans: what a change of the inputs may and may not do.

use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use trueup_stock::{Basis, Candidate, Held, Quantity, Rules, Terms, plan};

use crate::samples::{amounts, candidates, channels};

/// What each marketplace location shows; nothing where it has no listing.
fn shown(candidate: &Candidate, terms: &Terms) -> Vec<Option<i64>> {
    let wanted = plan(candidate, terms, Basis::Real).unwrap_or_default();
    let quantity_at = |pool: &trueup_stock::Pool| {
        let listing = wanted.iter().find(|wanted| wanted.location == pool.remote);
        listing.map(|wanted| wanted.level.quantity)
    };
    terms.pools.iter().map(quantity_at).collect()
}

/// Whether no location shows more than before; one that lost its listing shows nothing new.
fn none_rose(before: &[Option<i64>], after: &[Option<i64>]) -> bool {
    before.iter().zip(after).all(|(before, after)| after <= before)
}

fn shuffled_candidates() -> impl Strategy<Value = (Candidate, Candidate)> {
    candidates().prop_flat_map(|candidate| {
        let stock = Just(candidate.stock.clone()).prop_shuffle();
        stock.prop_map(move |stock| {
            let shuffled = Candidate { stock, ..candidate.clone() };
            (candidate.clone(), shuffled)
        })
    })
}

proptest! {
    #[test]
    fn more_demand_never_raises_any_quantity(
        candidate in candidates(), terms in channels(), more in amounts(),
    ) {
        let on_orders = candidate.on_orders.plus(more);
        let busier = Candidate { on_orders, ..candidate.clone() };
        prop_assert!(none_rose(&shown(&candidate, &terms), &shown(&busier, &terms)));
    }

    #[test]
    fn less_stock_never_raises_any_quantity(
        candidate in candidates(), terms in channels(), less in amounts(), at in proptest::prelude::any::<Index>(),
    ) {
        let mut poorer = candidate.clone();
        if !poorer.stock.is_empty() {
            let record = at.index(poorer.stock.len());
            poorer.stock[record].1 = poorer.stock[record].1.minus(less);
        }
        prop_assert!(none_rose(&shown(&candidate, &terms), &shown(&poorer, &terms)));
    }

    #[test]
    fn a_lost_record_of_stock_never_raises_any_quantity(
        candidate in candidates(), terms in channels(), at in proptest::prelude::any::<Index>(),
    ) {
        let mut poorer = candidate.clone();
        // A record below zero is a debt, and a debt that is gone may raise a number.
        poorer.stock.retain(|(_, quantity)| !quantity.is_negative());
        let before = shown(&poorer, &terms);
        if !poorer.stock.is_empty() {
            poorer.stock.remove(at.index(poorer.stock.len()));
        }
        prop_assert!(none_rose(&before, &shown(&poorer, &terms)));
    }

    #[test]
    fn a_stricter_rule_never_raises_any_quantity(
        candidate in candidates(), terms in channels(), more in amounts(), maximum in amounts(),
    ) {
        let before = shown(&candidate, &terms);
        let buffer = terms.rules.buffer.plus(more);
        let lower = terms.rules.maximum.map_or(maximum, |present| present.min(maximum));
        let kept = terms.rules.maximum;
        for rules in [
            Rules { buffer, maximum: kept },
            Rules { buffer: terms.rules.buffer, maximum: Some(lower) },
        ] {
            let stricter = Terms { rules, ..terms.clone() };
            prop_assert!(none_rose(&before, &shown(&candidate, &stricter)));
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_plan_in_any_order_of_records(
        (candidate, shuffled) in shuffled_candidates(), terms in channels(),
    ) {
        for basis in [Basis::Real, Basis::External] {
            let planned = plan(&candidate, &terms, basis);
            prop_assert_eq!(&planned, &plan(&candidate.clone(), &terms.clone(), basis));
            prop_assert_eq!(&planned, &plan(&shuffled, &terms, basis));
        }
    }

    #[test]
    fn any_order_of_pools_offers_the_same_in_all(
        candidate in candidates(), terms in channels(), turn in 0_usize..8,
    ) {
        let mut turned = terms.clone();
        let pools = turned.pools.len().max(1);
        turned.pools.rotate_left(turn % pools);
        let offered = |terms: &Terms| -> Quantity {
            let wanted = plan(&candidate, terms, Basis::Real).unwrap_or_default();
            wanted.iter().map(|wanted| wanted.working.available).sum()
        };
        prop_assert_eq!(offered(&terms), offered(&turned));
    }

    #[test]
    fn a_product_off_the_channel_or_inactive_leaves_whatever_its_numbers(
        candidate in candidates(), terms in channels(), opted_in in proptest::bool::ANY,
    ) {
        let mut leaving = Candidate { opted_in, ..candidate };
        leaving.product.active = false;
        for basis in [Basis::Real, Basis::External] {
            let held = plan(&leaving, &terms, basis).unwrap_err();
            prop_assert!(held.is_leaving());
            prop_assert_eq!(held == Held::NotOptedIn, !opted_in);
        }
    }
}
