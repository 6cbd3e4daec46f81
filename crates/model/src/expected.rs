//! The invariants, in the words of the delivery design as far as they are about one listing.

use trueup_delivery::{Event, Priority, State, step};
use trueup_stock::Level;

use crate::calendar::SETTLE_TICKS;
use crate::request::Owner;
use crate::world::{Broken, World};

/// Whether every invariant holds.
pub fn holds(world: &World) -> bool {
    let invariants = [converges, never_goes_back, believes_rightly, has_one_outcome];
    invariants.iter().all(|invariant| invariant(world))
}

/// If inputs rest, faults stop and the channel answers, then within `settle + 2 ticks` every
/// unparked listing has A = W, F = S = ∅ and M = W. Two claims are enough for that: one that tells
/// the wanted level, one that confirms it when everything has settled; and one retry of a person
/// where it was parked.
pub fn converges(world: &World) -> bool {
    let calm = world.calm;
    let is_in_time = calm.ticks <= SETTLE_TICKS + 2 && calm.claims <= 2 && calm.retries <= 1;
    let is_over = !world.is_busy() && !world.is_waiting();
    let is_unparked = world.truth.broken != Some(Broken::StaysParked);
    is_in_time && is_unparked && (!is_over || is_converged(world))
}

fn is_converged(world: &World) -> bool {
    let (database, desire) = (&world.database, world.truth.desire);
    let wanted = &database.listing.wanted;
    let is_wanted = wanted.level == desire.level() && wanted.is_last == desire.is_last();
    let is_shown = match world.shown {
        Some(shown) => shown == desire.level(),
        None => desire.is_last(),
    };
    let is_settled = database.open.is_none() && database.listing.suspects.is_empty();
    world.is_at_rest() && is_wanted && is_shown && is_settled
}

/// We never start sending generation g after a generation > g was acknowledged; at most one live
/// claim per listing; a late writer's acknowledgement changes nothing.
pub fn never_goes_back(world: &World) -> bool {
    let is_kept = match world.truth.broken {
        Some(Broken::WentBack | Broken::LateWriter) => false,
        Some(Broken::StaysParked | Broken::SecondOutcome | Broken::NoOutcome) | None => true,
    };
    is_kept && world.live().count() <= 1 && refuses_claims(world)
}

/// What is in flight or retired cannot be claimed, whoever asks.
fn refuses_claims(world: &World) -> bool {
    let listing = &world.database.listing;
    match listing.state {
        State::InFlight(_) | State::Retired => {
            step(listing.clone(), Event::Claimed(world.unused_batch())) == *listing
        }
        State::Clean | State::Due { .. } | State::Parked(_) => true,
    }
}

/// At every moment M ∈ B; "clean" is displayed iff B = {W}.
pub fn believes_rightly(world: &World) -> bool {
    let believed = |shown: Level| world.database.believed().any(|value| value == shown.quantity);
    world.shown.is_none_or(believed) && is_displayed_rightly(world)
}

/// A suspect counts as doubt even if its value is W: nobody has confirmed it yet. What is not owed
/// is neither sent nor parked.
fn is_displayed_rightly(world: &World) -> bool {
    let database = &world.database;
    let is_certain = database.is_certain();
    let is_last = database.listing.wanted.is_last;
    let is_owed = database.listing.is_owed();
    match &database.listing.state {
        State::Clean => is_certain && !is_last,
        // Of what was never told, nothing can stand.
        State::Retired => is_last && (is_certain || database.believed().next().is_none()),
        State::Due { priority, .. } => is_owed && is_certain == (*priority == Priority::Confirm),
        State::InFlight(_) => !is_certain,
        State::Parked(_) => is_owed,
    }
}

/// Each planned line ends in exactly one outcome.
pub fn has_one_outcome(world: &World) -> bool {
    let is_kept = match world.truth.broken {
        Some(Broken::SecondOutcome | Broken::NoOutcome) => false,
        Some(Broken::StaysParked | Broken::WentBack | Broken::LateWriter) | None => true,
    };
    let databases = [Some(&world.database), world.synced.as_ref()];
    is_kept && databases.into_iter().flatten().all(|database| database.is_consistent())
}

/// The newest number was acknowledged, and then an older request landed.
pub fn is_overwritten(world: &World) -> bool {
    let listing = &world.database.listing;
    let acknowledged = listing.acknowledged.filter(|ack| ack.level == listing.wanted.level);
    acknowledged.is_some() && world.shown != acknowledged.map(|ack| ack.level)
}

/// An acknowledgement was recorded, and a power cut took the record back.
pub fn is_acknowledgement_lost(world: &World) -> bool {
    let open = world.database.open.map(|open| open.generation);
    !world.is_up && open.is_some_and(|generation| generation == world.truth.acknowledged)
}

/// A request of a paused predecessor landed after the next holder's was acknowledged.
pub fn is_predecessor_late(world: &World) -> bool {
    let mut predecessors = world.requests.iter().filter(|r| r.owner == Owner::Predecessor);
    is_overwritten(world) && predecessors.any(|request| request.has_landed)
}

/// A listing is parked.
pub fn is_parked(world: &World) -> bool {
    matches!(world.database.listing.state, State::Parked(_))
}

/// A listing is retired after something stood there.
pub fn is_retired(world: &World) -> bool {
    matches!(world.database.listing.state, State::Retired) && world.shown.is_some()
}
