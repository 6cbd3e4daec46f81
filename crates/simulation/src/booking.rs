//! Marketplaces that take differences: each is booked once per key, as long as the key is known, and
//! whoever repeats a request is told what the first one was told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_marketplace::{Batch, Line, Prepared, Receipt};

use crate::fate::{Call, Reply, name_of};
use crate::habits::KEY_LIFE;
use crate::shop::{Flight, Name, Shop, Told, Word};
use crate::stage::Props;
use crate::stall::told;

/// What such a marketplace remembers, by key.
#[derive(Debug, Default)]
pub(crate) struct Bookings {
    /// The bytes that came first.
    bodies: BTreeMap<String, Vec<u8>>,
    differences: BTreeMap<String, BTreeMap<Name, i64>>,
    /// When each was booked.
    booked: BTreeMap<String, Timestamp>,
    /// What was answered, or would have been if the answer had not been lost.
    pub(crate) answered: BTreeMap<String, Receipt>,
}

impl Shop {
    /// A request, written down: the differences to what is shown at this moment, if it takes those.
    pub(crate) fn prepared(&self, batch: &Batch) -> Vec<u8> {
        if !self.habits.is_keyed {
            return batch.key.0.clone().into_bytes();
        }
        let difference = |name: &Name, quantity| quantity - self.shown(name);
        let named = batch.lines.iter().map(|line| (name_of(line), line.level.quantity));
        let differences: Vec<(Name, i64)> =
            named.map(|(name, quantity)| (name.clone(), difference(&name, quantity))).collect();
        serde_json::to_vec(&differences).expect("texts and numbers have a JSON form")
    }

    fn shown(&self, name: &Name) -> i64 {
        self.shows.get(name).copied().unwrap_or_default()
    }

    /// What a batch may be recorded as. Where requests are kept on disk, one that never came was
    /// never sent, whoever died.
    pub(crate) fn told_of(&self, key: &str) -> Option<Told> {
        if self.habits.is_keyed && !self.bookings.bodies.contains_key(key) {
            let lines = self.told.get(key).map(|told| told.lines.clone()).unwrap_or_default();
            return Some(Told { default: Word::NotApplied, lines });
        }
        self.told.get(key).cloned()
    }

    /// What was said of a key, where keys are known.
    pub(crate) fn said_before(&self, key: &str) -> Option<Receipt> {
        self.bookings.answered.get(key).filter(|_| self.habits.is_keyed).cloned()
    }

    fn is_booked(&self, flight: &Flight) -> bool {
        let booked = self.bookings.booked.get(&flight.key);
        booked.is_some_and(|at| flight.lands.duration_since(*at) < KEY_LIFE)
    }

    /// Books what a flight brings.
    pub(crate) fn book(&mut self, flight: &Flight) {
        if self.is_booked(flight) {
            return;
        }
        self.bookings.booked.insert(flight.key.clone(), flight.lands);
        let differences = self.bookings.differences.get(&flight.key).cloned().unwrap_or_default();
        for (name, quantity) in &flight.lines {
            if flight.dropped.contains(name) {
                self.touched.insert(name.clone());
                continue;
            }
            let shown = self.shown(name) + differences.get(name).copied().unwrap_or_default();
            // What others changed since the read is still in the number.
            if shown == *quantity {
                self.touched.remove(name);
            }
            self.shows.insert(name.clone(), shown);
        }
    }

    /// What a flight will make of a listing that it names; `None` where that is nothing.
    pub(crate) fn outcome(&self, flight: &Flight, name: &Name, quantity: i64) -> Option<i64> {
        if !self.habits.is_keyed {
            return Some(quantity);
        }
        let difference = self.bookings.differences.get(&flight.key)?.get(name)?;
        // Nobody can know what a difference makes of a number that others changed since the read.
        let is_nothing = self.is_booked(flight) || self.touched.contains(name);
        (!is_nothing).then(|| self.shown(name) + difference)
    }
}

impl Props {
    /// A key stands for the bytes that it came with first.
    pub(crate) fn note_differences(&mut self, shop: usize, batch: &Batch, prepared: &Prepared) {
        if !self.shops[shop].habits.is_keyed {
            return;
        }
        let (key, bookings) = (&batch.key.0, &mut self.shops[shop].bookings);
        let body = prepared.body.to_vec();
        let differences: Vec<(Name, i64)> = serde_json::from_slice(&body).unwrap_or_default();
        let first = bookings.bodies.entry(key.clone()).or_insert_with(|| body.clone());
        let is_same = *first == body;
        bookings
            .differences
            .entry(key.clone())
            .or_insert_with(|| differences.into_iter().collect());
        if !is_same {
            self.accuse("I5 one key, one content", format!("{key} came again with other bytes"));
        }
    }

    /// Says again what was said of a key.
    pub(crate) fn answer_again(
        &mut self,
        shop: usize,
        batch: &Batch,
        (lines, receipt): (&[&Line], Receipt),
        answers_at: Timestamp,
    ) -> Call {
        let exceptions = receipt.exceptions();
        let taken = lines.iter().filter(|line| !exceptions.contains_key(&line.key));
        let content = taken.map(|line| (name_of(line), line.level.quantity)).collect();
        let lands = self.now + self.dice.part_of(answers_at.duration_since(self.now));
        self.launch(shop, batch, content, lands);
        let told = Some(told(&receipt));
        Call { answers_at, reply: Reply::Receipt(receipt), told }
    }
}
