//! What waits in the mailbox: our own message of a batch.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{Line, LineKey};

/// The new quantities of a batch. The same batch on the same day gives the same bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    /// The date the adjustments are booked on, in the company's time zone.
    pub date: Date,
    pub lines: Vec<Wanted>,
}

/// One line of a batch, as QuickBooks is told it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub key: LineKey,
    /// The value of the item field that is matched.
    pub name: String,
    /// QuickBooks' id of the item, where an earlier look-up found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// The inventory site, where the channel has `[locations]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The new quantity on hand.
    pub quantity: i64,
}

impl Wanted {
    pub(crate) fn new(line: &Line) -> Self {
        Self {
            key: line.key,
            name: line.part_number.as_str().to_owned(),
            list_id: line.remote_id.clone(),
            site: line.location.as_ref().map(|site| site.as_str().to_owned()),
            quantity: line.level.quantity,
        }
    }
}
