//! A batch that the marketplace refused as a whole, for its lines' sake or for its own.

use trueup_delivery::ListingId;
use trueup_marketplace::{Arrival, Error, ErrorKind, LineKey, LineVerdict};
use trueup_store::{BatchOutcome, ClaimedBatch, LineOutcome};

use crate::outcome;

/// A refused batch. Nothing is recorded of it yet, and its lines are in flight.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub claimed: ClaimedBatch,
    /// Lines that were not sent, and why.
    pub withheld: Vec<(LineKey, LineVerdict)>,
    pub error: Error,
}

/// Whether an error refuses what was sent, so that a part of it may be taken.
pub(crate) fn is_refusal(error: &Error) -> bool {
    let is_about_lines = matches!(error.kind(), ErrorKind::Refused | ErrorKind::BeyondLimits);
    is_about_lines && error.arrival() == Arrival::NotApplied
}

impl Refusal {
    /// The lines that were sent.
    pub(crate) fn lines(&self) -> Vec<ListingId> {
        let is_withheld = |id: ListingId| self.withheld.iter().any(|(key, _)| key.0 == id.0);
        let lines = self.claimed.lines.iter().map(|line| line.listing);
        match self.withheld.is_empty() {
            true => lines.collect(),
            false => lines.filter(|id| !is_withheld(*id)).collect(),
        }
    }

    /// The refusal as the fate of its lines: it had no effect, and they are sent again.
    pub(crate) fn without_effect(&self) -> BatchOutcome {
        outcome::of_error(&self.error, &self.withheld)
    }

    /// The refusal as the fault of its lines.
    pub(crate) fn at_fault(&self) -> BatchOutcome {
        let code = match self.error.kind() {
            ErrorKind::BeyondLimits => "beyond_limits",
            _ => "refused",
        };
        let (code, message) = (code.to_owned(), self.error.to_string());
        BatchOutcome { default: LineOutcome::Rejected { code, message }, ..self.without_effect() }
    }
}
