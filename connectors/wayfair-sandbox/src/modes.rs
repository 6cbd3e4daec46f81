//! Every switch of the simulator, typed. The names people write are in `knobs`.

use std::collections::BTreeSet;

use trueup_sandbox::Faults;

/// Which of the two worlds is simulated; a token belongs to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Production,
    Sandbox,
}

impl Environment {
    /// Its name in a channel's settings.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }

    /// The audience a token for it is asked with.
    pub(crate) fn audience(self) -> &'static str {
        match self {
            Self::Production => "https://api.wayfair.com/",
            Self::Sandbox => "https://sandbox.api.wayfair.com/",
        }
    }

    /// The environment an audience names.
    pub(crate) fn of_audience(audience: &str) -> Option<Self> {
        [Self::Production, Self::Sandbox]
            .into_iter()
            .find(|environment| environment.audience() == audience)
    }
}

/// What becomes of a line whose part number is not in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnknownParts {
    /// Accepted at first, listed in `errors` once the feed is complete.
    Reported,
    /// Accepted and never mentioned.
    Ignored,
}

/// Which listings a True-Up sets to 0 when it does not name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrueUpMissing {
    /// Those of the supplier ids that appear in the feed.
    PerSupplier,
    /// Those of every supplier id.
    AllSuppliers,
}

/// Which of two lines for the same listing in one call counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    Last,
    First,
}

/// How a throttled GraphQL call is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThrottleForm {
    /// 429 with `Retry-After` and a JSON message.
    Header,
    /// 429 without the header and with an HTML page.
    NoHeader,
    /// 200 with the wait in the message of a GraphQL error.
    Ok200,
}

/// Where a token of the other environment is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusedAt {
    Api,
    Token,
}

/// How `id` of a transaction goes missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoId {
    /// It is there.
    Present,
    /// It answers null.
    Null,
    /// The schema does not have it.
    UnknownField,
}

/// How feeds are taken and what becomes of them.
#[derive(Clone, Debug)]
pub(crate) struct Feeds {
    pub(crate) suppliers: BTreeSet<i32>,
    pub(crate) any_supplier: bool,
    pub(crate) parts: Option<BTreeSet<String>>,
    pub(crate) unknown_parts: UnknownParts,
    pub(crate) reject_part: BTreeSet<String>,
    pub(crate) true_up_missing: TrueUpMissing,
    pub(crate) one_true_up_per_day: bool,
    pub(crate) duplicates: Duplicates,
    pub(crate) absent_fields_clear: bool,
    pub(crate) completion_delay_ms: u64,
    pub(crate) never_completes: bool,
    pub(crate) completes_with_error: bool,
    pub(crate) dry_run_completes: bool,
    pub(crate) permission_denied: bool,
}

/// What the schema has and what its answers look like.
#[derive(Clone, Debug)]
pub(crate) struct Shapes {
    pub(crate) strict_lists: bool,
    pub(crate) no_limit_argument: bool,
    pub(crate) no_transactions: bool,
    pub(crate) no_inventory: bool,
    pub(crate) no_id: NoId,
    pub(crate) starts_new: bool,
    pub(crate) counters_at_once: bool,
}

/// Tokens and limits.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) expires_in: u64,
    pub(crate) token_expired_after: Option<u64>,
    pub(crate) bad_token_status: u16,
    pub(crate) bad_client_status: u16,
    pub(crate) foreign_environment: RefusedAt,
    pub(crate) throttle_form: ThrottleForm,
    pub(crate) retry_after: u64,
    pub(crate) requests_per_second: Option<u32>,
    pub(crate) token_requests_per_minute: u32,
}

/// Every switch of the simulator.
#[derive(Clone, Debug)]
pub(crate) struct Modes {
    pub(crate) environment: Environment,
    pub(crate) faults: Faults,
    pub(crate) feeds: Feeds,
    pub(crate) shapes: Shapes,
    pub(crate) access: Access,
}

/// The supplier ids that are known without saying so.
pub(crate) const SUPPLIERS: [i32; 2] = [81454, 81852];

impl Default for Modes {
    fn default() -> Self {
        Self {
            environment: Environment::Production,
            faults: Faults::default(),
            feeds: Feeds::default(),
            shapes: Shapes::default(),
            access: Access::default(),
        }
    }
}

impl Default for Feeds {
    fn default() -> Self {
        Self {
            suppliers: BTreeSet::from(SUPPLIERS),
            any_supplier: false,
            parts: None,
            unknown_parts: UnknownParts::Reported,
            reject_part: BTreeSet::new(),
            true_up_missing: TrueUpMissing::PerSupplier,
            one_true_up_per_day: false,
            duplicates: Duplicates::Last,
            absent_fields_clear: false,
            completion_delay_ms: 200,
            never_completes: false,
            completes_with_error: false,
            dry_run_completes: false,
            permission_denied: false,
        }
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Self {
            strict_lists: false,
            no_limit_argument: false,
            no_transactions: false,
            no_inventory: false,
            no_id: NoId::Present,
            starts_new: false,
            counters_at_once: false,
        }
    }
}

impl Default for Access {
    fn default() -> Self {
        Self {
            expires_in: 86_400,
            token_expired_after: None,
            bad_token_status: 401,
            bad_client_status: 400,
            foreign_environment: RefusedAt::Api,
            throttle_form: ThrottleForm::Header,
            retry_after: 1,
            requests_per_second: None,
            token_requests_per_minute: 20,
        }
    }
}
