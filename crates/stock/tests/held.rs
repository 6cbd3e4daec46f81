//! Why a product is not sent, and which reasons deliver a last zero.

use trueup_stock::{Basis, Candidate, Held, Pool, plan};

use crate::samples::{candidate, everywhere, pool, quantity, terms};

const BOTH: [Basis; 2] = [Basis::Real, Basis::External];

fn held(candidate: &Candidate, pools: Vec<Pool>, basis: Basis) -> Held {
    plan(candidate, &terms(pools), basis).unwrap_err()
}

fn shared() -> Held {
    Held::SharedPartNumber {
        part_number: "CHAIR-OAK-01".parse().unwrap(),
        with: "CHAIR-OAK-02".parse().unwrap(),
    }
}

#[test]
fn the_first_thing_to_change_is_the_reason_given() {
    let mut product = candidate(&[], "3");
    product.opted_in = false;
    product.product.active = false;
    product.shares_part_number_with = Some("CHAIR-OAK-02".parse().unwrap());
    for basis in BOTH {
        let mut product = product.clone();
        assert_eq!(held(&product, vec![everywhere()], basis), Held::NotOptedIn);
        product.opted_in = true;
        assert_eq!(held(&product, vec![everywhere()], basis), Held::Inactive);
        product.product.active = true;
        assert_eq!(held(&product, vec![everywhere()], basis), shared());
        product.shares_part_number_with = None;
        assert_eq!(held(&product, vec![everywhere()], basis), Held::UnknownStock);
    }
}

#[test]
fn unknown_stock_is_held_and_never_sent_as_zero() {
    for basis in BOTH {
        let product = candidate(&[], "0");
        assert_eq!(held(&product, vec![everywhere()], basis), Held::UnknownStock);
        assert_eq!(held(&product, vec![pool("R1", &["MAIN"])], basis), Held::UnknownStock);
    }
}

#[test]
fn stock_elsewhere_is_told_from_no_stock_record() {
    let product = candidate(&[("DOCK", "9")], "0");
    let reason = held(&product, vec![pool("R1", &["MAIN"])], Basis::Real);
    assert_eq!(reason, Held::NoStockAtChannelLocations);
}

#[test]
fn an_external_count_is_sent_although_stock_is_unknown() {
    let mut product = candidate(&[], "3");
    product.external = Some(quantity("12"));
    let wanted = plan(&product, &terms(vec![everywhere()]), Basis::External).unwrap();
    assert_eq!(wanted[0].level.quantity, 12);
    assert_eq!(held(&product, vec![everywhere()], Basis::Real), Held::UnknownStock);
}

#[test]
fn a_channel_without_locations_to_offer_says_so_instead_of_sending_nothing() {
    let mut product = candidate(&[("MAIN", "3")], "0");
    assert_eq!(held(&product, vec![], Basis::Real), Held::NoStockAtChannelLocations);
    product.external = Some(quantity("12"));
    assert_eq!(held(&product, vec![], Basis::External), Held::NoStockAtChannelLocations);
    product.stock.clear();
    let reason = held(&product, vec![], Basis::External);
    assert_eq!(reason, Held::NoStockAtChannelLocations);
}

#[test]
fn a_known_zero_is_sent_as_zero() {
    let wanted = plan(&candidate(&[("MAIN", "0")], "0"), &terms(vec![everywhere()]), Basis::Real);
    assert_eq!(wanted.unwrap()[0].level.quantity, 0);
}

#[test]
fn only_leaving_the_channel_delivers_a_last_zero() {
    let reasons = [
        (Held::NotOptedIn, true),
        (Held::Inactive, true),
        (Held::UnknownStock, false),
        (Held::NoStockAtChannelLocations, false),
        (shared(), false),
    ];
    for (reason, leaves) in reasons {
        assert_eq!(reason.is_leaving(), leaves, "{reason}");
    }
}

#[test]
fn a_reason_is_json_with_a_name() {
    let json = |held: &Held| serde_json::to_string(held).unwrap();
    assert_eq!(json(&Held::UnknownStock), r#"{"reason":"unknown_stock"}"#);
    let both =
        r#"{"reason":"shared_part_number","part_number":"CHAIR-OAK-01","with":"CHAIR-OAK-02"}"#;
    assert_eq!(json(&shared()), both);
}
