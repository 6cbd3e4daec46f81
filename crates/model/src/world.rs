//! One moment of everything: our database, our process, the network and the marketplace.

use trueup_delivery::{BatchId, Generation, State};
use trueup_stock::Level;

use crate::action::Desire;
use crate::bounds::Bounds;
use crate::calendar::NOW;
use crate::database::Database;
use crate::request::{Owner, Request};

/// One moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// What our database says.
    pub(crate) database: Database,
    /// What it would say after a power cut, where that is less.
    pub(crate) synced: Option<Database>,
    /// Whether a process of ours holds the lease.
    pub(crate) is_up: bool,
    /// What may still take effect.
    pub(crate) requests: Vec<Request>,
    /// M: what the marketplace holds, where it was ever told.
    pub(crate) shown: Option<Level>,
    /// What may still happen.
    pub(crate) left: Bounds,
    /// What happened since the last change, fault or delay.
    pub(crate) calm: Calm,
    /// What nobody in this world knows, to judge by.
    pub(crate) truth: Truth,
}

/// How long it has been calm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Calm {
    /// Ticks that passed while the listing was not yet clean.
    pub ticks: u8,
    /// Claims.
    pub claims: u8,
    /// Times that a person took the parked listing up again.
    pub retries: u8,
}

/// What the judge remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Truth {
    /// W: what the engine wants.
    pub desire: Desire,
    /// The newest generation that was ever acknowledged, also where we lost the record of it.
    pub acknowledged: Generation,
    /// A promise that was broken on the way here.
    pub broken: Option<Broken>,
}

/// A promise about something that happens, rather than about a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Broken {
    /// I1: a listing stayed parked although another question was asked.
    StaysParked,
    /// I2: a generation was sent after a newer one had been acknowledged.
    WentBack,
    /// I2: a late writer changed something.
    LateWriter,
    /// I5: a line got a second outcome.
    SecondOutcome,
    /// I5: a line was replaced before it had an outcome.
    NoOutcome,
}

impl World {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            database: Database::new(),
            synced: None,
            is_up: true,
            requests: Vec::new(),
            shown: None,
            left: bounds,
            calm: Calm::default(),
            truth: Truth { desire: Desire::One, acknowledged: Generation(0), broken: None },
        }
    }

    /// The requests whose answer the holder of the lease waits for; one at most, if all is well.
    pub(crate) fn live(&self) -> impl Iterator<Item = (usize, &Request)> {
        let requests = self.requests.iter().enumerate();
        requests.filter(|(_, request)| request.owner == Owner::Holder)
    }

    /// Whether somebody would act at once if nobody disturbed them.
    pub(crate) fn is_busy(&self) -> bool {
        let is_ready = match self.database.listing.state {
            State::Due { not_before, .. } => not_before <= NOW,
            State::Parked(_) => true,
            State::Clean | State::InFlight(_) | State::Retired => false,
        };
        !self.is_up || is_ready || self.live().next().is_some()
    }

    /// Whether something happens by the mere passing of time.
    pub(crate) fn is_waiting(&self) -> bool {
        self.database.is_waiting() || self.requests.iter().any(|request| request.until.is_some())
    }

    /// Whether our side believes that nothing is left to do.
    pub(crate) fn is_at_rest(&self) -> bool {
        matches!(self.database.listing.state, State::Clean | State::Retired)
    }

    /// A number for a batch that nothing names any more.
    pub(crate) fn unused_batch(&self) -> BatchId {
        let databases = [Some(&self.database), self.synced.as_ref()];
        let named = databases.into_iter().flatten().flat_map(Database::batches);
        let carried = self.requests.iter().map(|request| request.sent.batch);
        let used: Vec<BatchId> = named.chain(carried).collect();
        (1..).map(BatchId).find(|batch| !used.contains(batch)).unwrap_or(BatchId(i64::MAX))
    }
}
