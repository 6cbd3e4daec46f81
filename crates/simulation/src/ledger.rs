//! The checks: what the database says, held against what was sent, told, shown and stated.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::expected::Expected;
use crate::observed::{CLEAN, IN_FLIGHT, Observed, SeenBatch};
use crate::shop::{Arrived, Coming, Flight, Told, Word};
use crate::stage::Props;

/// What was seen before, which later observations must agree with.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What each generation of a listing wanted.
    wants: BTreeMap<(i64, i64), i64>,
    /// The newest generation of each listing that was acknowledged.
    acknowledged: BTreeMap<i64, i64>,
    /// Closed batches that were judged.
    judged: BTreeSet<i64>,
    /// Every batch up to this one was judged.
    pub(crate) checked: i64,
    pub(crate) last: Observed,
}

impl Ledger {
    /// Checks everything against a new look at the database. `channels` are the keys of the
    /// channels, in the order of the shops.
    pub(crate) fn check(
        &mut self,
        observed: Observed,
        channels: &[i64],
        expected: &Expected<'_>,
        props: &mut Props,
    ) {
        self.check_generations(&observed, props);
        self.check_arrivals(&observed, channels, props);
        self.note_acknowledged(&observed);
        check_claims(&observed, props);
        self.judge(&observed, channels, props);
        expected.check(&observed, props);
        self.last = observed;
        self.check_belief(channels, props);
    }

    /// I2: a generation stands for one number, and only ever grows.
    fn check_generations(&mut self, observed: &Observed, props: &mut Props) {
        for (id, seen) in &observed.listings {
            let before = self.wants.insert((*id, seen.generation), seen.want);
            if before.is_some_and(|before| before != seen.want) {
                let what =
                    format!("{:?} generation {} changed its number", seen.name, seen.generation);
                props.accuse("I2 no going back", what);
            }
            let last = self.last.listings.get(id);
            if last.is_some_and(|last| last.generation > seen.generation) {
                props.accuse("I2 no going back", format!("{:?} lost a generation", seen.name));
            }
        }
    }

    /// Each request that arrived had a durable record under the current epoch, and carried what the
    /// record says.
    fn check_arrivals(&mut self, observed: &Observed, channels: &[i64], props: &mut Props) {
        for (shop, channel) in channels.iter().enumerate() {
            for arrived in std::mem::take(&mut props.shops[shop].arrived) {
                let batch = observed.batches.values().find(|batch| batch.key == arrived.key);
                let Some(batch) = batch else {
                    let what = format!("{} was sent without a record", arrived.key);
                    props.accuse("I3 belief", what);
                    continue;
                };
                if observed.epochs.get(channel) != Some(&batch.epoch) {
                    let what =
                        format!("{} was sent under the old epoch {}", batch.key, batch.epoch);
                    props.accuse("I9 fence", what);
                }
                self.check_arrival(&arrived, batch, props);
            }
        }
    }

    fn check_arrival(&self, arrived: &Arrived, batch: &SeenBatch, props: &mut Props) {
        for (listing, name, quantity) in &arrived.lines {
            let recorded = batch.body.get(listing);
            if recorded.map(|(_, recorded)| recorded) != Some(quantity) {
                let what = format!("{name:?} was sent as {quantity}, recorded as {recorded:?}");
                props.accuse("I3 belief", what);
            }
            let Some((generation, _)) = recorded else { continue };
            let wanted = self.wants.get(&(*listing, *generation));
            if wanted.is_some_and(|wanted| wanted != quantity) || *quantity < 0 {
                let what = format!("{name:?} was sent as {quantity}, justified was {wanted:?}");
                props.accuse("I4 not more than there was", what);
            }
            let newest = self.acknowledged.get(listing);
            if newest.is_some_and(|newest| newest > generation) {
                let what = format!("{name:?}: generation {generation} after {newest:?}");
                props.accuse("I2 no going back", what);
            }
        }
    }

    fn note_acknowledged(&mut self, observed: &Observed) {
        for (id, seen) in &observed.listings {
            if let Some((_, generation)) = seen.acknowledged {
                let newest = self.acknowledged.entry(*id).or_insert(generation);
                *newest = generation.max(*newest);
            }
        }
    }

    /// I5: each line of a closed batch has one outcome, and it is what the marketplace said.
    fn judge(&mut self, observed: &Observed, channels: &[i64], props: &mut Props) {
        for batch in observed.batches.values().filter(|batch| !batch.is_open) {
            if !self.judged.insert(batch.id) {
                continue;
            }
            let shop = channels.iter().position(|channel| *channel == batch.channel);
            let told = shop.and_then(|shop| props.shops[shop].told_of(&batch.key));
            if let Some(what) = misjudged(batch, told.as_ref()) {
                props.accuse("I5 one outcome", what);
            }
        }
        let open = observed.batches.values().find(|batch| batch.is_open);
        let newest = observed.batches.keys().max().copied().unwrap_or(self.checked);
        self.checked = open.map_or(newest, |open| open.id - 1).max(self.checked);
    }

