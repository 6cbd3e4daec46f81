//! From a marketplace's answer to the outcome of every line. Pure.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{ListingId, mutant};
use trueup_marketplace::{
    Answer, Arrival, Batch, BatchKey, Error, ErrorKind, FeedKind, Line, LineKey, LineVerdict,
    Receipt, Retry,
};
use trueup_store::{BatchOutcome, ClaimedBatch, LineOutcome};

use crate::patience;

/// A claimed batch in the form a connector sees.
pub(crate) fn batch_of(claimed: &ClaimedBatch, kind: FeedKind) -> Batch {
    let lines = claimed.lines.iter().map(|line| Line {
        key: LineKey(line.listing.0),
        part_number: line.part_number.clone(),
        location: line.location.clone(),
        remote_id: line.remote_id.clone(),
        level: line.level,
    });
    let key = match mutant!(ReusesKey) {
        true => format!("feed-{}", claimed.feed.0),
        false => claimed.key.clone(),
    };
    Batch { key: BatchKey(key), kind, is_dry_run: false, lines: lines.collect() }
}

/// What a receipt means for the batch: final, or pending on a ticket.
pub(crate) fn of_receipt(receipt: &Receipt, withheld: &[(LineKey, LineVerdict)]) -> BatchOutcome {
    let is_confirmed = matches!(receipt.answer(), Answer::Applied);
    let own = receipt.exceptions().iter().map(|(key, verdict)| (*key, verdict));
    let withheld = withheld.iter().map(|(key, verdict)| (*key, verdict));
    let exceptions = own.chain(withheld).map(|(key, verdict)| (ListingId(key.0), of_line(verdict)));
    let known = receipt.remote_ids().iter().map(|(key, id)| (*key, Some(id.clone())));
    let forgotten = receipt.forgotten().iter().map(|key| (*key, None));
    let remote_ids = known.chain(forgotten).map(|(key, id)| (ListingId(key.0), id));
    BatchOutcome {
        default: LineOutcome::Accepted { is_confirmed },
        exceptions: exceptions.collect(),
        handle: receipt.handle().map(str::to_owned),
        remote_ids: remote_ids.collect(),
    }
}

fn of_line(verdict: &LineVerdict) -> LineOutcome {
    match verdict {
        LineVerdict::Rejected(_) if mutant!(RefusalIsAccepted) => {
            LineOutcome::Accepted { is_confirmed: true }
        }
        LineVerdict::Rejected(refusal) => {
            LineOutcome::Rejected { code: refusal.code.clone(), message: refusal.message.clone() }
        }
        LineVerdict::NotApplied(reason) => LineOutcome::Outdated { reason: reason.clone() },
        LineVerdict::Unknown(_) if mutant!(SubtractsOutcomes) => {
            LineOutcome::Accepted { is_confirmed: true }
        }
        LineVerdict::Unknown(reason) => LineOutcome::Unknown { reason: reason.clone() },
    }
}

/// What a batch-wide failure means for its lines; those that were withheld have their own verdicts.
pub(crate) fn of_error(error: &Error, withheld: &[(LineKey, LineVerdict)]) -> BatchOutcome {
    let reason = error.to_string();
    let is_doubtless = match error.kind() {
        ErrorKind::Timeout => mutant!(TimeoutIsNotApplied),
        ErrorKind::Unavailable => mutant!(ServerErrorIsNotApplied),
        _ => false,
    };
    let default = match error.arrival() {
        Arrival::Unknown if is_doubtless => LineOutcome::NotApplied { reason },
        Arrival::NotApplied => LineOutcome::NotApplied { reason },
        Arrival::Unknown => LineOutcome::Unknown { reason },
    };
    let exceptions = withheld.iter().map(|(key, verdict)| (ListingId(key.0), of_line(verdict)));
    BatchOutcome { exceptions: exceptions.collect(), ..whole(default) }
}

/// The same outcome for every line.
pub(crate) fn whole(default: LineOutcome) -> BatchOutcome {
    BatchOutcome { default, exceptions: BTreeMap::new(), handle: None, remote_ids: Vec::new() }
}

/// When lines of a failed batch are due again, given their attempts so far and a chance.
pub(crate) fn retry_at(
    retry: Option<Retry>,
    now: Timestamp,
    attempts: u32,
    chance: f64,
) -> Timestamp {
    let backoff = patience::backoff(attempts, chance);
    let wait = match retry {
        Some(Retry::After(hint)) => {
            SignedDuration::try_from(hint).unwrap_or(SignedDuration::MAX).max(backoff)
        }
        // Nothing but a change of settings will help; asking seldom is enough.
        Some(Retry::Never) => patience::backoff(u32::MAX, chance),
        Some(Retry::Later) | None => backoff,
    };
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
