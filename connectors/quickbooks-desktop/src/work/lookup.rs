//! Which item of QuickBooks a line is about.

use std::collections::{BTreeSet, HashMap};

use trueup_polled::Fate;
use trueup_soap::xml::{Element, Writer, escaped};

use super::{Stage, Work};
use crate::message::Wanted;
use crate::qbxml::Answers;
use crate::status::Status;

/// Names or ids in one query.
const NAMES_PER_QUERY: usize = 100;
/// Items on one page of a scan.
const ITEMS_PER_PAGE: usize = 100;

/// An inventory part of QuickBooks.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub list_id: String,
    full_name: String,
    is_active: bool,
    /// What QuickBooks shows over all sites, where it is a whole number.
    on_hand: Option<i64>,
}

impl Item {
    fn read(element: &Element) -> Self {
        Self {
            list_id: element.text_at(&["ListID"]).to_owned(),
            full_name: element.text_at(&["FullName"]).to_owned(),
            is_active: element.text_at(&["IsActive"]) != "false",
            on_hand: whole(element.text_at(&["QuantityOnHand"])),
        }
    }
}

/// `12`, `12.00000` and `-3` are whole.
fn whole(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|digit| digit == b'0').then_some(())?;
    whole.parse().ok()
}

impl Work {
    /// The query for items by the ids that earlier letters found.
    pub(super) fn known_items(&self) -> Option<String> {
        self.queries("k", "ListID", |wanted| wanted.list_id.as_deref())
    }

    /// The query for items by full name.
    pub(super) fn named_items(&self) -> Option<String> {
        self.queries("n", "FullName", |wanted| Some(&wanted.name))
    }

    fn queries<'a>(
        &'a self,
        prefix: &str,
        element: &str,
        value: impl Fn(&'a Wanted) -> Option<&'a str>,
    ) -> Option<String> {
        let unfound = self.open().filter(|(.., line)| line.item.is_none());
        let values: BTreeSet<&str> = unfound.filter_map(|(_, wanted, _)| value(wanted)).collect();
        let values: Vec<&str> = values.into_iter().collect();
        let mut out = Writer::default();
        for (index, values) in values.chunks(NAMES_PER_QUERY).enumerate() {
            let tag = format!("ItemInventoryQueryRq requestID=\"{prefix}{index}\"");
            out.element(&tag, |out| {
                values.iter().for_each(|value| out.leaf(element, value));
                self.wanted_elements(out);
            });
        }
        (!values.is_empty()).then(|| out.finish())
    }

    /// The query for the next page of all items, while a line is not found. A scan goes on to its
    /// end, so that two items with the same number are noticed.
    pub(super) fn all_items(&self) -> Option<String> {
        let Stage::Scan { iterator, is_over: false } = &self.stage else { return None };
        self.open().find(|(_, wanted, line)| line.item.is_none() || is_scanned(wanted, line))?;
        let iterator = match iterator {
            None => "iterator=\"Start\"".to_owned(),
            Some(id) => format!("iterator=\"Continue\" iteratorID=\"{}\"", escaped(id)),
        };
        let mut out = Writer::default();
        out.element(&format!("ItemInventoryQueryRq requestID=\"s0\" {iterator}"), |out| {
            out.leaf("MaxReturned", &ITEMS_PER_PAGE.to_string());
            out.leaf("ActiveStatus", "ActiveOnly");
            self.wanted_elements(out);
        });
        Some(out.finish())
    }

    fn wanted_elements(&self, out: &mut Writer) {
        let matched = self.terms.match_by.element();
        let always = ["ListID", "FullName", "IsActive", "QuantityOnHand"];
        let own = (!always.contains(&matched)).then_some(matched);
        always.into_iter().chain(own).for_each(|name| out.leaf("IncludeRetElement", name));
    }

    /// Reads the answers to any of these queries.
    pub(super) fn take_items(&mut self, answers: &Answers) {
        let prefix = match self.stage {
            Stage::Known => "k",
            Stage::Named => "n",
            Stage::Scan { .. } | Stage::Recall | Stage::Adjust { .. } => "s",
        };
        let mut count = 0;
        while let Some(answer) = answers.to(&format!("{prefix}{count}")) {
            count += 1;
            match Status::of(answer) {
                Some(status) if status.is_answer() => self.note_items(answer),
                Some(status) => return self.end(&status.fate()),
                None => return self.end(&unanswered()),
            }
            self.turn_page(answer);
        }
        if count == 0 {
            self.end(&unanswered());
        }
    }

