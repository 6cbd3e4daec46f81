//! What becomes of a request: whether and when it takes effect, and what we are told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::{
    Acknowledges, Answer, Batch, Error, ErrorKind, FeedKind, Line, LineVerdict, Prepared, Receipt,
    Refusal, Ticket,
};

use crate::refusing::refusal;
use crate::shop::{Arrived, Flight, Name, Told, WORK_MAX, Word, Work};
use crate::stage::Props;
use crate::stall::told;

/// A request under way.
pub(crate) struct Call {
    pub(crate) answers_at: Timestamp,
    pub(crate) reply: Reply,
    /// What the reply is evidence of; `None` while a ticket is worked on.
    pub(crate) told: Option<Told>,
}

/// What comes back.
pub(crate) enum Reply {
    Receipt(Receipt),
    Error(Error),
}

/// When a request takes effect, in relation to our giving it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Never,
    Before,
    Late,
}

pub(crate) fn name_of(line: &Line) -> Name {
    let location = line.location.as_ref().map_or("", |location| location.as_str());
    (line.part_number.as_str().to_owned(), location.to_owned())
}

impl Props {
    /// Takes a request and decides everything that will become of it.
    pub(crate) fn receive(
        &mut self,
        shop: usize,
        batch: &Batch,
        prepared: &Prepared,
        withheld: &[i64],
    ) -> Call {
        let lines: Vec<&Line> =
            batch.lines.iter().filter(|line| !withheld.contains(&line.key.0)).collect();
        self.note_arrival(shop, batch, &lines);
        self.note_differences(shop, batch, prepared);
        let (faults, now) = (self.mix.faults.clone(), self.now);
        let is_slow = self.dice.happens(faults.slow * 0.3);
        let latency = if is_slow {
            self.dice.seconds(5, 100)
        } else {
            SignedDuration::from_millis(self.dice.number(20, 2_000))
        };
        let answers_at = now + latency;
        let shop_at = &mut self.shops[shop];
        shop_at.called = Some(batch.key.0.clone());
        if let Some(told) = shop_at.told.get_mut(&batch.key.0) {
            told.default = Word::Unknown;
        }
        if let Some(error) = refusal(shop_at, &lines, &faults, &mut self.dice) {
            let word = match error.kind() {
                ErrorKind::Refused => Word::Refused,
                _ => Word::NotApplied,
            };
            return Call::failed(answers_at, error, word);
        }
        let unclear = [
            (faults.timeout, "no answer within the deadline", ErrorKind::Timeout),
            (faults.server_error, "status 503", ErrorKind::Unavailable),
            (faults.lost_answer, "the connection was reset", ErrorKind::Connection),
            (faults.unreadable, "the answer is HTML", ErrorKind::Unreadable),
            (
                faults.alien_answer,
                "the answer refuses `X`, which was not sent",
                ErrorKind::Unreadable,
            ),
        ];
        for (likelihood, why, kind) in unclear {
            if self.dice.happens(likelihood * 0.7) {
                let effects = [Effect::Never, Effect::Before, Effect::Late, Effect::Late];
                let effect = *self.dice.one_of(&effects);
                // Whoever gets no answer waits for it as long as anybody does.
                let waited = self.dice.seconds(60, 110);
                let is_timeout = kind == ErrorKind::Timeout;
                let answers_at = if is_timeout { now + waited } else { answers_at };
                self.fly(shop, batch, &lines, answers_at, effect);
                self.log.add(now, format!("  {kind:?} at {answers_at}, effect {effect:?}"));
                return Call::failed(answers_at, Error::unknown(kind, why), Word::Unknown);
            }
        }
        match self.shops[shop].said_before(&batch.key.0) {
            Some(receipt) => self.answer_again(shop, batch, (&lines, receipt), answers_at),
            None => self.answer(shop, batch, &lines, answers_at),
        }
    }

    fn note_arrival(&mut self, shop: usize, batch: &Batch, lines: &[&Line]) {
        let sent = lines.iter().map(|line| (line.key.0, name_of(line), line.level.quantity));
        let sent: Vec<(i64, Name, i64)> = sent.collect();
        let content = sent.iter().map(|(_, name, quantity)| (name.clone(), *quantity));
        let content: Vec<(Name, i64)> = content.collect();
        let (key, now) = (batch.key.0.clone(), self.now);
        self.log.add(now, format!("shop {shop} gets {key} ({}) {content:?}", batch.kind));
        let before = self.shops[shop].keys.insert(key.clone(), content.clone());
        if before.is_some_and(|before| before != content) {
            self.accuse("I5 one key, one content", format!("{key} came again as {content:?}"));
        }
        if batch.kind == FeedKind::TrueUp && self.shops[shop].habits.is_whole {
            self.require_complete(shop, &content);
        }
        self.shops[shop].arrived.push(Arrived { key, lines: sent });
    }

    fn require_complete(&mut self, shop: usize, content: &[(Name, i64)]) {
        let named: BTreeSet<&Name> = content.iter().map(|(name, _)| name).collect();
        let of = &self.shops[shop];
        let left_out = of.shows.iter().find(|(name, quantity)| {
            **quantity > 0 && !named.contains(name) && !of.touched.contains(*name)
        });
        if let Some((name, quantity)) = left_out {
            let what = format!("a whole True-Up leaves out {name:?}, which shows {quantity}");
            self.accuse("I12 whole or not at all", what);
        }
    }

