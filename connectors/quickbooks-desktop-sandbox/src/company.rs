//! The company file: items, accounts, sites, and what was booked.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;

use crate::amount::Amount;

/// An inventory part.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub list_id: String,
    /// With the names of its parents.
    pub full_name: String,
    pub part_number: String,
    pub bar_code: String,
    pub is_active: bool,
    /// By site; all of it under the empty name where there are no sites.
    pub on_hand: BTreeMap<String, Amount>,
}

impl Item {
    /// The last part of the full name.
    pub(crate) fn name(&self) -> &str {
        self.full_name.rsplit(':').next().unwrap_or_default()
    }

    pub(crate) fn total(&self) -> Amount {
        self.on_hand.values().fold(Amount::default(), |sum, amount| sum.plus(*amount))
    }

    pub(crate) fn at(&self, site: &str) -> Amount {
        self.on_hand.get(site).copied().unwrap_or_default()
    }
}

/// An inventory adjustment.
#[derive(Clone, Debug)]
pub(crate) struct Adjustment {
    pub txn_id: String,
    pub number: usize,
    pub date: Option<Date>,
    pub ref_number: String,
    pub account: String,
    pub site: String,
    pub memo: String,
    pub lines: Vec<AdjustmentLine>,
}

/// A line of an adjustment.
#[derive(Clone, Debug)]
pub(crate) struct AdjustmentLine {
    pub list_id: String,
    pub full_name: String,
    pub difference: Amount,
}

/// An answer kept under a message-set id.
#[derive(Clone, Debug)]
pub(crate) struct KeptSet {
    pub id: String,
    pub request: String,
    pub answer: String,
}

/// A running query of all items.
#[derive(Clone, Debug)]
pub(crate) struct Iterator {
    pub id: String,
    pub left: VecDeque<String>,
}

/// What a company file holds.
#[derive(Debug, Default)]
pub(crate) struct Company {
    pub items: Vec<Item>,
    pub adjustments: Vec<Adjustment>,
    pub sets: VecDeque<KeptSet>,
    pub iterators: Vec<Iterator>,
    made: usize,
}

/// ListIDs carry the time the record was made at; this one is the dossier's.
const BEGINNING: usize = 1_415_025_717;

impl Company {
    /// Adds an item.
    pub(crate) fn add(
        &mut self,
        full_name: &str,
        part_number: &str,
        bar_code: &str,
        on_hand: Amount,
    ) {
        let number = self.next();
        self.items.push(Item {
            list_id: format!("8000{number:04X}-{}", BEGINNING + number),
            full_name: full_name.to_owned(),
            part_number: part_number.to_owned(),
            bar_code: bar_code.to_owned(),
            is_active: true,
            on_hand: BTreeMap::from([(String::new(), on_hand)]),
        });
    }

    /// A number that no record has.
    pub(crate) fn next(&mut self) -> usize {
        self.made += 1;
        self.made
    }

    /// Names are compared without regard to case.
    pub(crate) fn named(&self, full_name: &str) -> Option<usize> {
        let wanted = full_name.to_lowercase();
        self.items.iter().position(|item| item.full_name.to_lowercase() == wanted)
    }

    pub(crate) fn with_id(&self, list_id: &str) -> Option<usize> {
        self.items.iter().position(|item| item.list_id == list_id)
    }
}
