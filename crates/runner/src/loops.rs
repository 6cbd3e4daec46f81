//! The loops of channels, and whether each is alive.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::task::AbortHandle;
use trueup_stock::ChannelName;

/// The loops that were started.
#[derive(Debug, Default)]
pub(crate) struct Loops(Mutex<BTreeMap<ChannelName, AbortHandle>>);

impl Loops {
    pub(crate) fn began(&self, channel: ChannelName, handle: AbortHandle) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(channel, handle);
    }

    pub(crate) fn is_alive(&self, channel: &ChannelName) -> bool {
        let loops = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loops.get(channel).is_some_and(|handle| !handle.is_finished())
    }
}
