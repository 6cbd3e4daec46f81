//! The runner: feeds on command, and by schedule until it is told to stop.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use trueup_marketplace::FeedKind;
use trueup_stock::ChannelName;
use trueup_store::{FeedId, Store};

use crate::loops::Loops;
use crate::submit::Teller;
use crate::tenure::Tenure;
use crate::{Channel, Clock, Event, FeedOrder, Observer, RunError, SystemClock, guard, pass};

/// Feeds channels. One per process; clones share the stop signal.
#[derive(Clone, Debug)]
pub struct Runner {
    pub(crate) store: Store,
    pub(crate) owner: String,
    pub(crate) stop: CancellationToken,
    pub(crate) clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn Observer>>,
    pub(crate) loops: Arc<Loops>,
}

impl Runner {
    /// A runner on a database. `owner` names it to people who wait for its leases.
    #[must_use]
    pub fn new(store: Store, owner: impl Into<String>) -> Self {
        let clock = Arc::new(SystemClock::default());
        let (stop, loops) = (CancellationToken::new(), Arc::default());
        Self { store, owner: owner.into(), stop, clock, observer: None, loops }
    }

    /// The same with somebody who is told of what it does.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// The same with time and chance from elsewhere: a test that has both in its hands.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Asks the runner to finish the request under way and hand back the rest. What was not sent
    /// stays due.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends when the runner was asked to stop.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Whether [`Runner::run`] is under way and the loop of this channel is alive.
    #[must_use]
    pub fn tends(&self, channel: &ChannelName) -> bool {
        self.loops.is_alive(channel)
    }

    /// Runs one feed now.
    ///
    /// # Errors
    /// Where it could not run; a feed that ran and did not deliver everything is no error, and its
    /// lines tell.
    pub async fn feed(&self, channel: &Channel, order: &FeedOrder) -> Result<FeedId, RunError> {
        self.refuse_unsupported(channel, order)?;
        if self.is_paused(channel).await? {
            return Err(RunError::Paused(channel.name.clone()));
        }
        let tenure = Tenure::begin(self, channel).await?;
        let fed = match self.is_done(channel, order).await? {
            true => Err(RunError::AlreadyRun(channel.name.clone())),
            false => pass::run(self, channel, &tenure, order).await,
        };
        if matches!(fed, Err(RunError::LeaseLost(_))) {
            return fed;
        }
        tenure.end(&self.store).await?;
        if let Ok(feed) = &fed {
            self.tell(*feed).await?;
        }
        fed
    }

    async fn tell(&self, feed: FeedId) -> Result<(), RunError> {
        let Some(observer) = &self.observer else { return Ok(()) };
        if let Some(feed) = self.store.feed(feed).await? {
            observer.observe(&Event::FeedEnded(feed));
        }
        Ok(())
    }

    fn refuse_unsupported(&self, channel: &Channel, order: &FeedOrder) -> Result<(), RunError> {
        let capabilities = channel.marketplace.capabilities();
        if order.kind == FeedKind::Differential && !capabilities.takes_differential {
            let (channel, reason) = (channel.name.clone(), guard::NO_DIFFERENTIAL.to_owned());
            return Err(RunError::Refused { channel, reason });
        }
        Ok(())
    }

    /// Whether another runner fulfilled the order while this one waited for the lease.
    async fn is_done(&self, channel: &Channel, order: &FeedOrder) -> Result<bool, RunError> {
        let Some((schedule, planned)) = &order.planned else { return Ok(false) };
        let states = self.store.schedule_state(channel.id).await?;
        Ok(states.iter().any(|(name, last, _)| name == schedule && last >= planned))
    }

    pub(crate) async fn is_paused(&self, channel: &Channel) -> Result<bool, RunError> {
        Ok(self.store.is_paused(channel.id).await?)
    }

    /// Settles submissions of earlier feeds that are still pending, and finds out what became of
    /// those whose answer was lost.
    ///
    /// # Errors
    /// Where the lease is somebody else's, or the database fails.
    pub(crate) async fn settle(&self, channel: &Channel) -> Result<(), RunError> {
        let (pending, now) = (self.store.open_tickets(channel.id).await?, self.clock.now());
        if pending.is_empty() && !self.store.has_unresolved(channel.id, now).await? {
            return Ok(());
        }
        let tenure = Tenure::begin(self, channel).await?;
        let capabilities = channel.marketplace.capabilities();
        let teller = Teller::new(self, channel, &tenure, &capabilities);
        teller.resolve_due().await?;
        teller.settle_all(pending, FeedKind::Differential, self.clock.now()).await?;
        tenure.end(&self.store).await
    }
}
