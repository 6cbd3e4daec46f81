//! What can be switched: faults of the wire, and what the documents leave open.

use trueup_sandbox::{Chance, Faults};

/// What the person at the consent page decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Given,
    Denied,
    /// The person chooses another company.
    Elsewhere,
}

/// Every switch.
#[derive(Clone, Debug)]
pub(crate) struct Modes {
    pub(crate) faults: Faults,
    /// What the person at the consent page decides.
    pub(crate) decision: Decision,
    /// Seconds that an access token lives.
    pub(crate) expires_in: u64,
    /// Access tokens end after so many calls.
    pub(crate) token_expired_after: Option<u64>,
    /// Seconds that a refresh token goes on working after it was rotated.
    pub(crate) refresh_grace: i64,
    /// Whether every refresh rotates the refresh token.
    pub(crate) rotates: bool,
    /// Whether the app is allowed for the company.
    pub(crate) is_allowed: bool,
    /// Whether the company may book adjustments.
    pub(crate) is_supported: bool,
    /// Whether a part number that is asked for comes into being.
    pub(crate) is_open: bool,
    /// Seconds that a request id is known.
    pub(crate) request_id_seconds: i64,
    /// Whether batches answer in the order they were sent.
    pub(crate) in_order: bool,
    /// Whether the published limits are enforced.
    pub(crate) limits: bool,
    /// An element of a batch ends as a system fault.
    pub(crate) element_fails: Chance,
    /// An element of a batch is left out of the answer.
    pub(crate) element_missing: Chance,
}

impl Default for Modes {
    fn default() -> Self {
        Self {
            faults: Faults::default(),
            decision: Decision::Given,
            expires_in: 3_600,
            token_expired_after: None,
            refresh_grace: 60,
            rotates: true,
            is_allowed: true,
            is_supported: true,
            is_open: true,
            request_id_seconds: 24 * 60 * 60,
            in_order: false,
            limits: true,
            element_fails: Chance::Never,
            element_missing: Chance::Never,
        }
    }
}
