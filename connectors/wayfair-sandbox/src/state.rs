//! What the marketplace holds: a level per listing, and the feeds in the order they were applied.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::feed::{Course, Feed, Kind, PARTS_KEPT};
use crate::line::{Change, Checked, Key, Offer, check};
use crate::modes::{Duplicates, Environment, Modes, TrueUpMissing};

/// What is stored for one listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) on_hand: i32,
    pub(crate) on_order: Option<i32>,
    pub(crate) backordered: Option<i32>,
    pub(crate) next_available: Option<String>,
    pub(crate) discontinued: bool,
    /// The last feed that named it.
    named_by: u64,
}

/// A call to `save`.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) kind: Kind,
    pub(crate) dry_run: bool,
    pub(crate) lines: Vec<Option<Offer>>,
    /// Apply it only so many milliseconds later.
    pub(crate) late_ms: Option<u64>,
}

/// Why a whole call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    PermissionDenied,
    DifferentialInSandbox,
    SecondTrueUp,
}

/// What a feed does to the stored levels.
#[derive(Debug)]
struct Work {
    feed: Arc<Feed>,
    taken: Vec<(Key, Change)>,
    refused: Vec<Key>,
}

/// Everything the marketplace holds.
#[derive(Debug, Default)]
pub(crate) struct Book {
    levels: BTreeMap<Key, Level>,
    feeds: VecDeque<Arc<Feed>>,
    delayed: Vec<(Timestamp, Work, Modes)>,
    last_true_up: Option<Timestamp>,
    last_id: u64,
}

/// The sandbox environment looks at no more lines than these, and says nothing.
const SANDBOX_LINES: usize = 500;
/// Feeds remembered; the oldest go first.
const FEEDS_KEPT: usize = 10_000;
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Book {
    /// Takes a call: checks every line, applies what is good, and remembers the feed.
    pub(crate) fn submit(
        &mut self,
        mut submission: Submission,
        modes: &Modes,
        now: Timestamp,
    ) -> Result<Arc<Feed>, Refusal> {
        self.settle(now);
        self.may_submit(&submission, modes, now)?;
        if modes.environment == Environment::Sandbox {
            submission.lines.truncate(SANDBOX_LINES);
        }
        self.last_id += 1;
        let late_ms = submission.late_ms;
        let work = sort_out(submission, modes, now, self.last_id);
        let feed = Arc::clone(&work.feed);
        match late_ms {
            Some(millis) => self.delayed.push((later(now, millis), work, modes.clone())),
            None => self.finish(work, modes),
        }
        Ok(feed)
    }

    fn may_submit(
        &self,
        submission: &Submission,
        modes: &Modes,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if modes.feeds.permission_denied {
            return Err(Refusal::PermissionDenied);
        }
        let is_sandbox = modes.environment == Environment::Sandbox;
        if is_sandbox && submission.kind == Kind::Differential {
            return Err(Refusal::DifferentialInSandbox);
        }
        let is_recent = self.last_true_up.is_some_and(|last| now.duration_since(last) < DAY);
        let repeats = submission.kind == Kind::TrueUp && !submission.dry_run && is_recent;
        if modes.feeds.one_true_up_per_day && repeats {
            return Err(Refusal::SecondTrueUp);
        }
        Ok(())
    }

    /// Applies the calls whose delay is over, in the order they come due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.delayed.sort_by_key(|(due, ..)| *due);
        let due = self.delayed.partition_point(|(due, ..)| *due <= now);
        let over: Vec<_> = self.delayed.drain(..due).collect();
        for (_, work, modes) in over {
            self.finish(work, &modes);
        }
    }

    fn finish(&mut self, work: Work, modes: &Modes) {
        let feed = Arc::clone(&work.feed);
        if !feed.dry_run {
            if feed.kind == Kind::TrueUp {
                self.last_true_up = Some(feed.submitted_at);
            }
            if !modes.feeds.completes_with_error {
                self.apply(work, modes);
            }
        }
        self.feeds.push_back(feed);
        if self.feeds.len() > FEEDS_KEPT {
            self.feeds.pop_front();
        }
    }

    fn apply(&mut self, work: Work, modes: &Modes) {
        let id = work.feed.id;
        let mut suppliers: BTreeSet<i32> = work.refused.iter().map(|key| key.supplier_id).collect();
        for key in &work.refused {
            if let Some(level) = self.levels.get_mut(key) {
                level.named_by = id;
            }
        }
        for (key, change) in work.taken {
            suppliers.insert(key.supplier_id);
            let level = self.levels.entry(key).or_default();
            let is_second = level.named_by == id;
            if !(is_second && modes.feeds.duplicates == Duplicates::First) {
                level.set(change, modes.feeds.absent_fields_clear);
            }
            level.named_by = id;
        }
        if work.feed.kind == Kind::TrueUp {
            self.empty_unnamed(id, &suppliers, modes.feeds.true_up_missing);
        }
    }

    fn empty_unnamed(&mut self, id: u64, suppliers: &BTreeSet<i32>, missing: TrueUpMissing) {
        let everywhere = missing == TrueUpMissing::AllSuppliers;
        for (key, level) in &mut self.levels {
            let in_scope = everywhere || suppliers.contains(&key.supplier_id);
            if in_scope && level.named_by != id {
                level.on_hand = 0;
            }
        }
    }

    /// Every listing with its level, by supplier id and part number.
    pub(crate) fn levels(&self) -> impl Iterator<Item = (&Key, &Level)> {
        self.levels.iter()
    }

    /// The feeds in the order they were applied.
    pub(crate) fn feeds(&self) -> impl Iterator<Item = &Arc<Feed>> {
        self.feeds.iter()
    }
}

