//! The rules of the state machine, one by one.

use trueup_delivery::{BatchId, Event, Generation, Listing, Priority, Sent, State, step};

use crate::moves::{accept, at, claim, clean, due, leave, level, lose, reject, want};

#[test]
fn the_first_number_is_due_at_once_and_clean_when_accepted() {
    let listing = Listing::new(level(5), at(0));
    assert_eq!(due(&listing), (Priority::First, at(0)));
    assert_eq!(clean().state, State::Clean);
}

#[test]
fn decreases_go_before_increases() {
    assert_eq!(due(&want(clean(), 0, 9)).0, Priority::ToZero);
    assert_eq!(due(&want(clean(), 4, 9)).0, Priority::Decrease);
    assert_eq!(due(&want(clean(), 6, 9)).0, Priority::Increase);
    assert!(Priority::ALL.is_sorted());
    for priority in Priority::ALL {
        assert_eq!(Priority::from_number(priority.to_number()), priority);
    }
}

#[test]
fn a_number_that_went_back_is_clean_again_unsent() {
    let back = want(want(clean(), 6, 9), 5, 10);
    assert_eq!((&back.state, back.wanted.generation), (&State::Clean, Generation(3)));
}

#[test]
fn a_number_that_went_back_while_something_may_land_is_sent() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    let back = want(lose(listing, sent, 10), 5, 11);
    assert_eq!(due(&back), (Priority::Decrease, at(11)));
}

#[test]
fn an_acknowledgement_counts_for_what_was_sent_and_not_for_what_is_wanted_now() {
    let (listing, sent) = claim(Listing::new(level(5), at(0)), 1, 0);
    let listing = accept(want(listing, 3, 1), sent, 2);
    assert_eq!(listing.acknowledged.unwrap().level, level(5));
    assert_eq!(due(&listing), (Priority::Decrease, at(2)));
}

#[test]
fn an_unknown_outcome_is_confirmed_again_after_the_settle_time() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    let listing = lose(listing, sent, 10);
    assert_eq!(due(&listing), (Priority::First, at(30)));
    let (listing, sent) = claim(listing, 3, 30);
    let listing = accept(listing, sent, 31);
    assert_eq!(due(&listing), (Priority::First, at(610)), "{listing:?}");
    let (listing, sent) = claim(listing, 4, 610);
    assert_eq!(accept(listing, sent, 611).state, State::Clean);
}

#[test]
fn a_decrease_after_an_unknown_outcome_is_due_at_once() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    let (lost, moved) = (lose(listing.clone(), sent, 10), want(listing, 2, 10));
    assert_eq!(due(&want(lost.clone(), 2, 11)), (Priority::Decrease, at(11)));
    assert_eq!(due(&lose(moved, sent, 10)), (Priority::Decrease, at(10)));
    let raised = want(lost, 9, 11);
    assert_eq!(due(&raised), (Priority::First, at(30)), "an increase waits for the back-off");
}

#[test]
fn a_hot_listing_keeps_its_place_in_the_queue() {
    let listing = want(want(clean(), 6, 9), 7, 50);
    assert_eq!(due(&listing), (Priority::Increase, at(9)));
}

#[test]
fn a_long_outage_leaves_one_suspect_per_number() {
    let mut listing = want(clean(), 6, 9);
    for round in 0..100 {
        let (claimed, sent) = claim(listing, 2 + round, 100 * round);
        listing = lose(claimed, sent, 100 * round + 1);
    }
    assert_eq!(listing.suspects.len(), 1);
    assert_eq!(listing.suspects[0].settle_until, at(9901 + 600));
}

#[test]
fn a_true_up_line_without_effect_is_still_to_be_confirmed() {
    let (listing, sent) = claim(clean(), 2, 9);
    let listing = step(listing, Event::NotApplied { sent, not_before: at(30) });
    assert_eq!(due(&listing), (Priority::Confirm, at(30)));
}

#[test]
fn a_refusal_parks_until_its_subject_changes() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    let parked = reject(listing, sent, 10);
    assert!(matches!(parked.state, State::Parked(_)));
    let newer = want(parked.clone(), 7, 11);
    assert!(matches!(newer.state, State::Parked(_)), "another number is the same question");
    assert_eq!(newer.wanted.level, level(7));
    let event = Event::Want { level: level(7), is_last: false, fingerprint: 8, now: at(12) };
    assert_eq!(due(&step(newer.clone(), event)), (Priority::Increase, at(12)));
    assert_eq!(due(&step(newer.clone(), Event::Retry { now: at(13) })).1, at(13));
    assert_eq!(want(newer, 5, 14).state, State::Clean, "what stands is wanted again");
}

#[test]
fn a_refusal_of_a_number_nobody_wants_any_more_does_not_park() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    assert_eq!(due(&reject(want(listing, 2, 10), sent, 11)), (Priority::Decrease, at(11)));
}

#[test]
fn a_last_zero_retires_and_coming_back_continues_the_generation() {
    let leaving = leave(clean(), 9);
    assert_eq!(due(&leaving).0, Priority::ToZero);
    let (listing, sent) = claim(leaving, 2, 9);
    let retired = accept(listing, sent, 10);
    assert_eq!(retired.state, State::Retired);
    assert_eq!(leave(retired.clone(), 11), retired, "leaving twice is leaving once");
    let back = want(retired, 5, 12);
    assert_eq!((due(&back).0, back.wanted.generation), (Priority::Increase, Generation(3)));
}

#[test]
fn a_listing_that_was_never_told_anything_retires_unsent() {
    assert_eq!(leave(Listing::new(level(5), at(0)), 1).state, State::Retired);
    let (listing, sent) = claim(Listing::new(level(5), at(0)), 1, 0);
    let refused = reject(listing.clone(), sent, 1);
    assert_eq!(leave(refused, 2).state, State::Retired);
    let event = Event::NotApplied { sent, not_before: at(20) };
    assert_eq!(step(leave(listing, 1), event).state, State::Retired);
}

#[test]
fn leaving_asks_once_more_where_the_number_was_refused() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    let leaving = leave(reject(listing, sent, 10), 11);
    assert_eq!(due(&leaving), (Priority::ToZero, at(11)));
}

#[test]
fn outcomes_of_another_batch_and_second_claims_change_nothing() {
    let (listing, sent) = claim(want(clean(), 6, 9), 2, 9);
    let other = Sent { batch: BatchId(99), ..sent };
    assert_eq!(accept(listing.clone(), other, 10), listing);
    assert_eq!(reject(listing.clone(), other, 10), listing);
    assert_eq!(lose(listing.clone(), other, 10), listing);
    assert_eq!(claim(listing.clone(), 3, 10).0, listing);
}
