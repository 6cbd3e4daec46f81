//! How a listing moves: one listing, one event, one new listing.

use jiff::{SignedDuration, Timestamp};
use trueup_stock::Level;

use crate::{
    Acknowledged, BatchId, Event, Listing, Parked, Priority, Sent, State, Suspect, Wanted, mutant,
};

/// Moves a listing by one event.
///
/// Outcomes of a batch that no longer holds the listing are late news and change nothing.
#[must_use]
pub fn step(listing: Listing, event: Event) -> Listing {
    match event {
        Event::Want { level, is_last, fingerprint, now } => {
            want(listing, level, is_last, fingerprint, now)
        }
        Event::Claimed(batch) => claimed(listing, batch),
        Event::LeftOut { batch, settle_until } => left_out(listing, batch, settle_until),
        Event::Ended { batch, settle_until } => ended(listing, batch, settle_until),
        Event::Retry { now } => retry(listing, now),
        Event::Accepted { sent, now } => match_batch(listing, sent, |l| accepted(l, sent, now)),
        Event::Rejected { sent, parked, now } => {
            match_batch(listing, sent, |l| rejected(l, sent, parked, now))
        }
        Event::NotApplied { sent, not_before } => {
            match_batch(listing, sent, |l| not_applied(l, not_before))
        }
        Event::Unknown { sent, now, settle, not_before } => {
            match_batch(listing, sent, |l| unknown(l, sent, now, settle, not_before))
        }
    }
}

fn match_batch(listing: Listing, sent: Sent, change: impl FnOnce(Listing) -> Listing) -> Listing {
    if listing.state == State::InFlight(sent.batch) { change(listing) } else { listing }
}

fn want(
    mut listing: Listing,
    level: Level,
    is_last: bool,
    fingerprint: i64,
    now: Timestamp,
) -> Listing {
    let is_turned = is_last != listing.wanted.is_last;
    let is_new = level != listing.wanted.level || is_turned;
    if mutant!(LosesChangeInFlight) && matches!(listing.state, State::InFlight(_)) {
        return listing;
    }
    if is_new {
        let generation = listing.wanted.generation.next();
        listing.wanted = Wanted { level, generation, is_last };
    }
    match &listing.state {
        State::InFlight(_) => listing,
        State::Parked(parked) => {
            // Leaving or coming back is another question than the one that was refused.
            let is_same_question = parked.fingerprint == fingerprint && !is_turned;
            let is_moot = is_new && listing.is_certain();
            let stays = is_same_question && !is_moot || mutant!(NeverUnparks);
            if stays { listing } else { due(listing, now) }
        }
        State::Due { not_before, .. } if is_new => {
            let not_before = earliest(&listing, *not_before, now);
            due(listing, not_before)
        }
        State::Clean | State::Retired if is_new => due(listing, now),
        State::Clean | State::Retired | State::Due { .. } => listing,
    }
}

/// When a new number goes out that had to wait: a back-off stays, unless a send nobody heard of may
/// show more than there is; a wait for a suspect to settle holds no new number back; and whoever
/// waited already keeps the place in the queue.
fn earliest(listing: &Listing, not_before: Timestamp, now: Timestamp) -> Timestamp {
    let is_backing_off = listing.attempts > 0 && !is_dangerous(listing);
    if is_backing_off { not_before } else { not_before.min(now) }
}

fn is_dangerous(listing: &Listing) -> bool {
    !listing.suspects.is_empty() && listing.exposure() > 0
}

fn claimed(listing: Listing, batch: BatchId) -> Listing {
    match listing.state {
        State::Clean | State::Due { .. } | State::Parked(_) => {
            Listing { state: State::InFlight(batch), ..listing }
        }
        // At most one live claim per listing, and none of a listing that left.
        State::InFlight(_) | State::Retired => listing,
    }
}

/// Sets a listing on its way, or to rest where nothing else can be believed.
fn due(listing: Listing, not_before: Timestamp) -> Listing {
    let is_gone = mutant!(RetiresAtOnce) && listing.wanted.is_last;
    if listing.is_certain() || !listing.is_owed() || is_gone {
        rest(listing)
    } else {
        again(listing, not_before)
    }
}

fn rest(mut listing: Listing) -> Listing {
    listing.state = if listing.wanted.is_last { State::Retired } else { State::Clean };
    listing
}

fn again(mut listing: Listing, not_before: Timestamp) -> Listing {
    listing.state = State::Due { priority: priority(&listing), not_before };
    listing
}

fn priority(listing: &Listing) -> Priority {
    if listing.is_certain() {
        return Priority::Confirm;
    }
    let priority = Priority::of(&listing.wanted.level, listing.possible().max());
    // An unclear outcome is confirmed before anybody is told more.
    if listing.suspects.is_empty() { priority } else { priority.min(Priority::First) }
}

