//! What holds of any step, whatever the world is like.

use trueup_delivery::{Event, Generation, Listing, Priority, State, Suspect};

/// Panics where a step breaks a law.
pub fn check_step(before: &Listing, event: &Event, after: &Listing) {
    let grown = after.wanted.generation.0 - before.wanted.generation.0;
    let is_changed =
        after.wanted.level != before.wanted.level || after.wanted.is_last != before.wanted.is_last;
    assert_eq!(grown, i64::from(is_changed), "a generation is one change");
    let generation_of =
        |listing: &Listing| listing.acknowledged.map_or(Generation(0), |a| a.generation);
    assert!(generation_of(after) >= generation_of(before), "an older number followed a newer one");
    match &after.state {
        State::Clean => assert!(after.is_certain() && !after.wanted.is_last),
        State::Retired => {
            assert!(after.wanted.is_last && (after.is_certain() || !after.is_owed()));
        }
        State::Due { priority, .. } => {
            assert!(after.is_owed(), "nothing is owed");
            assert_eq!(*priority == Priority::Confirm, after.is_certain(), "due although clean");
        }
        State::InFlight(_) | State::Parked(_) => {}
    }
    check_suspects(before, event, after);
}

fn check_suspects(before: &Listing, event: &Event, after: &Listing) {
    for suspect in &before.suspects {
        let stays = after.suspects.iter().any(|kept| {
            kept.quantity == suspect.quantity && kept.settle_until >= suspect.settle_until
        });
        let is_settled = matches!(
            event, Event::Accepted { sent, .. } if suspect.settle_until <= sent.started_at
        );
        let is_ended = matches!(
            event, Event::Ended { batch, .. }
                if *batch == suspect.batch && suspect.settle_until == Suspect::UNDER_WAY
        );
        assert!(stays || is_settled || is_ended, "a suspect vanished before it was settled");
    }
}
