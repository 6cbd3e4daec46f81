//! What a scenario came to.

use std::fmt;

use crate::log::Accusation;

/// A scenario in which no rule was broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    /// Simulated days.
    pub days: i64,
    /// Feeds that were begun.
    pub feeds: u64,
    /// Requests that reached a marketplace.
    pub requests: u64,
}

impl fmt::Display for Lived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, feeds, requests } = self;
        write!(f, "{days} simulated days, {feeds} feeds, {requests} requests")
    }
}

impl std::ops::AddAssign for Lived {
    fn add_assign(&mut self, other: Self) {
        self.days += other.days;
        self.feeds += other.feeds;
        self.requests += other.requests;
    }
}

/// A scenario in which a rule was broken.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The scenario.
    pub seed: u64,
    /// The rule, and what was seen.
    pub accusation: Accusation,
    /// The mix of faults.
    pub mix: String,
    /// The last events before it.
    pub events: Vec<String>,
    /// What repeats it.
    pub command: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} broke {}", self.seed, self.accusation)?;
        writeln!(f, "mix: {}", self.mix)?;
        for event in &self.events {
            writeln!(f, "  {event}")?;
        }
        write!(f, "to repeat it: {}", self.command)
    }
}
