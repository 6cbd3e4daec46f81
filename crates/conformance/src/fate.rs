//! What a connector says became of each line.

use std::collections::BTreeMap;

use trueup_marketplace::{Answer, Arrival, Batch, Error, LineKey, LineVerdict, Prepared, Receipt};

/// What is said of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is in force.
    Applied,
    /// It was received, and nothing will tell more.
    Submitted,
    /// It was refused, with these words.
    Rejected(String),
    /// It certainly had no effect.
    NotApplied(String),
    /// It may be in force or not.
    Unknown(String),
}

/// What a batch was told to be, and what a lost answer is resolved with.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) fates: BTreeMap<LineKey, Fate>,
    pub(crate) unresolved: Option<Prepared>,
}

impl Told {
    /// The same of every line.
    pub(crate) fn all(batch: &Batch, fate: &Fate) -> Self {
        let fates = batch.lines.iter().map(|line| (line.key, fate.clone())).collect();
        Self { fates, unresolved: None }
    }

    /// A batch that failed as a whole; `prepared` is kept where it may have taken effect.
    pub(crate) fn failed(batch: &Batch, error: &Error, prepared: Option<Prepared>) -> Self {
        match error.arrival() {
            Arrival::NotApplied => Self::all(batch, &Fate::NotApplied(error.to_string())),
            Arrival::Unknown => {
                let told = Self::all(batch, &Fate::Unknown(error.to_string()));
                Self { unresolved: prepared, ..told }
            }
        }
    }

    /// A final receipt, with the lines that were withheld from the request.
    pub(crate) fn of(batch: &Batch, receipt: &Receipt, prepared: &Prepared) -> Self {
        let rest = match receipt.answer() {
            Answer::Applied => Fate::Applied,
            Answer::Submitted => Fate::Submitted,
            Answer::Pending(_) => Fate::Unknown("it was never settled".to_owned()),
        };
        let mut told = Self::all(batch, &rest);
        let withheld = prepared.withheld.iter().map(|(key, verdict)| (*key, verdict));
        let own = receipt.exceptions().iter().map(|(key, verdict)| (*key, verdict));
        told.fates.extend(own.chain(withheld).map(|(key, verdict)| (key, of_line(verdict))));
        told
    }

    /// The lines that are not at rest.
    pub(crate) fn open(&self) -> impl Iterator<Item = LineKey> + '_ {
        let is_open = |fate: &Fate| matches!(fate, Fate::NotApplied(_) | Fate::Unknown(_));
        self.fates.iter().filter(move |(_, fate)| is_open(fate)).map(|(key, _)| *key)
    }
}

fn of_line(verdict: &LineVerdict) -> Fate {
    match verdict {
        LineVerdict::Rejected(refusal) => Fate::Rejected(refusal.message.clone()),
        LineVerdict::NotApplied(why) => Fate::NotApplied(why.clone()),
        LineVerdict::Unknown(why) => Fate::Unknown(why.clone()),
    }
}
