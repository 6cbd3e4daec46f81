//! What our database says of the listing.

use jiff::Timestamp;
use trueup_delivery::{BatchId, Listing, Sent, State};

use crate::action::Desire;
use crate::calendar::{NOW, closer};

/// The rows of one listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The row of `delivery`, with its suspects.
    pub listing: Listing,
    /// The line whose outcome is not recorded, where there is one.
    pub open: Option<Sent>,
}

impl Database {
    /// A listing that was never told anything.
    pub fn new() -> Self {
        Self { listing: Listing::new(Desire::One.level(), NOW), open: None }
    }

    /// Whether the listing and the lines agree on what is in flight.
    pub fn is_consistent(&self) -> bool {
        match (&self.listing.state, self.open) {
            (State::InFlight(batch), Some(open)) => *batch == open.batch,
            (State::InFlight(_), None) | (_, Some(_)) => false,
            (_, None) => true,
        }
    }

    /// B: every quantity that the marketplace might hold.
    pub fn believed(&self) -> impl Iterator<Item = i64> {
        let in_flight = self.open.map(|open| open.level.quantity);
        self.listing.possible().chain(in_flight)
    }

    /// Whether the marketplace might hold the wanted level and nothing else.
    pub fn is_certain(&self) -> bool {
        self.open.is_none() && self.listing.is_certain()
    }

    /// Every batch that is named anywhere.
    pub fn batches(&self) -> impl Iterator<Item = BatchId> {
        let suspects = self.listing.suspects.iter().map(|suspect| suspect.batch);
        suspects.chain(self.open.map(|open| open.batch))
    }

    /// When the next thing happens here by itself.
    pub fn is_waiting(&self) -> bool {
        let is_due_later = match self.listing.state {
            State::Due { not_before, .. } => not_before > NOW,
            State::Clean | State::InFlight(_) | State::Parked(_) | State::Retired => false,
        };
        is_due_later || self.listing.suspects.iter().any(|suspect| suspect.settle_until > NOW)
    }

    /// Brings everything one tick closer. What is past is past, unless the open line began before
    /// it: then the order of the two still counts.
    pub fn tick(&mut self) {
        if let Some(open) = &mut self.open {
            open.started_at = closer(open.started_at);
        }
        let past = self.open.map_or(NOW, |open| open.started_at);
        for suspect in &mut self.listing.suspects {
            suspect.settle_until = closer(suspect.settle_until).max(past);
        }
        if let State::Due { not_before, .. } = &mut self.listing.state {
            *not_before = closer(*not_before).max(NOW);
        }
        self.wipe();
    }

    /// Wipes what is for people only, so that equal futures are equal states.
    pub fn wipe(&mut self) {
        if let Some(acknowledged) = &mut self.listing.acknowledged {
            acknowledged.at = Timestamp::UNIX_EPOCH;
        }
        let past = self.open.map_or(NOW, |open| open.started_at);
        for suspect in &mut self.listing.suspects {
            suspect.settle_until = suspect.settle_until.max(past);
        }
    }
}