fn failed(mut listing: Listing) -> Listing {
    listing.attempts = listing.attempts.saturating_add(1);
    listing
}

fn accepted(mut listing: Listing, sent: Sent, now: Timestamp) -> Listing {
    let Sent { mut level, generation, started_at, .. } = sent;
    if mutant!(AcknowledgesWanted) {
        level = listing.wanted.level;
    }
    listing.acknowledged = Some(Acknowledged { level, generation, at: now });
    listing.attempts = 0;
    // Only a send that began after a suspect's danger had passed proves that it is harmless.
    let may_land = |suspect: &Suspect| suspect.settle_until > started_at;
    listing.suspects.retain(|suspect| may_land(suspect) && !mutant!(DropsSuspectsEarly));
    if listing.wanted.generation != generation && !mutant!(IgnoresGeneration) {
        return due(listing, now);
    }
    match listing.suspects.iter().map(|suspect| suspect.settle_until).max() {
        None => rest(listing),
        Some(_) if mutant!(CleanWithSuspects) => rest(listing),
        Some(settled) => again(listing, settled),
    }
}

fn rejected(mut listing: Listing, sent: Sent, parked: Parked, now: Timestamp) -> Listing {
    listing = failed(listing);
    if listing.wanted.generation != sent.generation || !listing.is_owed() {
        return due(listing, now);
    }
    listing.state = State::Parked(parked);
    listing
}

/// A last zero that is not owed cannot be outstanding either.
fn not_applied(listing: Listing, not_before: Timestamp) -> Listing {
    let listing = failed(listing);
    if listing.is_owed() && !mutant!(NotAppliedRests) {
        again(listing, not_before)
    } else {
        rest(listing)
    }
}

fn unknown(
    mut listing: Listing,
    sent: Sent,
    now: Timestamp,
    settle: SignedDuration,
    not_before: Timestamp,
) -> Listing {
    let given_up = if mutant!(SettlesFromClaim) { sent.started_at } else { now };
    let settle = if mutant!(SettlesAtOnce) { SignedDuration::ZERO } else { settle };
    let settle_until = given_up.saturating_add(settle).unwrap_or(Timestamp::MAX);
    suspect(
        &mut listing,
        Suspect { batch: sent.batch, quantity: sent.level.quantity, settle_until },
    );
    let is_overtaken = listing.wanted.generation != sent.generation && is_dangerous(&listing);
    let not_before = if is_overtaken { not_before.min(now) } else { not_before };
    again(failed(listing), not_before)
}

/// Two suspects of one quantity say no more than the one that settles later, so that a long outage
/// leaves no more suspects than there were numbers. One that is under way settles nobody knows when.
fn suspect(listing: &mut Listing, new: Suspect) {
    let is_alike = |other: &Suspect| {
        other.quantity == new.quantity && other.settle_until != Suspect::UNDER_WAY
    };
    let covers =
        |other: &Suspect| other.settle_until > new.settle_until || mutant!(KeepsEarliestSuspect);
    if listing.suspects.iter().any(|other| is_alike(other) && covers(other)) {
        return;
    }
    listing.suspects.retain(|other| !is_alike(other));
    listing.suspects.push(new);
}

/// Whatever it is told, it may show 0 once that True-Up lands. Who is told nothing shows nothing.
fn left_out(mut listing: Listing, batch: BatchId, settle_until: Timestamp) -> Listing {
    let is_told = matches!(listing.state, State::InFlight(_));
    if is_told && listing.suspects.iter().all(|suspect| suspect.batch != batch) {
        listing.suspects.push(Suspect { batch, quantity: 0, settle_until });
    }
    listing
}

/// Now it is known for how long to wait until the listing is confirmed.
fn ended(mut listing: Listing, batch: BatchId, settle_until: Timestamp) -> Listing {
    let is_its = |suspect: &&mut Suspect| suspect.batch == batch;
    let under_way =
        listing.suspects.iter_mut().filter(is_its).find(|s| s.settle_until == Suspect::UNDER_WAY);
    let Some(suspect) = under_way else { return listing };
    suspect.settle_until = settle_until;
    match listing.state {
        State::Due { not_before, .. } if not_before == Suspect::UNDER_WAY => {
            let settled = listing.suspects.iter().map(|suspect| suspect.settle_until).max();
            again(listing, settled.unwrap_or(settle_until))
        }
        _ => listing,
    }
}

fn retry(mut listing: Listing, now: Timestamp) -> Listing {
    if mutant!(RetryForgetsSuspects) {
        listing.suspects.clear();
    }
    match listing.state {
        State::Parked(_) if mutant!(NeverUnparks) => listing,
        State::Parked(_) | State::Due { .. } if listing.is_owed() => again(listing, now),
        State::Parked(_) | State::Due { .. } => rest(listing),
        State::Clean | State::InFlight(_) | State::Retired => listing,
    }
}
