//! One seed, one scenario: days of work with faults, then a calm end in which all must become clean.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_runner::{Cause, RunError};
use trueup_stock::Basis;
use trueup_store::{FeedId, StoreErrorKind};
use trueup_testbed::TestDatabase;

use crate::actor::{Actor, Driven, die_before_statement, drive};
use crate::change::Change;
use crate::company::Company;
use crate::dice::Dice;
use crate::event::Event;
use crate::expected::Expected;
use crate::ledger::Ledger;
use crate::mix::Mix;
use crate::stage::{START, Stage};

/// How many statements the code driven next may still begin, at the most.
pub(crate) const STATEMENTS: i64 = 40;

/// A scenario under way.
pub(crate) struct Scenario {
    pub(crate) stage: Stage,
    pub(crate) mix: Mix,
    pub(crate) dice: Dice,
    pub(crate) company: Company,
    pub(crate) actors: Vec<Actor>,
    pub(crate) events: BTreeMap<(Timestamp, u64), Event>,
    pub(crate) ledger: Ledger,
    pub(crate) planned: u64,
    pub(crate) feeds: u64,
    pub(crate) changes: u64,
    /// Whether the faults are over, and nothing repeats itself.
    pub(crate) is_calm: bool,
    /// Whether our machine is off.
    pub(crate) is_off: bool,
}

impl Scenario {
    pub(crate) async fn begin(
        stage: Stage,
        mix: Mix,
        mut dice: Dice,
        database: TestDatabase,
    ) -> Self {
        let shops = stage.props().shops.len();
        let offers = (0..shops).map(|_| crate::event::offer(&mut dice)).collect();
        let company = Company::found(&stage, database, offers).await;
        let mut scenario = Self {
            stage,
            mix,
            dice,
            company,
            actors: Vec::new(),
            events: BTreeMap::new(),
            ledger: Ledger::default(),
            planned: 0,
            feeds: 0,
            changes: 0,
            is_calm: false,
            is_off: false,
        };
        for _ in 0..4 {
            scenario.change(Change::New).await;
        }
        scenario
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.stage.props().log.accusation().is_some()
    }

    /// Puts an event into the calendar.
    pub(crate) fn plan(&mut self, at: Timestamp, event: Event) {
        self.planned += 1;
        self.events.insert((at, self.planned), event);
    }

    /// Everything until a moment, in its order. Stops at the first broken rule.
    pub(crate) async fn run_until(&mut self, end: Timestamp) {
        while !self.is_broken() {
            let event = self.events.keys().next().map(|(at, _)| *at);
            let wake = self.actors.iter().map(|actor| actor.wakes).min();
            let landing = self.next_landing();
            let Some(next) = [event, wake, landing].into_iter().flatten().min() else { break };
            if next > end {
                break;
            }
            {
                let mut props = self.stage.props();
                props.now = props.now.max(next);
            }
            if landing == Some(next) {
                self.land();
            } else if wake == Some(next) {
                self.wake().await;
            } else if let Some((_, event)) = self.events.pop_first() {
                self.happen(event).await;
            }
        }
        let mut props = self.stage.props();
        props.now = props.now.max(end);
    }

    fn next_landing(&self) -> Option<Timestamp> {
        self.stage.props().shops.iter().filter_map(|shop| shop.next_landing()).min()
    }

    fn land(&mut self) {
        let mut props = self.stage.props();
        let now = props.now;
        for at in 0..props.shops.len() {
            for flight in props.shops[at].land(now) {
                let what = format!("  {} lands at shop {at}", flight.key);
                props.log.add(now, what);
            }
        }
        self.ledger.check_belief(&self.company.channels, &mut props);
    }

    async fn wake(&mut self) {
        let first = self.actors.iter().enumerate().min_by_key(|(_, actor)| actor.wakes);
        let Some((at, _)) = first else { return };
        let actor = self.actors.swap_remove(at);
        self.drive(actor).await;
    }

    /// Begins a feed, unless one is under way or our machine is off.
    pub(crate) async fn feed(&mut self, channel: usize, kind: FeedKind, basis: Basis) {
        let is_busy = self.actors.iter().any(|actor| actor.channel == channel && !actor.is_zombie);
        if is_busy || self.is_off {
            return;
        }
        let cause = if self.dice.happens(0.1) { Cause::Command } else { Cause::Schedule };
        self.stage.say(|| format!("{kind} of channel {channel} by {cause}, {basis:?}"));
        self.feeds += 1;
        self.company.expire_lease(channel).await;
        let act = self.company.feed(channel, kind, basis, cause);
        self.drive(Actor {
            channel,
            act,
            wakes: START,
            is_zombie: false,
            epoch: None,
            has_ended: false,
        })
        .await;
    }

