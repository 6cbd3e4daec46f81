//! How a listing moves: one listing, one event, one new listing.

use jiff::{SignedDuration, Timestamp};
use trueup_stock::Level;

use crate::{Acknowledged, BatchId, Listing, Parked, Priority, Sent, State, Suspect, Wanted};

/// Something that happened to a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The engine computed what it should show.
    Want {
        /// The level.
        level: Level,
        /// Whether the product left the channel and this is its last zero.
        is_last: bool,
        /// What a refusal would be about; see [`Parked::fingerprint`].
        fingerprint: i64,
        /// When.
        now: Timestamp,
    },
    /// A batch took it along.
    Claimed(BatchId),
    /// The marketplace acknowledged the line.
    Accepted {
        /// The line as it was sent.
        sent: Sent,
        /// When the answer came.
        now: Timestamp,
    },
    /// The marketplace refused the line.
    Rejected {
        /// The line as it was sent.
        sent: Sent,
        /// Why, and what the refusal is about.
        parked: Parked,
        /// When the answer came.
        now: Timestamp,
    },
    /// The request certainly had no effect.
    NotApplied {
        /// The line as it was sent.
        sent: Sent,
        /// When to try again.
        not_before: Timestamp,
    },
    /// Nobody knows whether the line took effect.
    Unknown {
        /// The line as it was sent.
        sent: Sent,
        /// When we gave up.
        now: Timestamp,
        /// How much later it could still take effect.
        settle: SignedDuration,
        /// When to try again.
        not_before: Timestamp,
    },
    /// A person asks for another try.
    Retry {
        /// When.
        now: Timestamp,
    },
}

/// Moves a listing by one event.
///
/// Outcomes of a batch that no longer holds the listing are late news and change nothing.
#[must_use]
pub fn step(listing: Listing, event: Event) -> Listing {
    match event {
        Event::Want { level, is_last, fingerprint, now } => {
            want(listing, level, is_last, fingerprint, now)
        }
        Event::Claimed(batch) => Listing { state: State::InFlight(batch), ..listing },
        Event::Retry { now } => retry(listing, now),
        Event::Accepted { sent, now } => match_batch(listing, sent, |l| accepted(l, sent, now)),
        Event::Rejected { sent, parked, now } => {
            match_batch(listing, sent, |l| rejected(l, sent, parked, now))
        }
        Event::NotApplied { sent, not_before } => {
            match_batch(listing, sent, |l| again(failed(l), not_before))
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
    let is_new = level != listing.wanted.level || is_last != listing.wanted.is_last;
    if is_new {
        let generation = listing.wanted.generation.next();
        listing.wanted = Wanted { level, generation, is_last };
    }
    match &listing.state {
        State::InFlight(_) => listing,
        State::Parked(parked) if parked.fingerprint == fingerprint => listing,
        State::Parked(_) => due(listing, now),
        // A back-off stays; a wait for a suspect to settle must not hold a new number back.
        State::Due { not_before, .. } if is_new => {
            let not_before = if listing.attempts > 0 { *not_before } else { now };
            due(listing, not_before)
        }
        State::Clean | State::Retired if is_new => due(listing, now),
        State::Clean | State::Retired | State::Due { .. } => listing,
    }
}

/// Sets a listing on its way, or to rest where nothing else can be believed. A last zero is owed
/// only where something may stand.
fn due(listing: Listing, not_before: Timestamp) -> Listing {
    let is_owed = !listing.wanted.is_last || listing.possible().next().is_some();
    if listing.is_certain() || !is_owed { rest(listing) } else { again(listing, not_before) }
}

fn rest(mut listing: Listing) -> Listing {
    listing.state = if listing.wanted.is_last { State::Retired } else { State::Clean };
    listing
}

fn again(mut listing: Listing, not_before: Timestamp) -> Listing {
    let most = listing.possible().max();
    let priority = Priority::of(&listing.wanted.level, most);
    // An unclear outcome is confirmed before anybody is told more.
    let priority = if listing.suspects.is_empty() { priority } else { priority.min(Priority::First) };
    listing.state = State::Due { priority, not_before };
    listing
}

fn failed(mut listing: Listing) -> Listing {
    listing.attempts = listing.attempts.saturating_add(1);
    listing
}

fn accepted(mut listing: Listing, sent: Sent, now: Timestamp) -> Listing {
    let Sent { level, generation, started_at, .. } = sent;
    listing.acknowledged = Some(Acknowledged { level, generation, at: now });
    listing.attempts = 0;
    // Only a send that began after a suspect's danger had passed proves that it is harmless.
    listing.suspects.retain(|suspect| suspect.settle_until > started_at);
    if listing.wanted.generation != generation {
        return due(listing, now);
    }
    match listing.suspects.iter().map(|suspect| suspect.settle_until).max() {
        None => rest(listing),
        Some(settled) => again(listing, settled),
    }
}

fn rejected(mut listing: Listing, sent: Sent, parked: Parked, now: Timestamp) -> Listing {
    listing = failed(listing);
    let is_owed = !listing.wanted.is_last || listing.possible().next().is_some();
    if listing.wanted.generation != sent.generation || !is_owed {
        return due(listing, now);
    }
    listing.state = State::Parked(parked);
    listing
}

fn unknown(
    mut listing: Listing,
    sent: Sent,
    now: Timestamp,
    settle: SignedDuration,
    not_before: Timestamp,
) -> Listing {
    let settle_until = now.saturating_add(settle).unwrap_or(Timestamp::MAX);
    let quantity = sent.level.quantity;
    listing.suspects.push(Suspect { batch: sent.batch, quantity, settle_until });
    again(failed(listing), not_before)
}

fn retry(listing: Listing, now: Timestamp) -> Listing {
    match listing.state {
        State::Parked(_) | State::Due { .. } => due(listing, now),
        State::Clean | State::InFlight(_) | State::Retired => listing,
    }
}
