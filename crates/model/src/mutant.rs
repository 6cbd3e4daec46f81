//! What must be found out: errors of ours, and worlds that the proof does not cover.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{Event, Listing, Sent, State};

use crate::calendar::{BACKOFF, NOW, after};

/// An error in our protocol, made in the layer around the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// An acknowledgement drops every suspect, settled or not.
    DropsSuspectsEarly,
    /// An acknowledgement drops the suspects of its own quantity: "it is the same number anyway".
    DropsSuspectsOfSameQuantity,
    /// The suspects stay, but nothing confirms the number after they settled.
    NeverReasserts,
    /// A person's retry starts with a clean sheet.
    RetryForgetsSuspects,
    /// Suspects settle at once.
    SettlesAtOnce,
    /// The settle time is counted from the claim, not from giving up.
    SettlesFromClaim,
    /// After a takeover the settle time is counted from now, though the predecessor may send until
    /// its deadline.
    RecoveryForgetsDeadline,
    /// Wanted equals acknowledged again: nothing to send, suspects or not.
    SkipsWhenEqual,
    /// An acknowledgement of an older generation makes the listing clean.
    IgnoresGeneration,
    /// The acknowledged level is taken from what is wanted now, not from the line.
    AcknowledgesWanted,
    /// What was in flight before a crash stays in flight.
    ForgetsRecovery,
    /// What was in flight before a crash was surely not sent.
    RecoveryGuesses,
    /// A server error or a timeout means that nothing happened.
    ErrorIsNotApplied,
    /// A timeout probably worked.
    TimeoutIsAccepted,
    /// "200 OK" with a refusal inside is an acknowledgement.
    RefusalIsAccepted,
    /// Outcomes name neither batch nor epoch.
    LateNewsCounts,
    /// Claims do not name the epoch.
    NoEpochCheck,
    /// The claim may be lost in a power cut after the request left.
    ClaimsRelaxed,
    /// A listing in flight can be claimed again.
    ClaimsTwice,
    /// A re-assertion sends the acknowledged number again, not the wanted one.
    ReassertsAcknowledged,
    /// Nothing takes a parked listing up again.
    NeverUnparks,
    /// A change is forgotten while an older one is in flight.
    LosesChangeInFlight,
    /// A product that leaves is retired without waiting for its last zero.
    RetiresAtOnce,
}

/// A world in which the assumption does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// A request we gave up on may still land after the settle time.
    LandsAfterSettle,
    /// A request may land once more after its answer was given.
    LandsAfterAnswer,
    /// The marketplace acknowledges without applying.
    Lies,
}

/// What an event of the delivery comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Engine,
    Claim,
    Answer,
    Refusal,
    TimeOut,
    StaleAnswer,
    Recovery,
    Person,
}

impl Mutant {
    /// The event as this mutant understands it; `None` where it does not care.
    pub fn twist(self, cause: Cause, event: Event, listing: &Listing) -> Option<Event> {
        let event = match (self, cause, event) {
            (Self::ForgetsRecovery, Cause::Recovery, _) => return None,
            (Self::ErrorIsNotApplied, Cause::TimeOut, Event::Unknown { sent, .. })
            | (Self::RecoveryGuesses, Cause::Recovery, Event::Unknown { sent, .. }) => {
                Event::NotApplied { sent, not_before: after(NOW, BACKOFF) }
            }
            (Self::TimeoutIsAccepted, Cause::TimeOut, Event::Unknown { sent, .. })
            | (Self::RefusalIsAccepted, Cause::Refusal, Event::Rejected { sent, .. }) => {
                Event::Accepted { sent, now: NOW }
            }
            (Self::LosesChangeInFlight, Cause::Engine, _)
                if matches!(listing.state, State::InFlight(_)) =>
            {
                return None;
            }
            (_, _, Event::Unknown { sent, now, settle, not_before }) => {
                let (now, settle) = self.twist_settle(cause, sent, now, settle);
                Event::Unknown { sent, now, settle, not_before }
            }
            (_, _, Event::Accepted { sent, now }) => {
                Event::Accepted { sent: self.twist_sent(sent, listing), now }
            }
            (_, _, event) => event,
        };
        Some(event)
    }

    fn twist_settle(
        self,
        cause: Cause,
        sent: Sent,
        now: Timestamp,
        settle: SignedDuration,
    ) -> (Timestamp, SignedDuration) {
        match self {
            Self::SettlesAtOnce => (now, SignedDuration::ZERO),
            Self::SettlesFromClaim => (sent.started_at, settle),
            Self::RecoveryForgetsDeadline if cause == Cause::Recovery => (NOW, settle),
            _ => (now, settle),
        }
    }

    fn twist_sent(self, sent: Sent, listing: &Listing) -> Sent {
        let wanted = listing.wanted;
        match (self, &listing.state) {
            (Self::DropsSuspectsEarly, _) => Sent { started_at: Timestamp::MAX, ..sent },
            (Self::IgnoresGeneration, _) => Sent { generation: wanted.generation, ..sent },
            (Self::AcknowledgesWanted, _) => Sent { level: wanted.level, ..sent },
            (Self::LateNewsCounts, State::InFlight(batch)) => Sent { batch: *batch, ..sent },
            _ => sent,
        }
    }

    /// What this mutant makes of a listing after the true step.
    pub fn overrule(self, before: &Listing, event: &Event, mut after: Listing) -> Listing {
        let is_equal = after.acknowledged.map(|ack| ack.level) == Some(after.wanted.level);
        match (self, event) {
            (Self::SkipsWhenEqual, Event::Want { .. }) if is_equal && is_due(&after) => rest(after),
            (Self::NeverReasserts, Event::Accepted { sent, .. })
                if sent.generation == after.wanted.generation =>
            {
                rest(after)
            }
            (Self::DropsSuspectsOfSameQuantity, Event::Accepted { sent, .. }) => {
                after.suspects.retain(|suspect| suspect.quantity != sent.level.quantity);
                if after.is_certain() { rest(after) } else { after }
            }
            (Self::RetryForgetsSuspects, Event::Retry { .. }) => {
                after.suspects.clear();
                after
            }
            (Self::NeverUnparks, Event::Want { .. } | Event::Retry { .. })
                if matches!(before.state, State::Parked(_)) =>
            {
                Listing { state: before.state.clone(), ..after }
            }
            (Self::RetiresAtOnce, Event::Want { is_last: true, .. }) if is_due(&after) => {
                rest(after)
            }
            _ => after,
        }
    }
}

fn is_due(listing: &Listing) -> bool {
    matches!(listing.state, State::Due { .. })
}

fn rest(listing: Listing) -> Listing {
    let state = if listing.wanted.is_last { State::Retired } else { State::Clean };
    Listing { state, ..listing }
}
