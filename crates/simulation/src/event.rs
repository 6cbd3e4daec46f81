//! What happens around the code: schedules, people, marketplaces and accidents.

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;
use trueup_store::Products;

use crate::actor::Actor;
use crate::change::Change;
use crate::dice::Dice;
use crate::inputs::Offer;
use crate::scenario::Scenario;
use crate::shop::Name;
use crate::stage::START;

/// Something that is due at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Feed(usize, FeedKind, Basis),
    Change,
    /// One throw for every accident.
    Accident,
    SwitchOn,
    ShopOpens(usize),
    /// A Differential that does not repeat itself.
    Once(usize),
    /// Something goes on sale that a channel's last True-Up did not name.
    Newcomer(usize),
    /// In the calm end: whatever the operator can do for parked listings.
    Unpark,
}

/// How often accidents may happen while people work.
const ACCIDENT: SignedDuration = SignedDuration::from_mins(4);

/// How far apart newcomers are.
const NEWCOMER: SignedDuration = SignedDuration::from_mins(5);

/// Random settings of a channel.
pub(crate) fn offer(dice: &mut Dice) -> Offer {
    let pools = match dice.index(3) {
        0 => vec![("", vec!["MAIN", "EAST"])],
        1 => vec![("R1", vec!["MAIN"])],
        _ => vec![("R1", vec!["MAIN"]), ("R2", vec!["EAST"])],
    };
    let maximum = dice.happens(0.3).then(|| dice.number(1, 8));
    Offer { pools, buffer: dice.number(0, 2), maximum }
}

impl Scenario {
    /// The first of each repeating event.
    pub(crate) fn start(&mut self) {
        let now = self.stage.props().now;
        for channel in 0..self.company.channels.len() {
            self.plan(now, Event::Feed(channel, FeedKind::Differential, Basis::Real));
            let first = now + self.dice.seconds(60, 7_200);
            self.plan(first, Event::Feed(channel, FeedKind::TrueUp, Basis::Real));
            if self.mix.has_external {
                let first = now + self.dice.seconds(60, 14_400);
                self.plan(first, Event::Feed(channel, FeedKind::TrueUp, Basis::External));
            }
        }
        self.plan(now, Event::Change);
        self.plan(now + ACCIDENT, Event::Accident);
    }

    /// When something that repeats happens again: soon while people work, else in hours.
    fn again(&mut self, every: SignedDuration) -> Timestamp {
        let now = self.stage.props().now;
        let wait = every.mul_f64(0.5 + self.dice.share());
        let into_day = now.duration_since(START).as_secs().rem_euclid(86_400);
        if into_day < self.mix.hours * 3_600 {
            now + wait
        } else {
            now + wait.max(SignedDuration::from_hours(6))
        }
    }

    pub(crate) async fn happen(&mut self, event: Event) {
        match event {
            Event::Feed(channel, kind, basis) => {
                let every = match kind {
                    FeedKind::Differential => self.mix.tick,
                    FeedKind::TrueUp => SignedDuration::from_mins(45),
                };
                if !self.is_calm {
                    let next = self.again(every);
                    self.plan(next, event);
                }
                self.feed(channel, kind, basis).await;
            }
            Event::Change => {
                let next = self.again(self.mix.change);
                self.plan(next, event);
                let shops = self.company.channels.len();
                let (mix, inputs) = (&self.mix, &self.company.inputs);
                let change = Change::of(inputs, shops, mix, &mut self.dice);
                self.change(change).await;
            }
            Event::Accident => {
                let next = self.again(ACCIDENT);
                self.plan(next, event);
                self.accidents().await;
            }
            Event::SwitchOn => {
                self.is_off = false;
                self.company.restart(true).await;
            }
            Event::Once(channel) => {
                self.feed(channel, FeedKind::Differential, Basis::Real).await;
            }
            Event::Newcomer(channel) => self.newcomer(channel).await,
            Event::ShopOpens(shop) => self.stage.props().shops[shop].is_down = false,
            Event::Unpark => self.unpark().await,
        }
    }

    /// Where a feed ends while a whole True-Up may still land, people are likely to put something on
    /// sale that is not in it.
    pub(crate) fn await_newcomer(&mut self, channel: usize) {
        let key = self.company.channels[channel];
        let is_open = self.ledger.last.batches.values().any(|b| b.is_open && b.channel == key);
        let is_likely = self.dice.happens(self.mix.faults.newcomer);
        let soon = {
            let mut props = self.stage.props();
            let now = props.now;
            let shop = &mut props.shops[channel];
            let may_land = shop.habits.is_whole && is_open || shop.air.iter().any(|f| f.is_whole);
            // One after the other: the feed that tells of it ends as well.
            let is_alone = shop.newcomer_at.is_none_or(|at| now - NEWCOMER > at);
            if !(is_likely && may_land && is_alone) {
                return;
            }
            shop.newcomer_at = Some(now);
            now + self.dice.seconds(1, 20)
        };
        self.plan(soon, Event::Newcomer(channel));
    }