    /// I3: what is shown, and what may still come to be shown, is among what is believed; and what
    /// is displayed as clean can be nothing else.
    pub(crate) fn check_belief(&self, channels: &[i64], props: &mut Props) {
        let mut broken = Vec::new();
        for (id, seen) in &self.last.listings {
            let Some(at) = channels.iter().position(|channel| *channel == seen.channel) else {
                continue;
            };
            let (shop, believed) = (&props.shops[at], self.last.believed(*id));
            let name = &seen.name;
            let is_believed = match shop.shows.get(name) {
                _ if shop.touched.contains(name) => true,
                None => seen.acknowledged.is_none(),
                Some(shown) => believed.contains(shown),
            };
            if !is_believed {
                let shown = shop.shows.get(name);
                broken
                    .push(format!("shop {at} shows {name:?} as {shown:?}, believed {believed:?}"));
            }
            let calendar = |true_moment: Timestamp| (true_moment + props.ahead).as_microsecond();
            for coming in shop.coming(name) {
                let Coming { quantity, flight: Flight { key, lands, .. }, is_named } = coming;
                let may_come = format!("{quantity} of {key} may come to {name:?} at shop {at}");
                let until = seen.suspected_until(quantity);
                // Whoever is left out and shows something was told it after that True-Up was claimed.
                let is_told = shop.shows.get(name).is_some_and(|shown| *shown > 0)
                    && !shop.touched.contains(name);
                let is_at_stake = is_named || is_told;
                if !believed.contains(&quantity) {
                    broken.push(format!("{may_come}, believed {believed:?}"));
                } else if is_at_stake && !self.is_open(key) && until < Some(calendar(*lands)) {
                    broken.push(format!("{may_come} at {lands}, suspected until {until:?}"));
                }
            }
            if seen.state == CLEAN && believed != BTreeSet::from([seen.want]) {
                broken.push(format!("{name:?} is clean on {}, believed {believed:?}", seen.want));
            }
        }
        for what in broken {
            props.accuse("I3 belief", what);
        }
    }
}

impl Ledger {
    fn is_open(&self, key: &str) -> bool {
        self.last.batches.values().any(|batch| batch.is_open && batch.key == key)
    }
}

/// I2: at most one live claim per listing.
fn check_claims(observed: &Observed, props: &mut Props) {
    for batch in observed.batches.values().filter(|batch| batch.is_open) {
        let live = batch.body.keys().filter(|listing| !batch.exceptions.contains_key(listing));
        for listing in live {
            let Some(seen) = observed.listings.get(listing) else { continue };
            if seen.state != IN_FLIGHT || seen.batch != Some(batch.id) {
                let what = format!("{:?} is in the open {} and elsewhere", seen.name, batch.key);
                props.accuse("I2 one live claim", what);
            }
        }
    }
    for seen in observed.listings.values().filter(|seen| seen.state == IN_FLIGHT) {
        let batch = seen.batch.and_then(|batch| observed.batches.get(&batch));
        if !batch.is_some_and(|batch| batch.is_open) {
            let what = format!("{:?} is in flight in no open batch", seen.name);
            props.accuse("I5 one outcome", what);
        }
    }
}

/// What is wrong with the outcomes of a closed batch.
fn misjudged(batch: &SeenBatch, told: Option<&Told>) -> Option<String> {
    let key = &batch.key;
    if usize::try_from(batch.lines) != Ok(batch.body.len()) {
        return Some(format!("{key} has {} lines and says {}", batch.body.len(), batch.lines));
    }
    if let Some(alien) = batch.exceptions.keys().find(|line| !batch.body.contains_key(line)) {
        return Some(format!("{key} has an outcome of listing {alien}, which is not in it"));
    }
    if batch.default == "parked" {
        return None;
    }
    for line in batch.body.keys() {
        let outcome = batch.exceptions.get(line).unwrap_or(&batch.default);
        let said = told
            .map_or(Word::Unknown, |told| told.lines.get(line).copied().unwrap_or(told.default));
        let is_fair = match outcome.as_str() {
            "accepted" | "submitted" => said == Word::Accepted,
            "rejected" => matches!(said, Word::Rejected | Word::Refused),
            "superseded" => matches!(said, Word::NotApplied | Word::Rejected | Word::Refused),
            "unknown" => true,
            _ => false,
        };
        if !is_fair {
            return Some(format!("{key} line {line} is recorded as {outcome}, told was {said:?}"));
        }
    }
    None
}