impl Level {
    fn set(&mut self, change: Change, absent_clears: bool) {
        if absent_clears {
            *self = Self::default();
        }
        self.on_hand = change.on_hand;
        self.discontinued = change.discontinued;
        self.on_order = change.on_order.or(self.on_order);
        self.backordered = change.backordered.or(self.backordered);
        self.next_available = change.next_available.or(self.next_available.take());
    }
}

fn later(now: Timestamp, millis: u64) -> Timestamp {
    now.checked_add(millis_of(millis)).unwrap_or(Timestamp::MAX)
}

fn millis_of(millis: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

fn sort_out(submission: Submission, modes: &Modes, now: Timestamp, id: u64) -> Work {
    let mut feed = Feed {
        id,
        handle: format!("sandbox-feed-{id}"),
        kind: submission.kind,
        dry_run: submission.dry_run,
        submitted_at: now,
        course: course(submission.dry_run, modes),
        lines: submission.lines.len(),
        refused: Vec::new(),
        refused_later: Vec::new(),
        parts: Vec::new(),
    };
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for line in submission.lines {
        match check(line, &modes.feeds) {
            Checked::Taken(key, change) => {
                feed.parts.push(Arc::clone(&key.part));
                taken.push((key, change));
            }
            Checked::Refused(key, item) => {
                refused.extend(key);
                feed.refused.push(item);
            }
            Checked::RefusedLater(item) => feed.refused_later.push(item),
            Checked::Ignored(part) => feed.parts.push(part),
        }
    }
    feed.parts.truncate(PARTS_KEPT);
    Work { feed: Arc::new(feed), taken, refused }
}

fn course(dry_run: bool, modes: &Modes) -> Course {
    let after = millis_of(modes.feeds.completion_delay_ms);
    if modes.feeds.never_completes || (dry_run && !modes.feeds.dry_run_completes) {
        return Course::Never;
    }
    if modes.feeds.completes_with_error {
        return Course::Fails { after };
    }
    Course::Completes { after }
}

#[cfg(test)]
mod tests;
