//! All schedules of all channels, each channel on its own, until told to stop.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use trueup_store::Cause;

use crate::schedules::Scheduled;
use crate::{Channel, Due, FeedOrder, RunError, Runner};

/// The longest sleep between two looks at the clock: a clock that was set is noticed after this.
const LOOK: Duration = Duration::from_secs(30);
/// How long to wait for a lease that somebody else holds, or after a failure of the database.
const PAUSE: Duration = Duration::from_secs(5);

impl Runner {
    /// Runs every schedule of every channel until [`Runner::stop`]. A slow or failing channel delays
    /// no other.
    pub async fn run(&self, channels: Vec<Channel>) {
        let mut loops = JoinSet::new();
        for channel in channels {
            let (runner, name) = (self.clone(), channel.name.clone());
            let handle = loops.spawn(async move { runner.tend(&channel).await });
            self.loops.began(name, handle);
        }
        while let Some(ended) = loops.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "the loop of a channel is broken; the others go on");
            }
        }
    }

    /// Feeds one channel by its schedules until told to stop.
    async fn tend(&self, channel: &Channel) {
        while !self.stop.is_cancelled() {
            let wait = match self.look(channel).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(channel = %channel.name, %error, "the channel has to wait");
                    PAUSE
                }
            };
            tokio::select! {
                () = self.clock.sleep(wait) => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    /// Does what is due, and says how long nothing will be.
    async fn look(&self, channel: &Channel) -> Result<Duration, RunError> {
        if self.is_paused(channel).await? {
            return Ok(PAUSE);
        }
        self.settle(channel).await?;
        self.run_approved(channel).await?;
        self.audit_by_the_hour(channel).await?;
        let mut wait = LOOK;
        for scheduled in channel.schedules.iter() {
            if self.stop.is_cancelled() {
                break;
            }
            let next = self.attend(channel, scheduled).await?;
            let until = next.duration_since(self.clock.now()).max(jiff::SignedDuration::ZERO);
            wait = wait.min(until.unsigned_abs());
        }
        Ok(wait)
    }

    /// Runs a feed that was held and that a person has approved since.
    async fn run_approved(&self, channel: &Channel) -> Result<(), RunError> {
        let held = self.store.approved_since_fed(channel.id, self.clock.now()).await?;
        let Some(held) = held else { return Ok(()) };
        let Some(row) = self.store.feed(held).await? else { return Ok(()) };
        let order =
            FeedOrder { kind: row.kind, basis: row.basis, cause: Cause::Command, planned: None };
        let feed = self.feed(channel, &order).await?;
        tracing::info!(channel = %channel.name, held = held.0, feed = feed.0, "a held feed was approved and has run");
        Ok(())
    }

    /// Runs a schedule's feed if it is due, and gives back when it is due next.
    async fn attend(
        &self,
        channel: &Channel,
        scheduled: Scheduled<'_>,
    ) -> Result<Timestamp, RunError> {
        let now = self.clock.now();
        let states = self.store.schedule_state(channel.id).await?;
        let state = states.into_iter().find(|(name, _, _)| name == scheduled.name);
        let last = state.as_ref().map(|(_, planned, _)| *planned);
        match scheduled.schedule.due(last, now) {
            Due::NotYet { next } => {
                if last.is_none() {
                    // From here on, what comes due while nobody runs counts as missed.
                    self.store.record_planned(channel.id, scheduled.name, now, 0).await?;
                }
                Ok(next)
            }
            Due::Now { planned, missed } => {
                self.run_due(channel, scheduled, planned, missed).await?;
                Ok(scheduled.schedule.next_after(planned.max(now)))
            }
        }
    }

    async fn run_due(
        &self,
        channel: &Channel,
        scheduled: Scheduled<'_>,
        planned: Timestamp,
        missed: u64,
    ) -> Result<(), RunError> {
        if missed > 0 {
            tracing::warn!(channel = %channel.name, schedule = scheduled.name, missed,
                "runs were missed; one run now catches up");
        }
        let order = FeedOrder {
            kind: scheduled.kind,
            basis: scheduled.basis,
            cause: Cause::Schedule,
            planned: Some((scheduled.name.to_owned(), planned)),
        };
        match self.feed(channel, &order).await {
            Ok(feed) => {
                tracing::info!(channel = %channel.name, schedule = scheduled.name, feed = feed.0,
                    "a feed has run");
                Ok(())
            }
            Err(error @ RunError::Refused { .. }) => {
                tracing::error!(channel = %channel.name, %error, "a scheduled feed cannot run");
                self.store.record_planned(channel.id, scheduled.name, planned, missed).await?;
                Ok(())
            }
            Err(RunError::AlreadyRun(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
