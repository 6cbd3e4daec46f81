//! What makes two moments the same: every field of them. The patterns name all fields, so that one
//! that is added cannot be forgotten here.

use std::hash::{Hash, Hasher};

use trueup_delivery::{Acknowledged, Listing, Parked, Sent, State, Suspect, Wanted};

use crate::database::Database;
use crate::request::Request;
use crate::world::World;

impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Self { database, synced, is_up, requests, shown, left, calm, truth } = self;
        (database, synced, is_up, requests, shown).hash(hasher);
        (left, calm, truth).hash(hasher);
    }
}

impl Hash for Request {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Self { sent, owner, has_left, has_landed, until } = self;
        hash_sent(sent, hasher);
        (owner, has_left, has_landed, until).hash(hasher);
    }
}

impl Hash for Database {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Self { listing, open } = self;
        hash_listing(listing, hasher);
        open.is_some().hash(hasher);
        if let Some(open) = open {
            hash_sent(open, hasher);
        }
    }
}

fn hash_listing<H: Hasher>(listing: &Listing, hasher: &mut H) {
    let Listing { wanted, acknowledged, state, suspects, attempts } = listing;
    let Wanted { level, generation, is_last } = wanted;
    (level, generation, is_last, attempts).hash(hasher);
    acknowledged.is_some().hash(hasher);
    if let Some(Acknowledged { level, generation, at }) = acknowledged {
        (level, generation, at).hash(hasher);
    }
    hash_state(state, hasher);
    suspects.len().hash(hasher);
    for Suspect { batch, quantity, settle_until } in suspects {
        (batch, quantity, settle_until).hash(hasher);
    }
}

fn hash_state<H: Hasher>(state: &State, hasher: &mut H) {
    std::mem::discriminant(state).hash(hasher);
    match state {
        State::Clean | State::Retired => {}
        State::Due { priority, not_before } => (priority, not_before).hash(hasher),
        State::InFlight(batch) => batch.hash(hasher),
        State::Parked(Parked { reason, fingerprint, probe_at }) => {
            (reason, fingerprint, probe_at).hash(hasher);
        }
    }
}

fn hash_sent<H: Hasher>(sent: &Sent, hasher: &mut H) {
    let Sent { batch, generation, level, started_at } = sent;
    (batch, generation, level, started_at).hash(hasher);
}
