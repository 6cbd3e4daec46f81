//! One feed as the marketplace remembers it. How far it is follows from the time it is looked at.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::line::Item;

/// Whether a feed says everything or only what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    TrueUp,
    Differential,
}

impl Kind {
    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TrueUp => "TRUE_UP",
            Self::Differential => "DIFFERENTIAL",
        }
    }
}

/// How a feed ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    Completes { after: SignedDuration },
    Fails { after: SignedDuration },
    Never,
}

/// How far a feed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Processing,
    Complete,
    Error,
}

impl Stage {
    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Complete => "COMPLETE",
            Self::Error => "ERROR",
        }
    }
}

/// The counters of a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) items: usize,
    pub(crate) errors: usize,
    pub(crate) completed: usize,
    pub(crate) processing: usize,
}

/// One feed; it does not change once it is made.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) id: u64,
    pub(crate) handle: String,
    pub(crate) kind: Kind,
    pub(crate) dry_run: bool,
    pub(crate) submitted_at: Timestamp,
    pub(crate) course: Course,
    /// How many lines it has, the refused ones included.
    pub(crate) lines: usize,
    /// Refused at once.
    pub(crate) refused: Vec<Item>,
    /// Refused, which shows when the feed is over.
    pub(crate) refused_later: Vec<Item>,
    /// The part numbers of the other lines, the first [`PARTS_KEPT`] of them.
    pub(crate) parts: Vec<Arc<str>>,
}

/// How many part numbers a feed remembers for `completed` and `processing`.
pub(crate) const PARTS_KEPT: usize = 1_000;

const FAILED: &str = "Feed could not be processed";

impl Feed {
    /// How far it is.
    pub(crate) fn stage(&self, now: Timestamp) -> Stage {
        let elapsed = now.duration_since(self.submitted_at);
        match self.course {
            Course::Completes { after } if elapsed >= after => Stage::Complete,
            Course::Fails { after } if elapsed >= after => Stage::Error,
            Course::Completes { .. } | Course::Fails { .. } | Course::Never => Stage::Processing,
        }
    }

    /// When it was over, if it is.
    pub(crate) fn completed_at(&self, now: Timestamp) -> Option<Timestamp> {
        match (self.stage(now), self.course) {
            (Stage::Processing, _) | (_, Course::Never) => None,
            (_, Course::Completes { after } | Course::Fails { after }) => {
                Some(self.submitted_at.checked_add(after).unwrap_or(now))
            }
        }
    }

    /// The counters; before the end they are 0 unless `at_once`.
    pub(crate) fn counters(&self, now: Timestamp, at_once: bool) -> Counters {
        let (errors, all) = (self.refused.len(), self.lines);
        match self.stage(now) {
            Stage::Processing if !at_once => Counters::default(),
            Stage::Processing => {
                Counters { items: all, errors, completed: 0, processing: all - errors }
            }
            Stage::Complete => Counters {
                items: all,
                errors: errors + self.refused_later.len(),
                completed: all - errors - self.refused_later.len(),
                processing: 0,
            },
            Stage::Error => Counters { items: all, errors: all, completed: 0, processing: 0 },
        }
    }

    /// The first so many entries of `errors`.
    pub(crate) fn errors(&self, now: Timestamp, limit: usize) -> Vec<Item> {
        let refused = self.refused.iter().cloned();
        let later = self.refused_later.iter().cloned();
        match self.stage(now) {
            Stage::Processing => refused.take(limit).collect(),
            Stage::Complete => refused.chain(later).take(limit).collect(),
            Stage::Error => {
                let failed = self.parts.iter().map(|part| item(part, Some(FAILED)));
                refused.chain(later).chain(failed).take(limit).collect()
            }
        }
    }

    /// The first so many entries of `completed`.
    pub(crate) fn completed(&self, now: Timestamp, limit: usize) -> Vec<Item> {
        match self.stage(now) {
            Stage::Complete => self.first_parts(limit),
            Stage::Processing | Stage::Error => Vec::new(),
        }
    }

    /// The first so many entries of `processing`.
    pub(crate) fn processing(&self, now: Timestamp, limit: usize) -> Vec<Item> {
        match self.stage(now) {
            Stage::Processing => self.first_parts(limit),
            Stage::Complete | Stage::Error => Vec::new(),
        }
    }

    fn first_parts(&self, limit: usize) -> Vec<Item> {
        let parts = self.parts.iter().take(limit);
        parts.map(|part| item(part, None)).collect()
    }
}

fn item(part: &Arc<str>, message: Option<&'static str>) -> Item {
    Item { key: Some(Arc::clone(part)), message }
}

/// A time as this host writes it: `2026-09-09 14:16:44.000000 +00:00`.
pub(crate) fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S.%6f +00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).expect("a time in range")
    }

    fn feed(course: Course) -> Feed {
        Feed {
            id: 1,
            handle: "h".to_owned(),
            kind: Kind::Differential,
            dry_run: false,
            submitted_at: at(0),
            course,
            lines: 3,
            refused: vec![item(&Arc::from("A"), Some("bad"))],
            refused_later: vec![item(&Arc::from("B"), Some("unknown"))],
            parts: vec![Arc::from("C")],
        }
    }

    const AFTER: SignedDuration = SignedDuration::from_millis(200);

    #[test]
    fn completion_follows_from_the_time_of_looking() {
        let feed = feed(Course::Completes { after: AFTER });
        assert_eq!(feed.stage(at(199)), Stage::Processing);
        assert_eq!(feed.counters(at(199), false), Counters::default());
        assert_eq!(feed.errors(at(199), 10).len(), 1);
        assert_eq!(feed.completed_at(at(199)), None);
        assert_eq!(feed.stage(at(200)), Stage::Complete);
        assert_eq!(feed.completed_at(at(900)), Some(at(200)));
        let done = feed.counters(at(200), false);
        assert_eq!((done.items, done.errors, done.completed, done.processing), (3, 2, 1, 0));
        assert_eq!(feed.errors(at(200), 10).len(), 2);
        assert_eq!(feed.completed(at(200), 10).len(), 1);
    }

    #[test]
    fn a_failed_feed_counts_and_lists_every_line_as_an_error() {
        let feed = feed(Course::Fails { after: AFTER });
        assert_eq!(feed.stage(at(200)), Stage::Error);
        assert_eq!(feed.counters(at(200), false).errors, 3);
        assert_eq!(feed.errors(at(200), 10).len(), 3);
        assert_eq!(feed.errors(at(200), 2).len(), 2);
    }

    #[test]
    fn a_feed_that_never_completes_may_still_count() {
        let feed = feed(Course::Never);
        assert_eq!(feed.stage(at(i64::from(u32::MAX))), Stage::Processing);
        let counters = feed.counters(at(0), true);
        assert_eq!((counters.items, counters.errors, counters.processing), (3, 1, 2));
    }

    #[test]
    fn times_are_written_as_this_host_writes_them() {
        assert_eq!(written(at(0)), "2027-01-15 08:00:00.000000 +00:00");
    }
}
