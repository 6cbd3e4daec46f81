//! The three feeds of a channel, as schedules.

use trueup_marketplace::FeedKind;
use trueup_stock::Basis;

use crate::Schedule;

/// When a channel is fed; what is absent is off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedules {
    /// Complete feeds of the engine's figures.
    pub true_up: Option<Schedule>,
    /// Changes of the engine's figures.
    pub differential: Option<Schedule>,
    /// Complete feeds with external stock in place of the figures, where it is set.
    pub external_true_up: Option<Schedule>,
}

/// One scheduled feed.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled<'a> {
    /// Its key in settings.
    pub name: &'static str,
    /// What is sent.
    pub kind: FeedKind,
    /// Which count is sent.
    pub basis: Basis,
    /// When.
    pub schedule: &'a Schedule,
}

impl Schedules {
    /// The schedules that are on. Where several are due at once they run in this order, so that the
    /// real figures have the last word.
    pub fn iter(&self) -> impl Iterator<Item = Scheduled<'_>> {
        let entries = [
            ("external_true_up", FeedKind::TrueUp, Basis::External, &self.external_true_up),
            ("true_up", FeedKind::TrueUp, Basis::Real, &self.true_up),
            ("differential", FeedKind::Differential, Basis::Real, &self.differential),
        ];
        entries.into_iter().filter_map(|(name, kind, basis, schedule)| {
            let schedule = schedule.as_ref()?;
            Some(Scheduled { name, kind, basis, schedule })
        })
    }
}
