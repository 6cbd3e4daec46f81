//! What the marketplace answered to a batch: one verdict for every line, matched by key.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Batch, Error, LineKey, RemoteLocation, one_line};

/// The marketplace's name for a submission that finishes later. Survives restarts of ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticket(pub String);

/// What the answer says of all lines that it does not single out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They are in force.
    Applied,
    /// They were received, and nothing will tell more: submitted, not confirmed.
    Submitted,
    /// They were received, and the ticket tells later.
    Pending(Ticket),
}

/// Why a line was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The marketplace's code, or a short one of ours.
    pub code: String,
    /// The marketplace's words.
    pub message: String,
}

impl Refusal {
    /// A refusal with a code and words.
    #[must_use]
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// The fate of one line that differs from the batch's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineVerdict {
    /// Refused: the listing keeps what it had.
    Rejected(Refusal),
    /// It certainly had no effect, and nothing is wrong with the line: it is planned again.
    NotApplied(String),
    /// The answer does not tell whether this line is in force.
    Unknown(String),
}

/// A total answer: every line of the batch has exactly one verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Receipt {
    answer: Answer,
    exceptions: BTreeMap<LineKey, LineVerdict>,
    handle: Option<String>,
    remote_ids: Vec<(LineKey, String)>,
    forgotten: Vec<LineKey>,
}

/// The answer names a line that the batch does not hold. The whole batch is then unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedKey(pub String);

impl fmt::Display for UnmatchedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match one_line(&self.0) {
            key if key.is_empty() => f.write_str("the answer refuses a line without naming it"),
            key => write!(f, "the answer refuses `{key}`, which was not sent"),
        }
    }
}

impl std::error::Error for UnmatchedKey {}

impl From<UnmatchedKey> for Error {
    fn from(unmatched: UnmatchedKey) -> Self {
        Self::unreadable(unmatched.to_string())
    }
}

impl Receipt {
    /// A receipt in which every line has the same answer.
    pub fn new(answer: Answer) -> Self {
        Self {
            answer,
            exceptions: BTreeMap::new(),
            handle: None,
            remote_ids: Vec::new(),
            forgotten: Vec::new(),
        }
    }

    /// A receipt of a submission that is not final yet, with its ticket as the handle.
    pub fn pending(ticket: &Ticket) -> Self {
        Self::new(Answer::Pending(ticket.clone())).with_handle(&ticket.0)
    }

    /// Notes the marketplace's handle of the submission, for people.
    pub fn with_handle(mut self, handle: impl Into<String>) -> Self {
        self.handle = Some(handle.into());
        self
    }

    /// Notes the marketplace's own id of a line's listing, found by a look-up.
    pub fn remember(&mut self, line: LineKey, remote_id: impl Into<String>) {
        self.remote_ids.push((line, remote_id.into()));
    }

    /// Drops the id of a line's listing, because the marketplace does not know it any more; the next
    /// batch looks it up again.
    pub fn forget(&mut self, line: LineKey) {
        self.forgotten.push(line);
    }

    /// Gives one line of the batch its own verdict. A line keeps the first it was given.
    ///
    /// # Errors
    /// [`UnmatchedKey`] where the batch does not hold the line.
    pub fn set(
        &mut self,
        batch: &Batch,
        line: LineKey,
        verdict: LineVerdict,
    ) -> Result<(), UnmatchedKey> {
        if !batch.lines.iter().any(|candidate| candidate.key == line) {
            return Err(UnmatchedKey(line.0.to_string()));
        }
        self.exceptions.entry(line).or_insert(verdict);
        Ok(())
    }

    /// Refuses the line that the marketplace names by part number, and by location where it says
    /// so. Part numbers are compared exactly, then without regard to case.
    ///
    /// Where several lines of the batch fit and no location tells them apart, each of them is
    /// *unknown*: one was refused, and which is not said.
    ///
    /// # Errors
    /// [`UnmatchedKey`] where no line fits.
    pub fn refuse(
        &mut self,
        batch: &Batch,
        part_number: &str,
        location: Option<&RemoteLocation>,
        refusal: Refusal,
    ) -> Result<(), UnmatchedKey> {
        self.refuse_fitting(fitting(batch, part_number, location), part_number, refusal)
    }

    /// Refuses every line the marketplace names by part number alone, each as
    /// [`refuse`](Self::refuse) does, in one pass over the batch however many are named.
    ///
    /// # Errors
    /// [`UnmatchedKey`] where no line fits one of the names.
    pub fn refuse_all<'a>(
        &mut self,
        batch: &Batch,
        named: impl IntoIterator<Item = (&'a str, Refusal)>,
    ) -> Result<(), UnmatchedKey> {
        let (mut exact, mut folded) = (HashMap::new(), HashMap::new());
        for line in &batch.lines {
            let name = line.part_number.as_str();
            let keys: &mut Vec<LineKey> = exact.entry(name).or_default();
            keys.push(line.key);
            let keys: &mut Vec<LineKey> = folded.entry(name.to_lowercase()).or_default();
            keys.push(line.key);
        }
        for (name, refusal) in named {
            let fitting = exact.get(name).or_else(|| folded.get(&name.to_lowercase()));
            self.refuse_fitting(fitting.cloned().unwrap_or_default(), name, refusal)?;
        }
        Ok(())
    }

    /// Leaves open the fate of every line that has no verdict of its own.
    pub fn doubt_rest(&mut self, batch: &Batch, why: &str) {
        for line in &batch.lines {
            let verdict = || LineVerdict::Unknown(why.to_owned());
            self.exceptions.entry(line.key).or_insert_with(verdict);
        }
    }

    fn refuse_fitting(
        &mut self,
        fitting: Vec<LineKey>,
        part_number: &str,
        refusal: Refusal,
    ) -> Result<(), UnmatchedKey> {
        let verdict = match fitting.len() {
            0 => return Err(UnmatchedKey(part_number.to_owned())),
            1 => LineVerdict::Rejected(refusal),
            several => LineVerdict::Unknown(format!(
                "refused at one of {several} locations, and the answer does not say which: {}",
                refusal.message
            )),
        };
        for key in fitting {
            self.exceptions.entry(key).or_insert_with(|| verdict.clone());
        }
        Ok(())
    }

    /// What holds for every line without a verdict of its own.
    #[must_use]
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The lines with a verdict of their own.
    #[must_use]
    pub const fn exceptions(&self) -> &BTreeMap<LineKey, LineVerdict> {
        &self.exceptions
    }

    /// The marketplace's handle of the submission.
    #[must_use]
    pub fn handle(&self) -> Option<&str> {
        self.handle.as_deref()
    }

    /// Ids that a look-up found.
    #[must_use]
    pub fn remote_ids(&self) -> &[(LineKey, String)] {
        &self.remote_ids
    }

    /// Lines whose ids the marketplace does not know any more.
    #[must_use]
    pub fn forgotten(&self) -> &[LineKey] {
        &self.forgotten
    }
}

fn fitting(batch: &Batch, part_number: &str, location: Option<&RemoteLocation>) -> Vec<LineKey> {
    let matching = |same: &dyn Fn(&str) -> bool| -> Vec<LineKey> {
        let here = batch.lines.iter().filter(|line| {
            same(line.part_number.as_str())
                && location.is_none_or(|location| line.location.as_ref() == Some(location))
        });
        here.map(|line| line.key).collect()
    };
    let exact = matching(&|candidate| candidate == part_number);
    if !exact.is_empty() {
        return exact;
    }
    let folded = part_number.to_lowercase();
    matching(&|candidate| candidate.to_lowercase() == folded)
}