    fn note_items(&mut self, answer: &Element) {
        let (match_by, is_known) = (self.terms.match_by, matches!(self.stage, Stage::Known));
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let unfound = self.message.lines.iter().enumerate();
        for (at, wanted) in unfound {
            by_name.entry(match_by.folded(&wanted.name)).or_default().push(at);
        }
        for element in answer.all("ItemInventoryRet") {
            let item = Item::read(element);
            let name = match_by.folded(element.text_at(&[match_by.element()]));
            for at in by_name.get(&name).into_iter().flatten() {
                let of_known = self.message.lines.get(*at).and_then(|line| line.list_id.as_deref());
                if !is_known || of_known == Some(&item.list_id) {
                    self.note_item(*at, &item);
                }
            }
        }
    }

    fn note_item(&mut self, at: usize, item: &Item) {
        let Some(line) = self.lines.get_mut(at) else { return };
        match &line.item {
            Some(first) if first.list_id != item.list_id => {
                line.rival.get_or_insert_with(|| item.full_name.clone());
            }
            Some(_) => {}
            None => line.item = Some(item.clone()),
        }
    }

    fn turn_page(&mut self, answer: &Element) {
        if let Stage::Scan { iterator, is_over } = &mut self.stage {
            let left = answer.attribute("iteratorRemainingCount").unwrap_or_default();
            let id = answer.attribute("iteratorID").filter(|id| !id.is_empty());
            *is_over = left.trim().parse::<u64>().unwrap_or_default() == 0 || id.is_none();
            *iterator = id.map(str::to_owned);
        }
    }

    /// Decides the lines that need no adjustment, or can have none.
    pub(super) fn judge_items(&mut self) {
        let mut wanted_by: HashMap<(String, Option<String>), usize> = HashMap::new();
        for (_, wanted, line) in self.open() {
            if let Some(item) = &line.item {
                let place = wanted.site.as_ref().map(|site| site.to_lowercase());
                *wanted_by.entry((item.list_id.clone(), place)).or_default() += 1;
            }
        }
        let fates: Vec<(usize, Option<Fate>)> = self
            .open()
            .map(|(at, wanted, line)| {
                let place = wanted.site.as_ref().map(|site| site.to_lowercase());
                let item = line.item.as_ref().map(|item| (item.list_id.clone(), place));
                let is_twice = item.is_some_and(|item| wanted_by.get(&item).copied() > Some(1));
                (at, self.judged(wanted, line, is_twice))
            })
            .collect();
        for (at, fate) in fates {
            fate.into_iter().for_each(|fate| self.decide(at, fate));
        }
    }

    fn judged(&self, wanted: &Wanted, line: &super::Line, is_twice: bool) -> Option<Fate> {
        let (name, words) = (&wanted.name, self.terms.match_by.words());
        let Some(item) = &line.item else {
            let message = format!(
                "QuickBooks has no active inventory part whose {words} is `{name}`; add it there, \
                 or give the product an alias on this channel"
            );
            return Some(Fate::refused("not_found", message));
        };
        let full_name = &item.full_name;
        if let Some(rival) = &line.rival {
            let message = format!(
                "both `{full_name}` and `{rival}` have the {words} `{name}`; correct one of them"
            );
            return Some(Fate::refused("ambiguous", message));
        }
        if is_twice {
            let message = format!(
                "two products of this feed stand for the item `{full_name}`; give each its own"
            );
            return Some(Fate::refused("same_item", message));
        }
        if !item.is_active {
            let message =
                format!("the item `{full_name}` is inactive in QuickBooks; make it active");
            return Some(Fate::refused("inactive", message));
        }
        if let Some(why) = self.misplaced(wanted) {
            return Some(Fate::NotApplied(why.to_owned()));
        }
        // The quantity of one site is not told here, only that of all.
        let is_so = wanted.site.is_none() && item.on_hand == Some(wanted.quantity);
        is_so.then_some(Fate::Applied)
    }

    fn misplaced(&self, wanted: &Wanted) -> Option<&'static str> {
        match (self.terms.host.has_sites, &wanted.site) {
            (Some(true), None) => Some(
                "QuickBooks keeps stock by inventory site; add [locations] to the channel, with the \
                 name of a site for each location",
            ),
            (Some(false), Some(_)) => Some(
                "QuickBooks keeps no inventory sites; take [locations] out of the channel, or turn \
                 on Multiple Inventory Sites in QuickBooks",
            ),
            (Some(_) | None, _) => None,
        }
    }
}

/// Whether the scan itself found it, so that another one may follow.
fn is_scanned(wanted: &Wanted, line: &super::Line) -> bool {
    line.item.as_ref().is_some_and(|item| wanted.list_id.as_ref() != Some(&item.list_id))
}

fn unanswered() -> Fate {
    Fate::NotApplied("QuickBooks left the question for the items unanswered".to_owned())
}
