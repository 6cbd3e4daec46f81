//! The company's books: items, and adjustments of what is on hand.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::fault::Fault;

/// The account that differences may be booked against.
pub(crate) const ADJUST_ACCOUNT: &str = "91";
/// An account of a kind that they may not.
pub(crate) const INCOME_ACCOUNT: &str = "79";

/// One item. Quantities are whole ten-thousandths.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: u64,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) on_hand: i64,
    pub(crate) is_tracked: bool,
    pub(crate) is_inactive: bool,
    pub(crate) starts_late: bool,
}

/// Everything on the books.
#[derive(Clone, Debug, Default)]
pub(crate) struct Company {
    items: Vec<Item>,
    adjustments: u64,
}

impl Company {
    pub(crate) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }

    pub(crate) fn items_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        self.items.iter_mut()
    }

    /// How many adjustments were booked.
    pub(crate) const fn adjustments(&self) -> u64 {
        self.adjustments
    }

    /// Adds an item, unless there is one with this SKU.
    pub(crate) fn add(&mut self, sku: &str) {
        if self.items.iter().all(|item| item.sku != sku) {
            self.push(sku, sku.to_owned());
        }
    }

    pub(crate) fn add_twin(&mut self, sku: &str) {
        self.add(sku);
        self.push(sku, format!("{sku} (twin)"));
    }

    fn push(&mut self, sku: &str, name: String) {
        let id = 100 + self.items.len() as u64;
        self.items.push(Item {
            id,
            sku: sku.to_owned(),
            name,
            on_hand: 0,
            is_tracked: true,
            is_inactive: false,
            starts_late: false,
        });
    }

    /// Books an adjustment, or says why not.
    pub(crate) fn adjust(&mut self, adjustment: &Value) -> Result<Value, Fault> {
        let account = adjustment["AdjustAccountRef"]["value"].as_str();
        match account {
            Some(ADJUST_ACCOUNT) => {}
            Some(INCOME_ACCOUNT) => return Err(Fault::new(6430, "Invalid account type", "")),
            Some(_) => return Err(Fault::new(2500, "Invalid Reference Id", "")),
            None => {
                let detail = "Required parameter AdjustAccountRef is missing in the request";
                return Err(Fault::new(2020, "Required param missing", detail));
            }
        }
        let date = adjustment["TxnDate"].as_str().and_then(|date| date.parse::<Date>().ok());
        if date.is_none() {
            return Err(Fault::new(2060, "Invalid date format", "TxnDate"));
        }
        let lines = adjustment["Line"].as_array().cloned().unwrap_or_default();
        if lines.is_empty() {
            return Err(Fault::new(2250, "No lines", "Line"));
        }
        let differences = lines.iter().map(|line| self.difference(line));
        let differences = differences.collect::<Result<Vec<(usize, i64)>, Fault>>()?;
        for (position, difference) in differences {
            self.items[position].on_hand += difference;
        }
        self.adjustments += 1;
        let id = (1_455_000_000 + self.adjustments).to_string();
        Ok(json!({ "Id": id, "SyncToken": "0", "domain": "QBO", "sparse": false }))
    }

    /// Which item a line is about, and by how much.
    fn difference(&self, line: &Value) -> Result<(usize, i64), Fault> {
        let detail = &line["ItemAdjustmentLineDetail"];
        if !detail["NewQty"].is_null() {
            return Err(Fault::new(2010, "Unsupported property", "NewQty"));
        }
        let id = detail["ItemRef"]["value"].as_str().and_then(|id| id.parse::<u64>().ok());
        let position = self.items.iter().position(|item| Some(item.id) == id);
        let Some(position) = position else {
            return Err(Fault::new(2500, "Invalid Reference Id", "Invalid Reference Id"));
        };
        let item = &self.items[position];
        if item.is_inactive {
            let detail =
                "Object Not Found : Something you're trying to use has been made inactive.";
            return Err(Fault::new(610, "Object Not Found", detail));
        }
        if !item.is_tracked {
            return Err(Fault::new(
                6000,
                "A business validation error has occurred",
                "not tracked",
            ));
        }
        if item.starts_late {
            let message = "Transaction date is prior to start date for inventory item";
            return Err(Fault::new(6270, message, message));
        }
        let difference = detail["QtyDiff"]
            .as_f64()
            .ok_or_else(|| Fault::new(2160, "Invalid quantity", "QtyDiff"))?;
        #[expect(clippy::cast_possible_truncation, reason = "rounded, and far below the limit")]
        let scaled = (difference * 10_000.0).round() as i64;
        Ok((position, scaled))
    }
}
