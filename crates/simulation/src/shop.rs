//! A marketplace: what it shows, what is on its way to it, and what it told us.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::Receipt;

use crate::booking::Bookings;
use crate::habits::Habits;

/// A listing's name there: part number and location.
pub(crate) type Name = (String, String);

/// A change that is still to come into force.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    pub(crate) key: String,
    pub(crate) lands: Timestamp,
    pub(crate) lines: Vec<(Name, i64)>,
    /// Every listing that the request names, those included whose line is refused.
    pub(crate) named: BTreeSet<Name>,
    /// Lines that are dropped without a word.
    pub(crate) dropped: BTreeSet<Name>,
    /// Whether whatever is left out becomes 0.
    pub(crate) is_whole: bool,
}

/// What a flight will make of a listing.
pub(crate) struct Coming<'a> {
    pub(crate) quantity: i64,
    pub(crate) flight: &'a Flight,
    /// Whether the listing was part of the request, and not left out of a whole True-Up.
    pub(crate) is_named: bool,
}

/// A request as it arrived, for whoever checks what we sent.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) key: String,
    pub(crate) lines: Vec<(i64, Name, i64)>,
}

/// What the marketplace said of a line, as far as it is evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Accepted,
    Rejected,
    NotApplied,
    /// The request was refused, for its lines' sake or for its own.
    Refused,
    Unknown,
}

/// What it said of a batch: of all lines, and of those that it singled out.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) default: Word,
    pub(crate) lines: BTreeMap<i64, Word>,
}

/// A submission that is worked on.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// From when on its receipt is given out; `None` for never.
    pub(crate) done_at: Option<Timestamp>,
    pub(crate) receipt: Receipt,
    pub(crate) told: Told,
}

/// One simulated marketplace.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) habits: Habits,
    pub(crate) shows: BTreeMap<Name, i64>,
    /// Listings that others changed, or that it lied about, since it last did as it was told.
    pub(crate) touched: BTreeSet<Name>,
    pub(crate) air: Vec<Flight>,
    pub(crate) works: BTreeMap<String, Work>,
    pub(crate) told: BTreeMap<String, Told>,
    pub(crate) arrived: Vec<Arrived>,
    /// What each key was used for.
    pub(crate) keys: BTreeMap<String, Vec<(Name, i64)>>,
    /// Where it takes differences: what it booked, and is going to.
    pub(crate) bookings: Bookings,
    /// Part numbers that it refuses.
    pub(crate) poison: BTreeSet<String>,
    pub(crate) is_down: bool,
    /// The batch whose request is being prepared.
    pub(crate) preparing: Option<String>,
    /// The batch whose request is under way.
    pub(crate) called: Option<String>,
    /// When somebody last put something on sale because a whole True-Up might land.
    pub(crate) newcomer_at: Option<Timestamp>,
}

impl Shop {
    pub(crate) fn new(habits: Habits) -> Self {
        Self {
            habits,
            shows: BTreeMap::new(),
            touched: BTreeSet::new(),
            air: Vec::new(),
            works: BTreeMap::new(),
            told: BTreeMap::new(),
            arrived: Vec::new(),
            keys: BTreeMap::new(),
            bookings: Bookings::default(),
            poison: BTreeSet::new(),
            is_down: false,
            preparing: None,
            called: None,
            newcomer_at: None,
        }
    }

    /// When the next change comes into force.
    pub(crate) fn next_landing(&self) -> Option<Timestamp> {
        self.air.iter().map(|flight| flight.lands).min()
    }

    /// Brings into force what is due, in its order.
    pub(crate) fn land(&mut self, now: Timestamp) -> Vec<Flight> {
        self.air.sort_by_key(|flight| flight.lands);
        let due = self.air.partition_point(|flight| flight.lands <= now);
        let landed: Vec<Flight> = self.air.drain(..due).collect();
        for flight in &landed {
            self.apply(flight);
        }
        landed
    }

    fn apply(&mut self, flight: &Flight) {
        if self.habits.is_keyed {
            return self.book(flight);
        }
        if flight.is_whole {
            for (name, quantity) in &mut self.shows {
                if !flight.named.contains(name) {
                    *quantity = 0;
                }
            }
        }
        for (name, quantity) in &flight.lines {
            if flight.dropped.contains(name) {
                self.touched.insert(name.clone());
            } else {
                self.touched.remove(name);
                self.shows.insert(name.clone(), *quantity);
            }
        }
    }

    /// Whoever sent what is on its way gave up at this moment: the settle time is kept.
    pub(crate) fn give_up(&mut self, now: Timestamp) {
        let latest = now + self.habits.settle.mul_f64(0.95);
        for flight in &mut self.air {
            flight.lands = flight.lands.min(latest);
        }
        self.called = None;
        self.preparing = None;
    }

    /// What the listing may come to show by what is on its way.
    pub(crate) fn coming<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = Coming<'a>> {
        let is_shown = self.shows.contains_key(name);
        self.air.iter().filter_map(move |flight| {
            let own = flight.lines.iter().find(|(own, _)| own == name);
            let is_named = flight.named.contains(name);
            let quantity = match own {
                Some(_) if flight.dropped.contains(name) => return None,
                Some((_, quantity)) => self.outcome(flight, name, *quantity)?,
                None if flight.is_whole && !is_named && is_shown => 0,
                None => return None,
            };
            Some(Coming { quantity, flight, is_named })
        })
    }

    /// Somebody else sets a number.
    pub(crate) fn edit(&mut self, name: &Name, quantity: i64) {
        self.shows.insert(name.clone(), quantity);
        self.touched.insert(name.clone());
    }
}

/// How long a submission may be worked on: less than the runner's patience.
pub(crate) const WORK_MAX: SignedDuration = SignedDuration::from_mins(29);
