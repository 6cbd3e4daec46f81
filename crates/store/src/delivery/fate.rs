//! What the sender knows of the lines of a batch.

use std::collections::BTreeMap;
use std::fmt;

use trueup_delivery::ListingId;

/// The fate of a line, as the sender knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineOutcome {
    /// The marketplace took it.
    Accepted {
        /// Whether it said that the level is in force; otherwise that it was received, which is
        /// all it ever says.
        is_confirmed: bool,
    },
    /// The marketplace refused it.
    Rejected {
        /// The marketplace's code, or a short one of ours.
        code: String,
        /// The marketplace's words.
        message: String,
    },
    /// It certainly had no effect; the listing is sent again later.
    NotApplied {
        /// Why.
        reason: String,
    },
    /// It certainly had no effect, and nothing is wrong with it: what it was compared with had
    /// moved on. The listing is planned again by the same feed, a few times in a row.
    Outdated {
        /// Why.
        reason: String,
    },
    /// Nobody knows; the listing is confirmed again.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// The fate of every line of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchOutcome {
    /// Of every line that is not among the exceptions.
    pub default: LineOutcome,
    /// Of the others.
    pub exceptions: BTreeMap<ListingId, LineOutcome>,
    /// The marketplace's handle of the submission.
    pub handle: Option<String>,
    /// The marketplace's own ids of listings, found by look-ups; `None` forgets one.
    pub remote_ids: Vec<(ListingId, Option<String>)>,
}

/// Whether an outcome was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Every line has it.
    Done,
    /// The batch had its outcome already, or somebody took the lease over and will find its own.
    /// Nothing changed but the journal.
    LateNews,
}

impl LineOutcome {
    /// Outcome, code and message, as they are stored.
    pub(crate) fn texts(&self) -> (&'static str, Option<&str>, Option<&str>) {
        match self {
            Self::Accepted { is_confirmed: true } => ("accepted", None, None),
            Self::Accepted { is_confirmed: false } => ("submitted", None, None),
            Self::Rejected { code, message } => ("rejected", Some(code), Some(message)),
            Self::NotApplied { reason } | Self::Outdated { reason } => {
                ("superseded", None, Some(reason))
            }
            Self::Unknown { reason } => ("unknown", None, Some(reason)),
        }
    }
}

impl fmt::Display for LineOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.texts().0)
    }
}
