//! What people and tests see of the simulator.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::company::{Adjustment, Item};
use crate::world::World;

/// Everything it holds.
#[derive(Clone, Debug, Serialize)]
pub struct StateView {
    /// Inventory parts, by full name.
    pub items: Vec<ItemView>,
    /// Adjustments, in the order they were booked.
    pub adjustments: Vec<AdjustmentView>,
    /// The ids of message sets whose answers are kept.
    pub message_sets: Vec<String>,
    /// The last visits.
    pub visits: Vec<VisitView>,
}

/// An inventory part.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    /// With the names of its parents.
    pub full_name: String,
    /// QuickBooks' id.
    pub list_id: String,
    /// The manufacturer's part number.
    pub part_number: String,
    /// The quantity on hand, over all sites.
    pub on_hand: String,
    /// By site, where there are sites.
    pub sites: BTreeMap<String, String>,
}

/// An inventory adjustment.
#[derive(Clone, Debug, Serialize)]
pub struct AdjustmentView {
    /// The number by which people find it.
    pub ref_number: String,
    /// The date it is booked on.
    pub date: String,
    /// The account it is posted to.
    pub account: String,
    /// The inventory site, or nothing.
    pub site: String,
    /// Its lines.
    pub lines: Vec<LineView>,
}

/// A line of an adjustment.
#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    /// The item.
    pub full_name: String,
    /// By how much its quantity changed.
    pub difference: String,
}

/// One visit of the Web Connector.
#[derive(Clone, Debug, Default, Serialize)]
pub struct VisitView {
    /// The methods it called, in order.
    pub calls: Vec<String>,
    /// The requests it got for QuickBooks.
    pub requests: Vec<String>,
    /// How it ended.
    pub ending: Ending,
}

/// How a visit ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All was done.
    Done,
    /// There was no work.
    NoWork,
    /// User name or password were refused.
    NotValidUser,
    /// The service was busy.
    Busy,
    /// The session broke.
    #[default]
    Lost,
    /// The service or QuickBooks stopped it, with the text that people see.
    Stopped(String),
    /// The service could not be understood or reached.
    Failed(String),
}

impl World {
    pub(crate) fn view(&self) -> StateView {
        let mut items: Vec<ItemView> = self.company.items.iter().map(item).collect();
        items.sort_by(|a, b| a.full_name.cmp(&b.full_name));
        StateView {
            items,
            adjustments: self.company.adjustments.iter().map(adjustment).collect(),
            message_sets: self.company.sets.iter().map(|set| set.id.clone()).collect(),
            visits: self.visits.iter().cloned().collect(),
        }
    }
}

impl StateView {
    /// The quantity on hand of an item over all sites.
    #[must_use]
    pub fn on_hand(&self, full_name: &str) -> Option<&str> {
        let item = self.items.iter().find(|item| item.full_name == full_name)?;
        Some(&item.on_hand)
    }
}

fn item(item: &Item) -> ItemView {
    let sites = item.on_hand.iter().filter(|(site, _)| !site.is_empty());
    ItemView {
        full_name: item.full_name.clone(),
        list_id: item.list_id.clone(),
        part_number: item.part_number.clone(),
        on_hand: item.total().to_string(),
        sites: sites.map(|(site, amount)| (site.clone(), amount.to_string())).collect(),
    }
}

fn adjustment(adjustment: &Adjustment) -> AdjustmentView {
    let lines = adjustment.lines.iter().map(|line| LineView {
        full_name: line.full_name.clone(),
        difference: line.difference.to_string(),
    });
    AdjustmentView {
        ref_number: adjustment.ref_number.clone(),
        date: adjustment.date.map_or(String::new(), |date| date.to_string()),
        account: adjustment.account.clone(),
        site: adjustment.site.clone(),
        lines: lines.collect(),
    }
}
