//! When a feed does not go at all: it is not taken there, or it would say more than is known.
//! No approval helps.

use std::num::NonZeroUsize;

use jiff::Timestamp;
use trueup_delivery::mutant;
use trueup_marketplace::{FeedKind, Limit, TrueUp};
use trueup_store::{Completeness, Impact};

use super::Judgement;
use crate::{Channel, Reason};

/// What is said where a marketplace takes no Differential.
pub(crate) const NO_DIFFERENTIAL: &str = "its marketplace takes no Differential under these \
    settings (a sandbox, perhaps); send a True-Up instead";

/// Why a feed of this kind would not go, or not all of it, where that is so.
#[must_use]
pub fn refusal(
    channel: &Channel,
    kind: FeedKind,
    completeness: &Completeness,
    impact: &Impact,
    now: Timestamp,
) -> Option<String> {
    let capabilities = channel.marketplace.capabilities();
    let (refused, completeness) = match (kind, capabilities.true_up) {
        (FeedKind::Differential, _) if capabilities.takes_differential => (None, None),
        (FeedKind::Differential, _) => (Some(NO_DIFFERENTIAL.to_owned()), None),
        (FeedKind::TrueUp, TrueUp::Chunked) => (None, None),
        (FeedKind::TrueUp, TrueUp::Whole(limit)) => {
            (complete(completeness, limit).err(), Some(completeness))
        }
    };
    let judged = || match channel.guard.judge(impact, completeness, now) {
        Judgement::Goes { .. } => None,
        Judgement::Held(verdict) => Some(format!("it would be held: {}", said(&verdict.reasons))),
    };
    refused.or_else(judged)
}

/// Reasons in one line.
pub(crate) fn said(reasons: &[Reason]) -> String {
    let said: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    said.join("; ")
}

/// Whether a feed in which an absent line means zero may go.
pub(crate) fn complete(completeness: &Completeness, limit: Limit) -> Result<(), String> {
    let Completeness { lines, omitted_nonzero, in_flight, .. } = *completeness;
    if mutant!(WholeWithoutGuard) {
        return Ok(());
    }
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
    Ok(())
}
