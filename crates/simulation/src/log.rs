//! What happened, so that a failing seed can be read.

use std::collections::VecDeque;
use std::fmt;

use jiff::Timestamp;

use crate::stage::START;

/// Events that are kept.
const KEPT: usize = 400;

/// The last events, and the first broken rule.
#[derive(Debug, Default)]
pub(crate) struct Log {
    events: VecDeque<(Timestamp, String)>,
    accusation: Option<Accusation>,
    /// Whether each event is also printed as it happens.
    pub(crate) is_loud: bool,
}

/// A rule that was seen broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accusation {
    /// The invariant's number and name.
    pub invariant: String,
    /// What was seen.
    pub what: String,
    /// The simulated day, from 1.
    pub day: i64,
}

impl fmt::Display for Accusation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on day {}: {}", self.invariant, self.day, self.what)
    }
}

/// The simulated day of a moment, from 1.
pub(crate) fn day(moment: Timestamp) -> i64 {
    moment.duration_since(START).as_hours() / 24 + 1
}

impl Log {
    pub(crate) fn add(&mut self, now: Timestamp, what: String) {
        if self.is_loud {
            use std::io::Write;
            let _nowhere_to_say_it = writeln!(std::io::stderr(), "{} {what}", stamp(now));
        }
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back((now, what));
    }

    /// Only the first broken rule counts; what follows may be its consequence.
    pub(crate) fn accuse(&mut self, now: Timestamp, invariant: &str, what: String) {
        self.add(now, format!("BROKEN {invariant}: {what}"));
        let invariant = invariant.to_owned();
        self.accusation.get_or_insert(Accusation { invariant, what, day: day(now) });
    }

    pub(crate) fn accusation(&self) -> Option<&Accusation> {
        self.accusation.as_ref()
    }

    /// The last events, oldest first.
    pub(crate) fn lines(&self, most: usize) -> Vec<String> {
        let skipped = self.events.len().saturating_sub(most);
        let kept = self.events.iter().skip(skipped);
        kept.map(|(moment, what)| format!("{} {what}", stamp(*moment))).collect()
    }
}

fn stamp(moment: Timestamp) -> String {
    let since = moment.duration_since(START);
    let (seconds, millis) = (since.as_secs() % 86_400, since.subsec_millis());
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("day {} {hours:02}:{minutes:02}:{seconds:02}.{millis:03}", day(moment))
}
