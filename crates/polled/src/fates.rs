//! What a conversation leaves as the answer to a letter: the fate of each line.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{Answer, Batch, LineKey, LineVerdict, Receipt, Refusal, one_line};

/// The fates of the lines of a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fates {
    /// By which people find the batch at the marketplace.
    pub handle: String,
    /// What is told of each line.
    pub lines: Vec<Told>,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The line.
    pub key: LineKey,
    /// The marketplace's id of what the line is about, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_id: Option<String>,
    /// What became of it.
    pub fate: Fate,
}

/// The fate of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The marketplace shows the quantity.
    Applied,
    /// Something is wrong with the line.
    Refused(Refusal),
    /// It had no effect, and nothing is wrong with the line.
    NotApplied(String),
    /// Nobody knows.
    Unknown(String),
}

impl Fate {
    /// A refusal with these words, on one line.
    #[must_use]
    pub fn refused(code: &str, message: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(code, one_line(&message.into())))
    }

    /// Nothing where the line shares the receipt's answer.
    fn verdict(self) -> Option<LineVerdict> {
        match self {
            Self::Applied => None,
            Self::Refused(refusal) => Some(LineVerdict::Rejected(refusal)),
            Self::NotApplied(why) => Some(LineVerdict::NotApplied(why)),
            Self::Unknown(why) => Some(LineVerdict::Unknown(why)),
        }
    }
}

impl Fates {
    /// The answer as it is left in the mailbox.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).expect("texts and numbers are always JSON").into()
    }

    /// Reads an answer. One that cannot be read tells of no line.
    #[must_use]
    pub fn read(answer: &[u8]) -> Self {
        serde_json::from_slice(answer).unwrap_or_default()
    }

    /// The receipt of a batch. A line that the answer does not tell of is in doubt; what it tells of
    /// a line that was never sent concerns nobody.
    pub fn receipt(self, batch: &Batch) -> Receipt {
        let mut receipt = Receipt::new(Answer::Applied).with_handle(&self.handle);
        let mut told: Vec<LineKey> = Vec::with_capacity(self.lines.len());
        for Told { key, remote_id, fate } in self.lines {
            told.push(key);
            if let Some(verdict) = fate.verdict() {
                let _ = receipt.set(batch, key, verdict);
            }
            if let Some(remote_id) = remote_id {
                receipt.remember(key, remote_id);
            }
        }
        told.sort_unstable();
        let silent = batch.lines.iter().filter(|line| told.binary_search(&line.key).is_err());
        for line in silent {
            let why = "the marketplace left no word of this line".to_owned();
            let _ = receipt.set(batch, line.key, LineVerdict::Unknown(why));
        }
        receipt
    }
}
