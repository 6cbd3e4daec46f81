//! Listings that a True-Up in which an absent line means 0 does not name.

use jiff::Timestamp;
use trueup_delivery::{BatchId, Event, Listing, Priority, State, Suspect, step};

use crate::moves::{SETTLE, accept, at, claim, due, level, lose, want};

const WHOLE: BatchId = BatchId(1);

fn left_out(listing: Listing, settle_until: Timestamp) -> Listing {
    step(listing, Event::LeftOut { batch: WHOLE, settle_until })
}

fn ended(listing: Listing, settle_until: Timestamp) -> Listing {
    step(listing, Event::Ended { batch: WHOLE, settle_until })
}

/// Told 5 by batch 2 while the True-Up may land until then.
fn told(settle_until: Timestamp) -> Listing {
    let (listing, sent) = claim(Listing::new(level(5), at(0)), 2, 10);
    accept(left_out(listing, settle_until), sent, 11)
}

#[test]
fn what_is_told_while_a_whole_true_up_may_land_may_show_zero_and_is_confirmed() {
    let listing = told(at(600));
    assert_eq!(listing.possible().collect::<Vec<_>>(), [5, 0]);
    assert_eq!(due(&listing), (Priority::First, at(600)));
    let (listing, sent) = claim(listing, 3, 600);
    assert_eq!(accept(listing, sent, 601).state, State::Clean);
}

#[test]
fn while_it_is_under_way_the_confirmation_waits_for_its_end() {
    let listing = told(Suspect::UNDER_WAY);
    assert_eq!(due(&listing).1, Suspect::UNDER_WAY);
    assert_eq!(due(&ended(listing.clone(), at(700))), (Priority::First, at(700)));
    let (listing, sent) = claim(listing, 3, 50);
    let listing = accept(ended(listing, at(60)), sent, 61);
    assert_eq!(due(&listing).1, at(60), "that send began before the end");
    let (listing, sent) = claim(listing, 4, 62);
    assert_eq!(accept(listing, sent, 63).state, State::Clean);
}

#[test]
fn a_new_number_does_not_wait_for_its_end() {
    let listing = want(told(Suspect::UNDER_WAY), 3, 20);
    assert_eq!(due(&listing), (Priority::Decrease, at(20)));
    assert_eq!(due(&ended(listing, at(700))).1, at(20));
}

#[test]
fn a_zero_of_its_own_is_doubted_apart_from_the_true_ups() {
    let (listing, sent) = claim(want(told(Suspect::UNDER_WAY), 0, 20), 3, 20);
    let listing = ended(lose(listing, sent, 21), at(30));
    let zeros: Vec<Timestamp> =
        listing.suspects.iter().filter(|s| s.quantity == 0).map(|s| s.settle_until).collect();
    assert_eq!(zeros, [at(30), at(21) + SETTLE]);
}

#[test]
fn leaving_it_out_twice_and_ending_it_twice_change_nothing() {
    let fresh = Listing::new(level(5), at(0));
    assert_eq!(left_out(fresh.clone(), at(5)), fresh, "who is told nothing shows nothing");
    let (listing, _) = claim(told(Suspect::UNDER_WAY), 3, 20);
    assert_eq!(left_out(listing.clone(), at(5)), listing);
    let listing = told(Suspect::UNDER_WAY);
    let listing = ended(listing, at(700));
    assert_eq!(ended(listing.clone(), at(9)), listing);
    assert_eq!(listing.exposure(), 0);
}
