//! Holding a channel's lease for as long as a pass takes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trueup_store::{Lease, LeaseAnswer, Store, StoreErrorKind};

use crate::{Channel, Clock, RunError, Runner};

/// How long a lease lives without being renewed.
const TTL: Duration = Duration::from_secs(20);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(5);
/// How long before its end a lease is not trusted any more: two clocks never run quite alike.
const MARGIN: Duration = Duration::from_secs(1);

/// A lease that renews itself. When it is lost, whatever its holder is sending is abandoned: whoever
/// took over treats it as unclear and confirms it.
#[derive(Debug)]
pub(crate) struct Tenure {
    lease: Arc<Lease>,
    lost: CancellationToken,
    /// When the renewal that was granted last had been asked for.
    renewed: watch::Receiver<Duration>,
    renewing: JoinHandle<()>,
}

impl Tenure {
    /// Takes the lease of a channel.
    ///
    /// # Errors
    /// [`RunError::Busy`] while somebody else holds it.
    pub(crate) async fn begin(runner: &Runner, channel: &Channel) -> Result<Self, RunError> {
        let Runner { store, owner, clock, .. } = runner;
        let asked = clock.elapsed();
        match store.lease(channel.id, owner, TTL, clock.now()).await? {
            LeaseAnswer::Granted(lease) => {
                let effect = channel.marketplace.capabilities().effect;
                let lease = lease.sending(effect).under(&channel.terms);
                Ok(Self::keep(store.clone(), lease, clock.clone(), asked))
            }
            LeaseAnswer::HeldBy { owner, until } => {
                Err(RunError::Busy { channel: channel.name.clone(), owner, until })
            }
        }
    }

    fn keep(store: Store, lease: Lease, clock: Arc<dyn Clock>, asked: Duration) -> Self {
        let (lease, lost) = (Arc::new(lease), CancellationToken::new());
        let (granted, renewed) = watch::channel(asked);
        let renewing = Renewing { store, lease: Arc::clone(&lease), lost: lost.clone(), granted };
        let renewing = tokio::spawn(renewing.renew(clock));
        Self { lease, lost, renewed, renewing }
    }

    /// The lease, for every statement that changes the channel's state.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Whether nobody can have taken over yet. A process that was stopped and wakes up finds out
    /// here, before its own renewal does.
    pub(crate) fn is_trusted(&self, elapsed: Duration) -> bool {
        let is_fresh = elapsed.saturating_sub(*self.renewed.borrow()) + MARGIN < TTL;
        !self.lost.is_cancelled() && (is_fresh || self.lease.is_locked())
    }

    /// Ends when the lease is lost.
    pub(crate) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Gives the lease back.
    pub(crate) async fn end(self, store: &Store) -> Result<(), RunError> {
        self.renewing.abort();
        Ok(store.release(&self.lease).await?)
    }
}

impl Drop for Tenure {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

/// Whether no later renewal can succeed.
const fn is_over(kind: StoreErrorKind) -> bool {
    matches!(kind, StoreErrorKind::Fenced | StoreErrorKind::Unbound)
}

struct Renewing {
    store: Store,
    lease: Arc<Lease>,
    lost: CancellationToken,
    granted: watch::Sender<Duration>,
}

impl Renewing {
    /// Renews until the lease is somebody else's, or was not renewed for so long that it may be.
    async fn renew(self, clock: Arc<dyn Clock>) {
        loop {
            clock.sleep(RENEWAL).await;
            let asked = clock.elapsed();
            match self.store.renew(&self.lease).await {
                Ok(()) => {
                    self.granted.send_replace(asked);
                }
                Err(error) if is_over(error.kind()) => return self.lost.cancel(),
                Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
            }
            let age = clock.elapsed().saturating_sub(*self.granted.borrow());
            if age + RENEWAL >= TTL && !self.lease.is_locked() {
                return self.lost.cancel();
            }
        }
    }
}
