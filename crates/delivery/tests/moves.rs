//! One listing's moves, in few words.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{BatchId, Event, Listing, Parked, Priority, Sent, State, step};
use trueup_stock::Level;

pub const SETTLE: SignedDuration = SignedDuration::from_secs(600);

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

pub fn level(quantity: i64) -> Level {
    Level { quantity, ..Level::default() }
}

pub fn want(listing: Listing, quantity: i64, now: i64) -> Listing {
    let now = at(now);
    step(listing, Event::Want { level: level(quantity), is_last: false, fingerprint: 7, now })
}

pub fn leave(listing: Listing, now: i64) -> Listing {
    let now = at(now);
    step(listing, Event::Want { level: Level::LAST_ZERO, is_last: true, fingerprint: 7, now })
}

pub fn claim(listing: Listing, batch: i64, now: i64) -> (Listing, Sent) {
    let (batch, wanted) = (BatchId(batch), listing.wanted);
    let sent =
        Sent { batch, generation: wanted.generation, level: wanted.level, started_at: at(now) };
    (step(listing, Event::Claimed(batch)), sent)
}

pub fn accept(listing: Listing, sent: Sent, now: i64) -> Listing {
    step(listing, Event::Accepted { sent, now: at(now) })
}

pub fn lose(listing: Listing, sent: Sent, now: i64) -> Listing {
    let not_before = at(now + 20);
    step(listing, Event::Unknown { sent, now: at(now), settle: SETTLE, not_before })
}

pub fn reject(listing: Listing, sent: Sent, now: i64) -> Listing {
    let parked = Parked { reason: "unknown part".to_owned(), fingerprint: 7, probe_at: at(now) };
    step(listing, Event::Rejected { sent, parked, now: at(now) })
}

/// Acknowledged with 5 by batch 1 at second 1.
pub fn clean() -> Listing {
    let (listing, sent) = claim(Listing::new(level(5), at(0)), 1, 0);
    accept(listing, sent, 1)
}

pub fn due(listing: &Listing) -> (Priority, Timestamp) {
    let State::Due { priority, not_before } = listing.state else {
        panic!("not due: {:?}", listing.state)
    };
    (priority, not_before)
}
