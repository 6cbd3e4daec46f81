//! When a feed does not go at all: it is not taken there, or it would say more than is known.

use std::num::NonZeroUsize;

use trueup_marketplace::{FeedKind, Limit, TrueUp};
use trueup_store::Completeness;

use crate::Channel;

/// What is said where a marketplace takes no Differential.
pub(crate) const NO_DIFFERENTIAL: &str = "its marketplace takes no Differential under these \
    settings (a sandbox, perhaps); send a True-Up instead";

/// Why a feed of this kind would not go, where it would not.
#[must_use]
pub fn refusal(channel: &Channel, kind: FeedKind, completeness: &Completeness) -> Option<String> {
    let capabilities = channel.marketplace.capabilities();
    match (kind, capabilities.true_up) {
        (FeedKind::Differential, _) if capabilities.takes_differential => None,
        (FeedKind::Differential, _) => Some(NO_DIFFERENTIAL.to_owned()),
        (FeedKind::TrueUp, TrueUp::Chunked) => None,
        (FeedKind::TrueUp, TrueUp::Whole(limit)) => guard(completeness, limit).err(),
    }
}

/// Whether a feed in which an absent line means zero may go.
pub(crate) fn guard(completeness: &Completeness, limit: Limit) -> Result<(), String> {
    let Completeness { lines, omitted_nonzero, in_flight, lines_last_time } = *completeness;
    if !limit.allows(usize::try_from(lines).unwrap_or(usize::MAX)) {
        let most = limit.0.map_or(0, NonZeroUsize::get);
        return Err(format!(
            "a True-Up travels whole, and {lines} lines are more than the {most} this marketplace takes in one request; nothing was sent"
        ));
    }
    if in_flight > 0 {
        return Err(format!(
            "an earlier feed is not settled ({in_flight} lines are still being worked on); the True-Up was not sent, so that it cannot be overtaken"
        ));
    }
    if omitted_nonzero > 0 {
        return Err(format!(
            "{omitted_nonzero} listings that may show stock are held back, and leaving them out of a True-Up would set them to 0; nothing was sent. `trueup preview` shows which and why"
        ));
    }
    match lines_last_time {
        Some(before) if lines.saturating_mul(2) < before => Err(format!(
            "the True-Up would have {lines} lines and the last one had {before}; leaving out more than half is taken for a mistake in the inputs, and nothing was sent"
        )),
        Some(_) | None => Ok(()),
    }
}
