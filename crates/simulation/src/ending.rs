//! The calm end: faults off, and within the settle time and two feeds everything must be clean.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;

use crate::event::Event;
use crate::observed::{CLEAN, RETIRED, Seen};
use crate::scenario::Scenario;

const READABLE: &str = "the database can be read";

/// How far apart feeds are in the end: longer than any back-off, and than a ticket may be open.
const TICK: SignedDuration = SignedDuration::from_mins(30);

impl Scenario {
    /// Stops the faults and what repeats, and lets the schedules run on.
    pub(crate) async fn calm_down(&mut self) {
        self.stage.say(|| "the calm begins".to_owned());
        self.mix = self.mix.calm();
        self.is_calm = true;
        {
            let mut props = self.stage.props();
            props.mix = self.mix.clone();
            for shop in &mut props.shops {
                shop.is_down = false;
                shop.poison.clear();
            }
        }
        self.events.clear();
        if self.is_off {
            self.is_off = false;
            self.company.restart(true).await;
        }
        let begin = self.stage.props().now + SignedDuration::from_mins(1);
        // While the calendar lags, waits that were written down before it was set take longer.
        let start = begin + self.lag() + TICK + TICK;
        self.plan_everywhere(begin, FeedKind::Differential);
        self.plan_everywhere(start - SignedDuration::from_mins(5), FeedKind::Differential);
        self.plan(start - SignedDuration::from_mins(1), Event::Unpark);
        self.plan_everywhere(start, FeedKind::TrueUp);
        let bound = self.company.settle_max() + TICK * 2;
        let ticks = i32::try_from(bound.as_secs() / TICK.as_secs()).unwrap_or(i32::MAX);
        for tick in 1..=ticks {
            self.plan_everywhere(start + TICK * tick, FeedKind::Differential);
        }
        self.run_until(start + TICK * (ticks + 1)).await;
    }

    fn plan_everywhere(&mut self, at: Timestamp, kind: FeedKind) {
        for channel in 0..self.company.channels.len() {
            self.plan(at, Event::Feed(channel, kind, Basis::Real));
        }
    }

    /// Parked listings get their other chance: by an operator, or by other settings.
    pub(crate) async fn unpark(&mut self) {
        for channel in 0..self.company.channels.len() {
            if self.dice.happens(0.5) {
                self.retry(channel).await;
            } else {
                self.company.offers[channel].buffer += 1;
                self.company.fingerprints[channel] += 1;
                self.company.register(channel).await;
            }
        }
    }

    /// I1, and the sums of every feed.
    pub(crate) async fn check_end(&mut self) {
        self.look().await;
        let listings = self.ledger.last.listings.values();
        let wrong: Vec<String> = listings.filter_map(|seen| self.wrong_in_the_end(seen)).collect();
        for what in wrong {
            self.stage.props().accuse("I1 convergence", what);
        }
        self.check_sums().await;
    }

    /// What is wrong with a listing that had time enough. One that is held back may wait.
    fn wrong_in_the_end(&self, seen: &Seen) -> Option<String> {
        let company = &self.company;
        let at = company.channels.iter().position(|channel| *channel == seen.channel)?;
        let props = self.stage.props();
        let shop = &props.shops[at];
        // Nothing confirms the number of a product that left, nor any other where the guard holds a
        // whole True-Up back.
        let is_unconfirmed = seen.state == RETIRED || shop.habits.is_whole;
        if seen.is_held || is_unconfirmed && shop.touched.contains(&seen.name) {
            return None;
        }
        if !is_at_rest(seen) {
            return Some(format!("{:?} is not at rest: {seen:?}", seen.name));
        }
        let shown = shop.shows.get(&seen.name).copied().unwrap_or_default();
        let number = |is_external: bool| {
            company.inputs.final_number(at, &company.offers[at], &seen.name, is_external)
        };
        // The same guard may leave the numbers of the last True-Up of external stock.
        let (real, external) = (number(false), number(self.mix.has_external));
        let is_right = shown == seen.want && [real, external].contains(&shown);
        (!is_right).then(|| {
            format!("{:?} shows {shown}, wanted {}, justified {real}", seen.name, seen.want)
        })
    }

    async fn check_sums(&mut self) {
        let feeds = self.company.store.feeds(None, 10_000).await.expect(READABLE);
        let sql = "SELECT feed_id, CAST(SUM(lines) AS BIGINT) FROM batch GROUP BY feed_id";
        let sums = self.company.peephole.rows(sql).await.expect(READABLE);
        let sums: BTreeMap<i64, i64> = sums
            .iter()
            .filter_map(|row| Some((row.try_get_by_index(0).ok()?, row.try_get_by_index(1).ok()?)))
            .collect();
        for feed in feeds {
            let lines = sums.get(&feed.id.0).copied().unwrap_or_default();
            if i64::try_from(feed.planned) != Ok(lines) {
                let what =
                    format!("feed {} has {lines} lines, outcomes {}", feed.id.0, feed.planned);
                self.stage.props().accuse("I5 one outcome", what);
            }
        }
    }
}

fn is_at_rest(seen: &Seen) -> bool {
    let is_settled = seen.suspects.is_empty();
    match seen.state {
        CLEAN => is_settled && seen.acknowledged.is_some_and(|(number, _)| number == seen.want),
        RETIRED => is_settled,
        _ => false,
    }
}