    async fn newcomer(&mut self, channel: usize) {
        for change in Change::newcomer(&self.company.inputs, channel, &mut self.dice) {
            if !self.change(change).await {
                return;
            }
        }
        let soon = self.stage.props().now + self.dice.seconds(1, 20);
        self.plan(soon, Event::Once(channel));
    }

    async fn accidents(&mut self) {
        let faults = self.mix.faults.clone();
        let shop = self.dice.index(self.company.channels.len());
        if self.dice.happens(faults.human) {
            self.edit(shop);
        }
        if self.dice.happens(faults.poison) {
            self.poison(shop);
        }
        if self.dice.happens(faults.outage) {
            self.outage(shop);
        }
        if self.dice.happens(faults.jump) {
            self.jump();
        }
        if self.dice.happens(faults.retry) {
            self.retry(shop).await;
        }
        if self.dice.happens(faults.reload) {
            self.reload(shop).await;
        }
        if self.dice.happens(faults.crash) {
            self.crash().await;
        }
        self.look().await;
    }

    /// Somebody edits or sells at the marketplace.
    fn edit(&mut self, shop: usize) {
        let mut props = self.stage.props();
        let names: Vec<Name> = props.shops[shop].shows.keys().cloned().collect();
        if names.is_empty() {
            return;
        }
        let (name, quantity) = (self.dice.one_of(&names), self.dice.number(0, 12));
        props.shops[shop].edit(name, quantity);
        let now = props.now;
        props.log.add(now, format!("somebody sets {name:?} to {quantity} at shop {shop}"));
    }

    /// A part number is refused from now on, or taken again.
    fn poison(&mut self, shop: usize) {
        let product = self.dice.index(self.company.inputs.products.len());
        let part = self.company.inputs.part_number(product, shop).to_owned();
        let poison = &mut self.stage.props().shops[shop].poison;
        if !poison.remove(&part) {
            poison.insert(part);
        }
    }

    /// A marketplace closes, or our machine is switched off, for a minute up to two weeks.
    fn outage(&mut self, shop: usize) {
        let longest = *self.dice.one_of(&[60, 3_600, 86_400, 14 * 86_400]);
        let now = self.stage.props().now;
        let end = now + self.dice.seconds(60, longest);
        if self.dice.happens(0.5) {
            self.stage.props().shops[shop].is_down = true;
            self.plan(end, Event::ShopOpens(shop));
            return;
        }
        self.stage.say(|| format!("our machine is off until {end}"));
        for channel in 0..self.company.channels.len() {
            self.stage.props().give_up(channel);
        }
        self.actors.clear();
        self.is_off = true;
        self.plan(end, Event::SwitchOn);
    }

    /// The calendar is set. Forward only while nothing is on its way: the settle time is counted by
    /// the calendar, and no database can know better.
    fn jump(&mut self) {
        let day = 86_400;
        let back = -self.dice.seconds(1, day);
        let forward = self.dice.seconds(1, day);
        let mut props = self.stage.props();
        let is_quiet = props.shops.iter().all(|shop| shop.air.is_empty() && shop.called.is_none());
        let jump = if is_quiet && self.dice.happens(0.5) { forward } else { back };
        props.ahead += jump;
        let now = props.now;
        props.log.add(now, format!("the calendar jumps by {jump:?}"));
    }

    pub(crate) async fn retry(&mut self, channel: usize) {
        let now = self.stage.props().calendar();
        let name = &self.company.names[channel];
        let tried = self.company.store.retry(name, Products::All, now).await;
        let tried = tried.expect("the database takes a retry");
        self.stage.say(|| format!("an operator retries channel {channel}: {tried} listings"));
    }

    /// Other settings: taken up in the middle of whatever goes on, or by a restart.
    async fn reload(&mut self, channel: usize) {
        self.company.offers[channel] = offer(&mut self.dice);
        self.company.fingerprints[channel] += 1;
        let offer = self.company.offers[channel].clone();
        self.stage.say(|| format!("channel {channel} has new settings {offer:?}"));
        if self.dice.happens(0.5) {
            self.crash().await;
        } else {
            self.company.register(channel).await;
        }
    }

    /// A runner sleeps in the middle of a feed, and its lease is free for another one. Where a request
    /// is still to be sent, it sleeps longer than that may take: on SQLite nothing else would stop
    /// it, because there the lock that the operating system keeps is what makes sure.
    pub(crate) async fn oversleep(&mut self, actor: &mut Actor) {
        let channel = actor.channel;
        let is_unsent = self.stage.props().shops[channel].preparing.is_some();
        let longest = *self.dice.one_of(&[200, 1_800, 4 * 3_600]);
        let sleep = self.dice.seconds(if is_unsent { 130 } else { 5 }, longest);
        let now = self.stage.props().now;
        actor.epoch = self.epoch(channel);
        (actor.is_zombie, actor.wakes) = (true, actor.wakes.max(now + sleep));
        self.stage.say(|| format!("the runner of channel {channel} sleeps for {sleep:?}"));
        self.stage.props().give_up(channel);
        self.company.free_lease(channel).await;
        let soon = now + self.dice.seconds(0, 20);
        self.plan(soon, Event::Once(channel));
    }
}