    /// Drives an actor to its next wait, its end or its death, and checks everything.
    async fn drive(&mut self, mut actor: Actor) {
        let dies = self.dice.happens(self.mix.faults.crash_at_statement * 0.3);
        let statements = self.dice.number(0, STATEMENTS).unsigned_abs();
        die_before_statement(dies.then_some(statements));
        let channel = actor.channel;
        // Nobody took over: it goes on as if it had not slept.
        actor.is_zombie &= actor.epoch != self.epoch(channel);
        let is_zombie = actor.is_zombie;
        let before = self.ledger.last.clone();
        match drive(&self.stage, &mut actor.act, is_zombie).await {
            Driven::Waits(until) => actor.wakes = until,
            Driven::Ended(end) => {
                actor.has_ended = true;
                self.note_end(channel, is_zombie, end);
            }
            Driven::Died => {
                self.stage.say(|| format!("channel {channel} dies before a statement"));
                drop(actor);
                self.after_death(channel).await;
                return self.look().await;
            }
        }
        self.look().await;
        if is_zombie && !self.ledger.last.agrees_with(&before) {
            let what = format!("the old runner of channel {channel} changed something");
            self.stage.props().accuse("I9 fence", what);
        }
        match actor.has_ended {
            true => {
                self.check_sight().await;
                self.await_newcomer(channel);
            }
            false => self.rest(actor).await,
        }
    }

    /// How often the channel's lease was granted.
    pub(crate) fn epoch(&self, channel: usize) -> Option<i64> {
        let channel = self.company.channels.get(channel)?;
        self.ledger.last.epochs.get(channel).copied()
    }

    /// An actor waits: a moment at which its future may be dropped, or it may sleep too long.
    async fn rest(&mut self, mut actor: Actor) {
        let faults = self.mix.faults.clone();
        let channel = actor.channel;
        if !actor.is_zombie && self.dice.happens(faults.cancel * 0.5) {
            self.stage.say(|| format!("the feed of channel {channel} is dropped"));
            self.stage.props().give_up(channel);
            return;
        }
        if !actor.is_zombie && self.dice.happens(faults.zombie * 0.5) {
            self.oversleep(&mut actor).await;
        }
        self.actors.push(actor);
    }

    fn note_end(&mut self, channel: usize, is_zombie: bool, end: Result<FeedId, RunError>) {
        let word = match &end {
            Ok(feed) => format!("feed {} ends", feed.0),
            Err(error) => format!("ends: {error}"),
        };
        self.stage
            .say(|| format!("channel {channel}{}: {word}", if is_zombie { " (old)" } else { "" }));
        // A feed may end because of others, or of settings that came meanwhile.
        let may_end = [StoreErrorKind::Fenced, StoreErrorKind::Outdated];
        let is_odd =
            matches!(&end, Err(RunError::Store(error)) if !may_end.contains(&error.kind()));
        if is_odd {
            self.stage.props().accuse("the database works", word);
        }
    }

    /// Half of all deaths take the whole process along.
    async fn after_death(&mut self, channel: usize) {
        self.stage.props().give_up(channel);
        if self.dice.happens(0.5) {
            self.crash().await;
        }
    }

    /// The process dies with everything it does, and comes up again unless it is off.
    pub(crate) async fn crash(&mut self) {
        self.stage.say(|| "the process dies".to_owned());
        for channel in 0..self.company.channels.len() {
            self.stage.props().give_up(channel);
        }
        self.actors.clear();
        let is_reopened = self.dice.happens(0.2);
        self.company.restart(is_reopened).await;
    }

    /// Looks at the database and checks everything.
    pub(crate) async fn look(&mut self) {
        let observed = self.company.peephole.look(self.ledger.checked).await;
        let observed = observed.expect("the database can be read");
        let expected = Expected {
            inputs: &self.company.inputs,
            offers: &self.company.offers,
            channels: &self.company.channels,
            has_external: self.mix.has_external,
        };
        let mut props = self.stage.props();
        self.ledger.check(observed, &self.company.channels, &expected, &mut props);
    }

    /// How much the calendar lags behind what it once said.
    pub(crate) fn lag(&self) -> SignedDuration {
        let props = self.stage.props();
        props.latest.duration_since(props.calendar()).max(SignedDuration::ZERO)
    }
}

impl crate::stage::Props {
    /// Whoever fed a channel is gone.
    pub(crate) fn give_up(&mut self, channel: usize) {
        let now = self.now;
        self.shops[channel].give_up(now);
    }
}
