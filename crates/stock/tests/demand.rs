//! Which orders count and how much of each line: both profiles against all twelve standings.

use trueup_stock::DemandProfile::{Documented, ShippedLines};
use trueup_stock::OrderState::{Cancelled, Closed, Open};
use trueup_stock::{DemandProfile, LineQuantities, NotCounted, OrderState, Quantity, Standing};

use crate::samples::quantity;

/// State, archived, ASN sent; then why the order does not count under `documented` and under
/// `shipped_lines`.
type Row = (OrderState, bool, bool, Option<NotCounted>, Option<NotCounted>);

const ARCHIVED: Option<NotCounted> = Some(NotCounted::Archived);
const ASN: Option<NotCounted> = Some(NotCounted::AsnSent);
const CALLED_OFF: Option<NotCounted> = Some(NotCounted::Cancelled);

const STANDINGS: [Row; 12] = [
    (Open, false, false, None, None),
    (Open, false, true, ASN, ASN),
    (Open, true, false, ARCHIVED, ARCHIVED),
    (Open, true, true, ARCHIVED, ARCHIVED),
    (Closed, false, false, None, None),
    (Closed, false, true, ASN, ASN),
    (Closed, true, false, ARCHIVED, ARCHIVED),
    (Closed, true, true, ARCHIVED, ARCHIVED),
    (Cancelled, false, false, None, CALLED_OFF),
    (Cancelled, false, true, ASN, ASN),
    (Cancelled, true, false, ARCHIVED, ARCHIVED),
    (Cancelled, true, true, ARCHIVED, ARCHIVED),
];

/// Ordered, shipped, cancelled; then what a counting line adds under each profile.
const LINES: [(&str, &str, &str, &str, &str); 13] = [
    ("10", "0", "0", "10", "10"),
    ("10", "4", "0", "10", "6"),
    ("10", "0", "3", "10", "7"),
    ("10", "4", "3", "10", "3"),
    ("10", "10", "0", "10", "0"),
    ("10", "0", "10", "10", "0"),
    ("10", "7", "3", "10", "0"),
    ("10", "12", "0", "10", "0"),
    ("10", "8", "8", "10", "0"),
    ("7.9", "0.4", "0.0001", "7.9", "7.4999"),
    ("0", "0", "0", "0", "0"),
    ("-5", "0", "0", "0", "0"),
    ("10000000000", "1", "0", "10000000000", "9999999999"),
];

fn standing(row: &Row) -> Standing {
    let (state, archived, asn_sent, ..) = *row;
    Standing { state, archived, asn_sent }
}

fn line(ordered: &str, shipped: &str, cancelled: &str) -> LineQuantities {
    LineQuantities {
        ordered: quantity(ordered),
        shipped: quantity(shipped),
        cancelled: quantity(cancelled),
    }
}

#[test]
fn each_standing_counts_or_says_why_not() {
    for row in &STANDINGS {
        let (.., documented, shipped_lines) = *row;
        let standing = standing(row);
        assert_eq!(Documented.counts(standing).err(), documented, "{standing:?}");
        assert_eq!(ShippedLines.counts(standing).err(), shipped_lines, "{standing:?}");
    }
}

#[test]
fn a_line_adds_its_outstanding_quantity_where_its_order_counts_and_nothing_elsewhere() {
    for row in &STANDINGS {
        let (.., documented, shipped_lines) = *row;
        for (ordered, shipped, cancelled, whole, rest) in LINES {
            let line = line(ordered, shipped, cancelled);
            let expected = [(Documented, documented, whole), (ShippedLines, shipped_lines, rest)];
            for (profile, reason, amount) in expected {
                let amount = match reason {
                    None => quantity(amount),
                    Some(_) => Quantity::ZERO,
                };
                let demand = profile.demand(standing(row), &line);
                assert_eq!(demand, amount, "{profile:?} {row:?} {line:?}");
            }
        }
    }
}

#[test]
fn shipping_never_lowers_documented_demand() {
    for shipped in ["0", "1", "10", "10000"] {
        let demand = Documented.outstanding(&line("10", shipped, "0"));
        assert_eq!(demand, quantity("10"), "shipped {shipped}");
    }
}

#[test]
fn the_counting_standings_are_the_ones_that_count() {
    for profile in [Documented, ShippedLines] {
        let listed: Vec<Standing> = profile.counting().collect();
        for standing in Standing::all() {
            let counts = profile.counts(standing).is_ok();
            assert_eq!(listed.contains(&standing), counts, "{profile:?} {standing:?}");
        }
    }
    assert_eq!(Documented.counting().count(), 3);
    assert_eq!(ShippedLines.counting().count(), 2);
}

#[test]
fn the_twelve_standings_are_the_table_in_order() {
    let listed: Vec<Standing> = Standing::all().collect();
    let table: Vec<Standing> = STANDINGS.iter().map(standing).collect();
    assert_eq!(listed, table);
}

#[test]
fn a_standing_survives_being_a_number() {
    for (number, standing) in (0_i16..).zip(Standing::all()) {
        assert_eq!(standing.to_number(), number);
        assert_eq!(Standing::from_number(number), Some(standing));
    }
    for number in [i16::MIN, -1, 12, i16::MAX] {
        assert_eq!(Standing::from_number(number), None, "{number}");
    }
}

#[test]
fn documented_is_the_profile_where_none_is_chosen() {
    assert_eq!(DemandProfile::default(), Documented);
    assert_eq!(OrderState::default(), Open);
}

#[test]
fn profiles_and_states_have_the_names_of_the_settings_and_files() {
    let name = |value: &DemandProfile| serde_json::to_string(value).unwrap();
    assert_eq!(name(&Documented), r#""documented""#);
    assert_eq!(name(&ShippedLines), r#""shipped_lines""#);
    for (state, name) in [(Open, "open"), (Closed, "closed"), (Cancelled, "cancelled")] {
        assert_eq!(state.to_string(), name);
        let read: OrderState = serde_json::from_str(&format!("\"{name}\"")).unwrap();
        assert_eq!(read, state);
    }
    assert!(serde_json::from_str::<DemandProfile>(r#""Documented""#).is_err());
}
