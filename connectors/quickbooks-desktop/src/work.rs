//! The work on one letter: which request QuickBooks gets next, and what its answer means. Pure.
//!
//! ```text
//! known ──▶ named or scan ──▶ recall ──▶ adjust ──▶ answer
//! items by   items by name,    only for    chunks; a refused one
//! their id   or all of them    a repeat    is halved
//! ```

mod adjust;
mod lookup;
mod recall;

use trueup_marketplace::{BatchKey, Fetched};
use trueup_polled::{Fate, Fates, Told};

use crate::host::Host;
use crate::message::{Message, Wanted};
use crate::names;
use crate::qbxml::{self, Answers, Sets};
use crate::settings::{MatchBy, Settings};
use crate::status::{Trouble, hresult};
use adjust::Chunk;
use lookup::Item;

/// A letter that is being worked on.
#[derive(Debug)]
pub(crate) struct Work {
    pub key: BatchKey,
    message: Message,
    is_repeat: bool,
    terms: Terms,
    lines: Vec<Line>,
    stage: Stage,
    /// A message set of an earlier letter, which the next query frees.
    freeing: Option<String>,
    /// Message sets of this letter.
    pub sets: Vec<String>,
}

/// What holds for every letter of a session.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub account: String,
    pub memo: String,
    pub match_by: MatchBy,
    pub host: Host,
}

/// How far a line is.
#[derive(Debug, Default)]
struct Line {
    item: Option<Item>,
    /// The full name of another item that fits as well.
    rival: Option<String>,
    fate: Option<Fate>,
}

#[derive(Debug)]
enum Stage {
    Known,
    Named,
    Scan { iterator: Option<String>, is_over: bool },
    Recall,
    Adjust { queue: Vec<Chunk>, sent: Vec<Chunk> },
}

/// An answer is missing or cannot be read, so that nobody knows what was done. The letter stays
/// without an answer, and the next session finds out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost(pub String);

impl Terms {
    pub(crate) fn new(settings: &Settings, host: Host) -> Self {
        let Settings { account, memo, match_by, .. } = settings;
        Self { account: account.clone(), memo: memo.clone(), match_by: *match_by, host }
    }
}

impl Work {
    /// Begins a letter. Nothing where the message cannot be read.
    pub(crate) fn begin(fetched: &Fetched, terms: Terms, freeing: Option<String>) -> Option<Self> {
        let message: Message = serde_json::from_slice(&fetched.message).ok()?;
        let lines = message.lines.iter().map(|_| Line::default()).collect();
        let (key, is_repeat) = (fetched.key.clone(), fetched.is_repeat);
        let stage = Stage::Known;
        Some(Self { key, message, is_repeat, terms, lines, stage, freeing, sets: Vec::new() })
    }

    /// The next request; nothing once every line has its fate.
    pub(crate) fn next(&mut self) -> Option<String> {
        loop {
            let requests = match &mut self.stage {
                Stage::Known => self.known_items(),
                Stage::Named => self.named_items(),
                Stage::Scan { .. } => self.all_items(),
                Stage::Recall => self.recalled(),
                Stage::Adjust { .. } => return self.adjustments(),
            };
            if let Some(requests) = requests {
                let sets = Sets { new: None, old: self.freeing.as_deref() };
                return Some(qbxml::request(self.terms.host.version, sets, &requests));
            }
            self.go_on();
        }
    }

    fn go_on(&mut self) {
        self.stage = match self.stage {
            Stage::Known if self.terms.match_by == MatchBy::FullName => Stage::Named,
            Stage::Known => Stage::Scan { iterator: None, is_over: false },
            Stage::Named | Stage::Scan { .. } => {
                self.judge_items();
                Stage::Recall
            }
            Stage::Recall | Stage::Adjust { .. } => {
                Stage::Adjust { queue: self.chunks(), sent: Vec::new() }
            }
        };
    }

    /// Reads QuickBooks' answer to the request given last.
    pub(crate) fn take(&mut self, response: &str) -> Result<(), Lost> {
        let answers = Answers::read(response);
        let answers =
            answers.map_err(|why| Lost(format!("QuickBooks' answer is unreadable: {why}")))?;
        if let Stage::Adjust { .. } = self.stage {
            return self.take_adjustments(&answers);
        }
        let is_unfreed = self.freeing.take().is_some() && answers.set_status() != 0;
        if is_unfreed && answers.is_empty() {
            // The set is gone already; the query is asked again without freeing it.
            return Ok(());
        }
        match self.stage {
            Stage::Recall => self.take_recalled(&answers)?,
            Stage::Known | Stage::Named | Stage::Scan { .. } => self.take_items(&answers),
            Stage::Adjust { .. } => {}
        }
        if !matches!(self.stage, Stage::Scan { is_over: false, .. }) {
            self.go_on();
        }
        Ok(())
    }

    /// Reads the Web Connector's word that QuickBooks did not take the request. Gives back why
    /// nothing more is asked of QuickBooks in this session, where that is so.
    pub(crate) fn fail(&mut self, code: &str, message: &str) -> Result<Option<String>, Lost> {
        let (trouble, words) = hresult(code, message);
        match (trouble, &self.stage) {
            (Trouble::Malformed, Stage::Adjust { .. }) => self.narrow_down(&words),
            (Trouble::Malformed, _) => self.end(&Fate::refused(code, words)),
            (Trouble::Unclear, Stage::Adjust { .. } | Stage::Recall) => return Err(Lost(words)),
            (Trouble::NotDone | Trouble::Unclear, _) => {
                self.end(&Fate::NotApplied(words.clone()));
                return Ok(Some(words));
            }
        }
        Ok(None)
    }

    /// Whether every line has its fate.
    pub(crate) fn is_done(&self) -> bool {
        self.open().next().is_none()
    }

    /// Gives every line that has none yet this fate.
    pub(crate) fn end(&mut self, fate: &Fate) {
        for line in &mut self.lines {
            line.fate.get_or_insert_with(|| fate.clone());
        }
        self.stage = Stage::Adjust { queue: Vec::new(), sent: Vec::new() };
    }

    /// How much is done, in percent.
    pub(crate) fn percent(&self) -> usize {
        let done = self.lines.iter().filter(|line| line.fate.is_some()).count();
        done * 100 / self.lines.len().max(1)
    }

    /// What became of every line.
    pub(crate) fn fates(&self) -> Fates {
        let told = |(wanted, line): (&Wanted, &Line)| Told {
            key: wanted.key,
            remote_id: line.item.as_ref().map(|item| item.list_id.clone()),
            fate: line.fate.clone().unwrap_or_else(|| Fate::Unknown("it was left open".to_owned())),
        };
        let lines = self.message.lines.iter().zip(&self.lines).map(told).collect();
        Fates { handle: names::ref_number(&self.key), lines }
    }

    /// The lines without a fate.
    fn open(&self) -> impl Iterator<Item = (usize, &Wanted, &Line)> {
        let lines = self.message.lines.iter().zip(&self.lines).enumerate();
        lines
            .filter(|(_, (_, line))| line.fate.is_none())
            .map(|(at, (wanted, line))| (at, wanted, line))
    }

    fn decide(&mut self, at: usize, fate: Fate) {
        if let Some(line) = self.lines.get_mut(at) {
            line.fate.get_or_insert(fate);
        }
    }
}
