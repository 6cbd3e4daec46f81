//! Holding a channel's lease for as long as a pass takes.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trueup_store::{Lease, LeaseAnswer, Store, StoreErrorKind};

use crate::{Channel, Clock, RunError, Runner};

/// How long a lease lives without being renewed.
const TTL: Duration = Duration::from_secs(20);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(5);

/// A lease that renews itself. When it is lost, whatever its holder is sending is abandoned: whoever
/// took over treats it as unclear and confirms it.
#[derive(Debug)]
pub(crate) struct Tenure {
    lease: Arc<Lease>,
    lost: CancellationToken,
    renewing: JoinHandle<()>,
}

impl Tenure {
    /// Takes the lease of a channel.
    ///
    /// # Errors
    /// [`RunError::Busy`] while somebody else holds it.
    pub(crate) async fn begin(runner: &Runner, channel: &Channel) -> Result<Self, RunError> {
        let Runner { store, owner, clock, .. } = runner;
        match store.lease(channel.id, owner, TTL, clock.now()).await? {
            LeaseAnswer::Granted(lease) => Ok(Self::keep(store.clone(), lease, clock.clone())),
            LeaseAnswer::HeldBy { owner, until } => {
                Err(RunError::Busy { channel: channel.name.clone(), owner, until })
            }
        }
    }

    fn keep(store: Store, lease: Lease, clock: Arc<dyn Clock>) -> Self {
        let (lease, lost) = (Arc::new(lease), CancellationToken::new());
        let renewing = tokio::spawn(renew(store, Arc::clone(&lease), lost.clone(), clock));
        Self { lease, lost, renewing }
    }

    /// The lease, for every statement that changes the channel's state.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
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

/// Renews until the lease is somebody else's, or was not renewed for so long that it may be.
async fn renew(store: Store, lease: Arc<Lease>, lost: CancellationToken, clock: Arc<dyn Clock>) {
    let mut renewed = clock.elapsed();
    loop {
        clock.sleep(RENEWAL).await;
        let asked = clock.elapsed();
        match store.renew(&lease).await {
            Ok(()) => renewed = asked,
            Err(error) if error.kind() == StoreErrorKind::Fenced => return lost.cancel(),
            Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
        }
        if clock.elapsed().saturating_sub(renewed) + RENEWAL >= TTL {
            return lost.cancel();
        }
    }
}
