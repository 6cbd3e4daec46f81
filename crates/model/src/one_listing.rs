//! The model: what may happen when, and what must hold.

use stateright::{Model, Property};
use trueup_delivery::State;

use crate::action::{Action, Desire};
use crate::bounds::Bounds;
use crate::calendar::NOW;
use crate::expected;
use crate::moves::Moving;
use crate::mutant::{Flaw, Mutant};
use crate::request::{Owner, Request};
use crate::world::World;

/// One listing, told by us to a marketplace over a network that may do anything.
#[derive(Clone, Copy, Debug)]
pub struct OneListing {
    /// How much may happen.
    pub bounds: Bounds,
    /// What the engine can want.
    pub desires: &'static [Desire],
    /// An error of ours.
    pub mutant: Option<Mutant>,
    /// A world that is worse than we assume.
    pub flaw: Option<Flaw>,
}

impl OneListing {
    /// Our protocol in the world that we assume.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self { bounds, desires: Desire::NUMBERS, mutant: None, flaw: None }
    }

    fn engine(&self, world: &World, actions: &mut Vec<Action>) {
        if world.left.changes == 0 {
            return;
        }
        let other = self.desires.iter().filter(|desire| **desire != world.truth.desire);
        actions.extend(other.copied().map(Action::Want));
        // What is not parked does not care.
        if matches!(world.database.listing.state, State::Parked(_)) {
            actions.push(Action::Refit);
        }
    }

    fn process(&self, world: &World, actions: &mut Vec<Action>) {
        if !world.is_up {
            actions.push(Action::Recover);
            return;
        }
        let is_extra = world.left.extras > 0;
        match &world.database.listing.state {
            State::Due { not_before, .. } if *not_before <= NOW => self.due(world, actions),
            State::Due { .. } if is_extra => actions.extend([Action::TrueUp, Action::Retry]),
            State::Clean if is_extra => actions.push(Action::TrueUp),
            State::Parked(_) => {
                actions.push(Action::Retry);
                actions.extend(is_extra.then_some(Action::TrueUp));
            }
            State::InFlight(_) if self.mutant == Some(Mutant::ClaimsTwice) => {
                actions.extend((world.live().count() == 1).then_some(Action::Claim));
            }
            State::Clean | State::Due { .. } | State::InFlight(_) | State::Retired => {}
        }
        self.misfortune(world, actions);
    }

    fn due(&self, world: &World, actions: &mut Vec<Action>) {
        actions.push(Action::Claim);
        let is_haunted = world.requests.iter().any(|request| request.owner == Owner::Predecessor);
        if self.mutant == Some(Mutant::NoEpochCheck) && is_haunted && world.left.extras > 0 {
            actions.push(Action::StaleClaim);
        }
    }

    fn misfortune(&self, world: &World, actions: &mut Vec<Action>) {
        let is_sending = world.live().next().is_some();
        if is_sending && world.left.takeovers > 0 {
            actions.push(Action::TakeOver);
        }
        if world.left.faults == 0 {
            return;
        }
        if is_sending || world.synced.is_some() {
            actions.push(Action::Crash { loses_relaxed: false });
        }
        if world.synced.is_some() {
            actions.push(Action::Crash { loses_relaxed: true });
        }
    }

    fn network(&self, world: &World, actions: &mut Vec<Action>) {
        for (at, request) in world.requests.iter().enumerate() {
            if !request.has_left {
                actions.push(Action::Leave(at));
            } else if Self::changes_something(world, request) {
                actions.push(Action::Land(at));
            }
            match request.owner {
                Owner::Holder => self.answer(world, at, request, actions),
                Owner::Predecessor if request.has_left => actions.push(Action::StaleAnswer(at)),
                Owner::Predecessor | Owner::Nobody => {}
            }
        }
    }

    fn changes_something(world: &World, request: &Request) -> bool {
        let is_first = !request.has_landed && request.owner != Owner::Nobody;
        is_first || world.shown != Some(request.sent.level)
    }

    fn answer(&self, world: &World, at: usize, request: &Request, actions: &mut Vec<Action>) {
        if request.has_landed || (request.has_left && self.flaw == Some(Flaw::Lies)) {
            actions.push(Action::Accept(at));
        }
        if world.left.faults == 0 {
            return;
        }
        if request.has_left {
            actions.push(Action::TimeOut(at));
        }
        if !request.has_landed {
            actions.push(Action::NotApplied(at));
            actions.extend(request.has_left.then_some(Action::Reject(at)));
        }
    }
}

impl Model for OneListing {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.bounds)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        // What is to break ends where it breaks, so that the path shows nothing else.
        let is_to_break = self.mutant.is_some() || self.flaw.is_some();
        if is_to_break && !expected::holds(world) {
            return;
        }
        self.engine(world, actions);
        self.process(world, actions);
        self.network(world, actions);
        if world.is_waiting() {
            actions.push(Action::Tick);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut moving = Moving { world: world.clone(), model: self };
        moving.happen(action);
        Some(moving.world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("I1 convergence", |_, world| expected::converges(world)),
            Property::always("I2 no going back", |_, world| expected::never_goes_back(world)),
            Property::always("I3 belief", |_, world| expected::believes_rightly(world)),
            Property::always("I5 one outcome", |_, world| expected::has_one_outcome(world)),
            // Without these the check would prove nothing.
            Property::sometimes("an old number lands last", |_, world| {
                expected::is_overwritten(world)
            }),
            Property::sometimes("a power cut takes an acknowledgement", |_, world| {
                expected::is_acknowledgement_lost(world)
            }),
            Property::sometimes("a predecessor's request lands last", |_, world| {
                expected::is_predecessor_late(world)
            }),
            Property::sometimes("a listing is parked", |_, world| expected::is_parked(world)),
            Property::sometimes("a listing is retired", |_, world| expected::is_retired(world)),
        ]
    }
}
