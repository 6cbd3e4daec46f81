//! One thing happens.

use trueup_delivery::{BatchId, Event, Sent, State, step};

use crate::action::{Action, Desire};
use crate::calendar::{DEADLINE, NOW, SETTLE, SETTLE_TICKS, after};
use crate::mutant::{Cause, Mutant};
use crate::one_listing::OneListing;
use crate::request::{Owner, Request};
use crate::world::{Broken, Calm, World};

/// The fingerprint of what is refused; another one makes another question of it.
pub const FINGERPRINT: i64 = 0;

/// The most that is counted of each kind of calm.
const CALM_MAX: u8 = SETTLE_TICKS + 3;

/// A world in which something happens.
pub struct Moving<'a> {
    pub world: World,
    pub model: &'a OneListing,
}

impl Moving<'_> {
    /// Lets an action happen that may happen.
    pub fn happen(&mut self, action: Action) {
        self.spend(action);
        match action {
            Action::Want(desire) => self.want(desire, FINGERPRINT),
            Action::Refit => self.want(self.world.truth.desire, FINGERPRINT + 1),
            Action::Claim | Action::TrueUp => self.claim(Owner::Holder),
            Action::StaleClaim => self.claim(Owner::Predecessor),
            Action::Retry => self.full(|it| it.deliver(Cause::Person, Event::Retry { now: NOW })),
            Action::Leave(at) => self.request(at).has_left = true,
            Action::Land(at) => self.land(at),
            Action::Accept(at) => self.accept(at),
            Action::Reject(at) => self.reject(at),
            Action::NotApplied(at) => self.not_applied(at),
            Action::TimeOut(at) => self.time_out(at),
            Action::StaleAnswer(at) => self.stale_answer(at),
            Action::Crash { loses_relaxed } => self.crash(loses_relaxed),
            Action::Recover => self.recover(),
            Action::TakeOver => self.take_over(),
            Action::Tick => self.tick(),
        }
        self.settle_down();
    }

    /// Books the action on what is left of its kind; a disturbance ends the calm.
    fn spend(&mut self, action: Action) {
        let left = &mut self.world.left;
        let purse = match action {
            Action::Want(_) | Action::Refit => &mut left.changes,
            Action::Reject(_)
            | Action::NotApplied(_)
            | Action::TimeOut(_)
            | Action::Crash { .. } => &mut left.faults,
            Action::TakeOver => &mut left.takeovers,
            Action::TrueUp | Action::StaleClaim => &mut left.extras,
            Action::Retry if !matches!(self.world.database.listing.state, State::Parked(_)) => {
                &mut left.extras
            }
            Action::Claim => return count(&mut self.world.calm.claims),
            Action::Retry => return count(&mut self.world.calm.retries),
            Action::Leave(_)
            | Action::Land(_)
            | Action::Accept(_)
            | Action::StaleAnswer(_)
            | Action::Recover
            | Action::Tick => return,
        };
        *purse = purse.saturating_sub(1);
        self.world.calm = Calm::default();
    }

    /// Wipes what makes no difference any more.
    fn settle_down(&mut self) {
        let world = &mut self.world;
        world.database.wipe();
        if world.is_at_rest() {
            world.calm = Calm::default();
        }
        if world.synced.as_ref() == Some(&world.database) {
            world.synced = None;
        }
    }

    /// A durable transaction.
    fn full(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        self.world.synced = None;
    }

    /// A transaction that a power cut may take back.
    pub fn relaxed(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.world.database.clone();
        change(self);
        self.world.synced.get_or_insert(before);
    }

    /// The listing moves; this is where the product's own rules apply.
    pub fn deliver(&mut self, cause: Cause, event: Event) {
        let before = self.world.database.listing.clone();
        let Some(mutant) = self.model.mutant else {
            self.world.database.listing = step(before, event);
            return;
        };
        if let Some(event) = mutant.twist(cause, event, &before) {
            let after = step(before.clone(), event.clone());
            self.world.database.listing = mutant.overrule(&before, &event, after);
        }
    }

    fn want(&mut self, desire: Desire, fingerprint: i64) {
        let is_turned = desire.is_last() != self.world.truth.desire.is_last();
        self.world.truth.desire = desire;
        let (level, is_last) = (desire.level(), desire.is_last());
        let event = Event::Want { level, is_last, fingerprint, now: NOW };
        self.full(|it| it.deliver(Cause::Engine, event));
        let is_other_question = is_turned || fingerprint != FINGERPRINT;
        let is_parked = matches!(self.world.database.listing.state, State::Parked(_));
        if is_parked && is_other_question {
            self.break_promise(Broken::StaysParked);
        }
    }

    fn claim(&mut self, owner: Owner) {
        let batch = self.world.unused_batch();
        let sent = self.line(batch);
        self.judge_claim(&sent);
        let change = |it: &mut Self| {
            it.deliver(Cause::Claim, Event::Claimed(batch));
            if it.model.mutant == Some(Mutant::ClaimsTwice) {
                it.world.database.listing.state = State::InFlight(batch);
            }
            it.world.database.open = Some(sent);
        };
        if self.model.mutant == Some(Mutant::ClaimsRelaxed) {
            self.relaxed(change);
        } else {
            self.full(change);
        }
        self.world.requests.push(Request::new(sent, owner));
    }

    fn line(&self, batch: BatchId) -> Sent {
        let listing = &self.world.database.listing;
        let (level, generation) = (listing.wanted.level, listing.wanted.generation);
        let line = Sent { batch, generation, level, started_at: NOW };
        match (self.model.mutant, listing.acknowledged) {
            (Some(Mutant::ReassertsAcknowledged), Some(ack)) if !listing.suspects.is_empty() => {
                Sent { generation: ack.generation, level: ack.level, ..line }
            }
            _ => line,
        }
    }

    fn judge_claim(&mut self, sent: &Sent) {
        if self.world.truth.acknowledged > sent.generation {
            self.break_promise(Broken::WentBack);
        }
        if self.world.database.open.is_some() {
            self.break_promise(Broken::NoOutcome);
        }
    }

    pub fn break_promise(&mut self, broken: Broken) {
        self.world.truth.broken.get_or_insert(broken);
    }

    /// The one that an action names; actions are only offered for requests that are there.
    pub fn request(&mut self, at: usize) -> &mut Request {
        &mut self.world.requests[at]
    }

    fn land(&mut self, at: usize) {
        let request = self.request(at);
        request.has_landed = request.owner != Owner::Nobody;
        self.world.shown = Some(request.sent.level);
    }

    fn crash(&mut self, loses_relaxed: bool) {
        self.world.is_up = false;
        let synced = self.world.synced.take();
        if let Some(synced) = synced.filter(|_| loses_relaxed) {
            self.world.database = synced;
        }
        let is_on_its_way = |request: &Request| request.owner != Owner::Holder || request.has_left;
        self.world.requests.retain(is_on_its_way);
        for request in &mut self.world.requests {
            if request.owner == Owner::Holder {
                *request = request.clone().forgotten(None);
            }
        }
    }

    /// What the holder of a new epoch finds in flight may have taken effect, or may still do so.
    fn recover(&mut self) {
        self.world.is_up = true;
        let open = self.world.database.open;
        let given_up = open.map_or(NOW, |open| after(open.started_at, DEADLINE).max(NOW));
        let until = self.settled(given_up);
        for request in &mut self.world.requests {
            request.until.get_or_insert(until);
        }
        let Some(sent) = open else {
            self.world.synced = None;
            return;
        };
        let event = Event::Unknown { sent, now: given_up, settle: SETTLE, not_before: NOW };
        self.full(|it| {
            it.world.database.open = None;
            it.deliver(Cause::Recovery, event);
        });
    }

    fn take_over(&mut self) {
        for request in &mut self.world.requests {
            if request.owner == Owner::Holder {
                request.owner = Owner::Predecessor;
            }
        }
        self.recover();
    }

    fn tick(&mut self) {
        let world = &mut self.world;
        if world.is_busy() {
            // Somebody was slow.
            world.calm = Calm::default();
        } else if !world.is_at_rest() {
            count(&mut world.calm.ticks);
        }
        world.database.tick();
        if let Some(synced) = &mut world.synced {
            synced.tick();
        }
        let requests = std::mem::take(&mut world.requests);
        world.requests = requests.into_iter().filter_map(Request::one_tick_later).collect();
    }
}

fn count(what: &mut u8) {
    *what = (*what + 1).min(CALM_MAX);
}
