//! What waits in the mailbox: our own message of a batch, and our own answer to it.

use bytes::Bytes;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{
    Answer as Whole, Batch, Line, LineKey, LineVerdict, Receipt, Refusal, one_line,
};

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

/// What became of every line of a message.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The RefNumber by which people find the adjustments.
    pub ref_number: String,
    pub lines: Vec<Told>,
}

/// What became of a line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub key: LineKey,
    /// QuickBooks' id of the item, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    pub fate: Fate,
}

/// The fate of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// QuickBooks shows the quantity.
    Applied,
    /// Something is wrong with the line.
    Refused(Refusal),
    /// It had no effect, and nothing is wrong with the line.
    NotApplied(String),
    /// Nobody knows.
    Unknown(String),
}

impl Fate {
    pub(crate) fn refused(code: &str, message: impl Into<String>) -> Self {
        Self::Refused(Refusal { code: code.to_owned(), message: one_line(&message.into()) })
    }
}

impl Message {
    /// The message of the lines that are not withheld.
    pub(crate) fn new<'a>(date: Date, lines: impl Iterator<Item = &'a Line>) -> Self {
        let wanted = |line: &Line| Wanted {
            key: line.key,
            name: line.part_number.as_str().to_owned(),
            list_id: line.remote_id.clone(),
            site: line.location.as_ref().map(|site| site.as_str().to_owned()),
            quantity: line.level.quantity,
        };
        Self { date, lines: lines.map(wanted).collect() }
    }

    pub(crate) fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).expect("texts and numbers are always JSON").into()
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

impl Answer {
    pub(crate) fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).expect("texts and numbers are always JSON").into()
    }

    /// The receipt of a batch. A line that the answer does not tell of is in doubt.
    pub(crate) fn receipt(bytes: &[u8], batch: &Batch) -> Receipt {
        let answer: Self = serde_json::from_slice(bytes).unwrap_or_default();
        let mut receipt = Receipt::new(Whole::Applied).with_handle(&answer.ref_number);
        let mut told: Vec<LineKey> = Vec::with_capacity(answer.lines.len());
        for Told { key, list_id, fate } in answer.lines {
            let verdict = match fate {
                Fate::Applied => None,
                Fate::Refused(refusal) => Some(LineVerdict::Rejected(refusal)),
                Fate::NotApplied(why) => Some(LineVerdict::NotApplied(why)),
                Fate::Unknown(why) => Some(LineVerdict::Unknown(why)),
            };
            told.push(key);
            if let Some(verdict) = verdict {
                // A line that was never sent concerns nobody.
                let _ = receipt.set(batch, key, verdict);
            }
            if let Some(list_id) = list_id {
                receipt.remember(key, list_id);
            }
        }
        told.sort_unstable();
        let silent = batch.lines.iter().filter(|line| told.binary_search(&line.key).is_err());
        for line in silent {
            let why = "the session with QuickBooks left no word of this line".to_owned();
            let _ = receipt.set(batch, line.key, LineVerdict::Unknown(why));
        }
        receipt
    }
}
