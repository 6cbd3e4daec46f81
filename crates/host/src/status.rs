//! How channels stand.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trueup_runner::{Channel, Objective, Traces};
use trueup_store::ChannelStatus;

use crate::views::{NextRun, StatusView};
use crate::{Host, HostError};

impl Host {
    /// How every channel stands, also those whose settings file is gone.
    ///
    /// # Errors
    /// A database that fails.
    pub async fn status(&self) -> Result<Vec<StatusView>, HostError> {
        let now = Timestamp::now();
        let rows = self.store().status(now).await?;
        let (mut heads, audits) =
            (self.store().journal_heads().await?, self.store().audits().await?);
        let held = self.held_feeds().await?;
        let unbound = self.unbound().await?;
        let view = |row: ChannelStatus| {
            let (journal, audit) = (heads.remove(&row.name), audits.get(&row.name));
            let view = self.status_view(row, now);
            let own = held.iter().filter(|feed| feed.channel == view.channel);
            StatusView {
                journal,
                last_audit: audit.map(|audit| audit.at),
                defects: audit.map_or(0, |audit| audit.found.values().sum()),
                held_feeds: own.cloned().collect(),
                problem: unbound.clone().or(view.problem),
                ..view
            }
        };
        Ok(rows.into_iter().map(view).collect())
    }

    fn status_view(&self, row: ChannelStatus, now: Timestamp) -> StatusView {
        let channel = self.channels().iter().find(|channel| channel.name == row.name);
        let enabled = self.is_enabled(&row.name);
        let lost = channel.is_none() && row.listings > 0;
        let problem = lost.then(|| {
            format!(
                "channels/{}.toml is gone while {} listings may still show stock; put it back, \
                 `trueup opt-out {} --all` and send a last feed",
                row.name, row.listings, row.name
            )
        });
        let freshness = self.freshness(&row, now);
        let next = channel.filter(|_| enabled && !row.is_paused);
        StatusView {
            next: next.map_or_else(Vec::new, |channel| next_runs(channel, self.time_zone(), now)),
            channel: row.name.into(),
            marketplace: row.marketplace,
            enabled,
            paused: row.is_paused,
            owner: row.owner,
            listings: row.listings,
            clean: row.clean,
            due: row.due,
            in_flight: row.in_flight,
            parked: row.parked,
            parked_by: row.parked_by,
            unresolved: row.unresolved,
            exposure: row.exposure,
            dirty: row.dirty,
            oldest_undelivered: row.oldest_undelivered,
            last_success: row.last_success,
            last_true_up: row.last_true_up,
            last_differential: row.last_differential,
            covered: row.covered,
            missed: row.missed,
            freshness_objective_seconds: freshness.map(|(objective, _)| objective.0.as_secs()),
            freshness_seconds: freshness.and_then(|(_, age)| age).map(|age| age.as_secs()),
            freshness_missed: freshness.is_some_and(|(objective, age)| objective.is_missed_by(age)),
            last_audit: None,
            defects: 0,
            journal: None,
            held_feeds: Vec::new(),
            problem,
        }
    }

    /// The objective of an enabled channel, and how old it is.
    fn freshness(
        &self,
        row: &ChannelStatus,
        now: Timestamp,
    ) -> Option<(Objective, Option<SignedDuration>)> {
        let objective = self.settings().channel(row.name.as_str())?.freshness?;
        let traces = Traces {
            oldest_undelivered: row.oldest_undelivered,
            last_success: row.last_success,
            since: row.first_feed,
        };
        self.is_enabled(&row.name).then(|| (objective, traces.age(now)))
    }
}

fn next_runs(channel: &Channel, zone: &TimeZone, now: Timestamp) -> Vec<NextRun> {
    let runs = channel.schedules.iter().map(|scheduled| {
        let at = scheduled.schedule.next_after(now);
        let local = at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string();
        NextRun { schedule: scheduled.name.to_owned(), at, local }
    });
    let mut runs: Vec<NextRun> = runs.collect();
    runs.sort_by_key(|run| run.at);
    runs
}
