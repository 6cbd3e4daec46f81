//! Says when a channel is no longer fresh. It looks by itself, so that a loop that is stuck, a
//! schedule that never comes due and a database that does not answer are noticed as well.

mod command;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::{Instant, sleep, timeout};
use trueup_runner::{Notice, Objective, Watch};

use crate::Host;
use crate::views::StatusView;

/// How often to look, at most and at least.
const LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// How long the database may take to answer a look.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was last seen of the channels, and what was said about them.
#[derive(Debug, Default)]
struct Lookout {
    seen: Vec<StatusView>,
    seen_at: SignedDuration,
    watches: BTreeMap<String, Watch>,
}

impl Lookout {
    /// Takes in how channels stand.
    fn see(&mut self, channels: Vec<StatusView>, elapsed: SignedDuration) {
        (self.seen, self.seen_at) = (channels, elapsed);
    }

    /// What is to be said now. While nothing new is seen, channels age as they are.
    fn notices(&mut self, elapsed: SignedDuration) -> Vec<(Notice, StatusView)> {
        let mut notices = Vec::new();
        for status in &self.seen {
            let Some(seconds) = status.freshness_objective_seconds else { continue };
            let since_seen = (elapsed - self.seen_at).as_secs();
            // A channel that was never fed is as old as this lookout.
            let age = status.freshness_seconds.map_or(elapsed.as_secs(), |age| age + since_seen);
            let (objective, age) =
                (Objective(SignedDuration::from_secs(seconds)), SignedDuration::from_secs(age));
            let watch = self.watches.entry(status.channel.clone()).or_default();
            let aged = || StatusView {
                freshness_seconds: Some(age.as_secs()),
                freshness_missed: objective.is_missed_by(Some(age)),
                ..status.clone()
            };
            let notice = watch.look(objective, Some(age), elapsed);
            notices.extend(notice.map(|notice| (notice, aged())));
        }
        notices
    }
}

impl Host {
    /// Looks after the freshness of every enabled channel, for ever.
    pub(crate) async fn look_out(&self) -> ! {
        let (began, mut lookout) = (Instant::now(), Lookout::default());
        let elapsed = || SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX);
        loop {
            match timeout(PATIENCE, self.status()).await {
                Ok(Ok(channels)) => lookout.see(channels, elapsed()),
                Ok(Err(error)) => tracing::error!(%error, "how channels stand cannot be read"),
                Err(_) => tracing::error!("how channels stand cannot be read in time"),
            }
            for (notice, status) in lookout.notices(elapsed()) {
                say(notice, &status);
                command::tell(&self.settings().alarm_command, notice, status);
            }
            sleep(self.pause_between_looks()).await;
        }
    }

    /// A quarter of the shortest objective.
    fn pause_between_looks(&self) -> Duration {
        let objectives = self.settings().enabled_channels().filter_map(|channel| channel.freshness);
        let shortest = objectives.map(|objective| objective.0.unsigned_abs()).min();
        shortest.map_or(LOOKS.1, |shortest| (shortest / 4).clamp(LOOKS.0, LOOKS.1))
    }
}

fn say(notice: Notice, status: &StatusView) {
    let StatusView { channel, freshness_seconds: age, .. } = status;
    match notice {
        Notice::Missed => tracing::error!(
            channel,
            age_seconds = age,
            objective_seconds = status.freshness_objective_seconds,
            oldest_undelivered = status.oldest_undelivered.map(tracing::field::display),
            last_success = status.last_success.map(tracing::field::display),
            "the channel is not fresh any more"
        ),
        Notice::Fresh => tracing::info!(channel, age_seconds = age, "the channel is fresh again"),
    }
}

#[cfg(test)]
mod tests;