    /// Puts the effect of a request on its way.
    fn fly(
        &mut self,
        shop: usize,
        batch: &Batch,
        lines: &[&Line],
        gives_up: Timestamp,
        effect: Effect,
    ) {
        let before = gives_up.duration_since(self.now);
        let lands = match effect {
            Effect::Never => return,
            Effect::Before => self.now + self.dice.part_of(before),
            Effect::Late => {
                let settle = self.shops[shop].habits.settle.mul_f64(0.95);
                gives_up + self.dice.part_of(settle)
            }
        };
        let content = lines.iter().map(|line| (name_of(line), line.level.quantity)).collect();
        let all = Receipt::new(Answer::Applied);
        self.shops[shop].bookings.answered.entry(batch.key.0.clone()).or_insert(all);
        self.launch(shop, batch, content, lands);
    }

    pub(crate) fn launch(
        &mut self,
        shop: usize,
        batch: &Batch,
        lines: Vec<(Name, i64)>,
        lands: Timestamp,
    ) {
        let (lie, now) = (self.mix.faults.lie * 0.2, self.now);
        let dropped = lines.iter().filter(|_| self.dice.happens(lie)).map(|(name, _)| name.clone());
        let dropped: BTreeSet<Name> = dropped.collect();
        if !dropped.is_empty() {
            self.log.add(now, format!("  it lies about {dropped:?}"));
        }
        let is_whole = batch.kind == FeedKind::TrueUp && self.shops[shop].habits.is_whole;
        let named = batch.lines.iter().map(name_of).collect();
        let key = batch.key.0.clone();
        self.shops[shop].air.push(Flight { key, lands, lines, named, dropped, is_whole });
    }

    /// The request is taken: some lines may be refused, the others come into force.
    fn answer(
        &mut self,
        shop: usize,
        batch: &Batch,
        lines: &[&Line],
        answers_at: Timestamp,
    ) -> Call {
        let acknowledges = self.shops[shop].habits.acknowledges;
        let verdicts = self.verdicts(shop, lines);
        let taken = lines.iter().filter(|line| match verdicts.get(&line.key.0) {
            None => true,
            Some(LineVerdict::Unknown(_)) => self.dice.happens(0.5),
            Some(LineVerdict::Rejected(_) | LineVerdict::NotApplied(_)) => false,
        });
        let content: Vec<(Name, i64)> =
            taken.map(|line| (name_of(line), line.level.quantity)).collect();
        let final_answer = match acknowledges {
            Acknowledges::Applied | Acknowledges::Ticket => Answer::Applied,
            Acknowledges::Submission => Answer::Submitted,
        };
        let mut receipt = Receipt::new(final_answer);
        for line in lines {
            if let Some(verdict) = verdicts.get(&line.key.0) {
                receipt.set(batch, line.key, verdict.clone()).expect("the line is in the batch");
            }
        }
        if acknowledges == Acknowledges::Ticket {
            return self.work_on(shop, batch, content, receipt, answers_at);
        }
        let wait = answers_at.duration_since(self.now);
        let lands = self.now + self.dice.part_of(wait);
        let duplicated = self.mix.faults.duplicated;
        if self.dice.happens(duplicated) {
            let again = lands + self.dice.part_of(answers_at.duration_since(lands));
            self.launch(shop, batch, content.clone(), again);
        }
        self.launch(shop, batch, content, lands);
        self.shops[shop].bookings.answered.insert(batch.key.0.clone(), receipt.clone());
        let told = Some(told(&receipt));
        Call { answers_at, reply: Reply::Receipt(receipt), told }
    }

    fn work_on(
        &mut self,
        shop: usize,
        batch: &Batch,
        content: Vec<(Name, i64)>,
        receipt: Receipt,
        answers_at: Timestamp,
    ) -> Call {
        let faults = self.mix.faults.clone();
        let longest = match self.dice.happens(faults.slow) {
            true => WORK_MAX,
            false => SignedDuration::from_secs(20),
        };
        let done_at = answers_at + self.dice.part_of(longest);
        let lands = self.now + self.dice.part_of(done_at.duration_since(self.now));
        let is_stuck = self.dice.happens(faults.stuck_ticket * 0.5);
        if !is_stuck || self.dice.happens(0.5) {
            self.launch(shop, batch, content, lands);
        }
        let told = told(&receipt);
        let work = Work { done_at: (!is_stuck).then_some(done_at), receipt, told };
        let ticket = Ticket(format!("ticket-{}", batch.key));
        self.shops[shop].works.insert(ticket.0.clone(), work);
        Call { answers_at, reply: Reply::Receipt(Receipt::pending(&ticket)), told: None }
    }

    /// The lines that are singled out.
    fn verdicts(&mut self, shop: usize, lines: &[&Line]) -> BTreeMap<i64, LineVerdict> {
        let of = &self.shops[shop];
        if !of.habits.judges_lines {
            return BTreeMap::new();
        }
        let partial = self.mix.faults.partial * 0.3;
        let mut verdicts = BTreeMap::new();
        for line in lines {
            let is_poison = of.poison.contains(line.part_number.as_str());
            if is_poison {
                verdicts.insert(line.key.0, rejected());
            } else if self.dice.happens(partial) {
                let why = "it does not say".to_owned();
                let choices =
                    [rejected(), LineVerdict::Unknown(why.clone()), LineVerdict::NotApplied(why)];
                verdicts.insert(line.key.0, self.dice.one_of(&choices).clone());
            }
        }
        verdicts
    }
}

impl Call {
    fn failed(answers_at: Timestamp, error: Error, word: Word) -> Self {
        let told = Some(Told { default: word, lines: BTreeMap::new() });
        Self { answers_at, reply: Reply::Error(error), told }
    }
}

fn rejected() -> LineVerdict {
    let message = "this item is not for sale".to_owned();
    LineVerdict::Rejected(Refusal { code: "E7".to_owned(), message })
}
