//! T3: what becomes of a request, and what is recorded of it.

use jiff::Timestamp;
use trueup_delivery::{Event, Parked, Sent, step};

use crate::calendar::{BACKOFF, NOW, SETTLE, after};
use crate::moves::{FINGERPRINT, Moving};
use crate::mutant::{Cause, Flaw, Mutant};
use crate::request::{Owner, Request};
use crate::world::Broken;

impl Moving<'_> {
    pub fn accept(&mut self, at: usize) {
        let sent = self.request(at).sent;
        self.answered(at);
        if self.record(Cause::Answer, sent, Event::Accepted { sent, now: NOW }) {
            let acknowledged = &mut self.world.truth.acknowledged;
            *acknowledged = sent.generation.max(*acknowledged);
        }
    }

    pub fn reject(&mut self, at: usize) {
        let sent = self.world.requests.remove(at).sent;
        let parked = Parked { reason: String::new(), fingerprint: FINGERPRINT, probe_at: NOW };
        self.record(Cause::Refusal, sent, Event::Rejected { sent, parked, now: NOW });
    }

    pub fn not_applied(&mut self, at: usize) {
        let sent = self.world.requests.remove(at).sent;
        let event = Event::NotApplied { sent, not_before: after(NOW, BACKOFF) };
        self.record(Cause::Answer, sent, event);
    }

    pub fn time_out(&mut self, at: usize) {
        let request = self.world.requests.remove(at);
        let sent = request.sent;
        self.give_up(request, NOW);
        let not_before = after(NOW, BACKOFF);
        let event = Event::Unknown { sent, now: NOW, settle: SETTLE, not_before };
        self.record(Cause::TimeOut, sent, event);
    }

    /// A request whose answer came cannot land again.
    fn answered(&mut self, at: usize) {
        let request = self.world.requests.remove(at);
        if self.model.flaw == Some(Flaw::LandsAfterAnswer) {
            self.give_up(request, NOW);
        }
    }

    /// A request we gave up on can land until it has settled; one of two alike says it all.
    fn give_up(&mut self, request: Request, given_up: Timestamp) {
        let until = self.settled(given_up);
        let forgotten = request.forgotten(Some(until));
        let requests = &mut self.world.requests;
        let alike = requests.iter_mut().find(|other| {
            other.owner == Owner::Nobody
                && other.until.is_some()
                && other.sent.level == forgotten.sent.level
        });
        match alike {
            Some(other) => other.until = other.until.max(Some(until)),
            None => requests.push(forgotten),
        }
    }

    pub fn settled(&self, given_up: Timestamp) -> Timestamp {
        let until = after(given_up, SETTLE);
        match self.model.flaw {
            Some(Flaw::LandsAfterSettle) => after(until, BACKOFF),
            Some(Flaw::LandsAfterAnswer | Flaw::Lies) | None => until,
        }
    }

    /// T3: `WHERE batch = ... AND the line has no outcome`. Whether it was not late news.
    fn record(&mut self, cause: Cause, sent: Sent, event: Event) -> bool {
        let is_open = self.world.database.open.is_some_and(|open| open.batch == sent.batch);
        if !is_open && self.model.mutant != Some(Mutant::LateNewsCounts) {
            return false;
        }
        if !is_open {
            self.break_promise(Broken::SecondOutcome);
        }
        self.relaxed(|it| {
            it.world.database.open = None;
            it.deliver(cause, event);
        });
        true
    }

    /// The predecessor hears an answer; its epoch is not the channel's any more.
    pub fn stale_answer(&mut self, at: usize) {
        let request = self.world.requests.remove(at);
        let is_fenced =
            !matches!(self.model.mutant, Some(Mutant::NoEpochCheck | Mutant::LateNewsCounts));
        let sent = request.sent;
        let event = if request.has_landed {
            Event::Accepted { sent, now: NOW }
        } else {
            Event::NotApplied { sent, not_before: NOW }
        };
        if is_fenced {
            return self.judge_late_news(event);
        }
        if self.record(Cause::StaleAnswer, sent, event) {
            self.break_promise(Broken::LateWriter);
        }
    }

    /// Even where no fence kept it out, late news would change nothing.
    fn judge_late_news(&mut self, event: Event) {
        let listing = &self.world.database.listing;
        if step(listing.clone(), event) != *listing {
            self.break_promise(Broken::LateWriter);
        }
    }
}
