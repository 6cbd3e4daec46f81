//! One channel, ready to be fed.

use std::fmt;
use std::sync::Arc;

use trueup_marketplace::{FeedKind, Marketplace, Wire};
use trueup_stock::{Basis, Candidate, ChannelName, DemandProfile, Held, Terms, Wanted, plan};
use trueup_store::{ChannelId, Judged};

use crate::{Guard, Schedules};

/// A channel with everything a pass needs, assembled once from settings.
#[derive(Clone)]
pub struct Channel {
    /// Its number in the database.
    pub id: ChannelId,
    /// Its name.
    pub name: ChannelName,
    /// The marketplace, opened from the channel's settings.
    pub marketplace: Arc<dyn Marketplace>,
    /// The way out to it.
    pub wire: Arc<dyn Wire>,
    /// What its settings say about numbers.
    pub terms: Terms,
    /// Changes when the terms change; a refused line is worth another try then.
    pub fingerprint: i64,
    /// Which orders count.
    pub profile: DemandProfile,
    /// When it is fed.
    pub schedules: Schedules,
    /// What a feed may change without a person's word.
    pub guard: Guard,
}

impl Channel {
    /// What this channel should show of a product.
    ///
    /// # Errors
    /// Why nothing is sent, as data.
    pub fn plan(&self, candidate: &Candidate, basis: Basis) -> Result<Vec<Wanted>, Held> {
        plan(candidate, &self.terms, basis)
    }

    /// How a feed of this channel is to be judged.
    #[must_use]
    pub fn judged(&self, kind: FeedKind, basis: Basis) -> Judged {
        let alternates = basis == Basis::External || self.schedules.external_true_up.is_some();
        Judged { kind, basis, alternates }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("name", &self.name)
            .field("marketplace", &self.marketplace)
            .finish_non_exhaustive()
    }
}
