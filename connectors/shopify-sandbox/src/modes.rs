//! Every switch of the simulator, typed. The names people write are in `knobs`.

use std::collections::BTreeSet;

use trueup_sandbox::{Chance, Faults, Rate};

use crate::search::Matching;

/// What a set does on a level that was never stocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeverStocked {
    /// Success, and nothing is stored.
    Silent,
    /// Stored on a level that is not active.
    Stored,
    /// `ITEM_NOT_STOCKED_AT_LOCATION`, on versions before 2026-10.
    Refused,
}

/// What a repeat of a finished call under its key gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The outcome it had.
    Stored,
    /// It is evaluated anew.
    Evaluated,
}

/// How a throttled call is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThrottleForm {
    Ok200,
    Status429,
}

/// How a refused login is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    Open,
    NotInstalled,
    OtherOrganisation,
}

/// How the mutations behave where it is not known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sets {
    pub(crate) stale_names_row: bool,
    pub(crate) stale_before_rows: bool,
    pub(crate) never_stocked: NeverStocked,
    pub(crate) untracked_is_silent: bool,
    pub(crate) repeat: Repeat,
    pub(crate) key_seconds: i64,
    pub(crate) key_length: usize,
    pub(crate) cost: u32,
    pub(crate) concurrent_key: Chance,
    pub(crate) burnt_key: Chance,
    pub(crate) unknown_code: Chance,
    pub(crate) null_payload: Chance,
    pub(crate) sold_meanwhile: Chance,
}

/// How the shop is searched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Searches {
    /// A SKU that is asked for comes into being.
    pub(crate) is_open: bool,
    pub(crate) matching: Matching,
    pub(crate) index_delay_seconds: i64,
    pub(crate) counts_itself: bool,
    pub(crate) nodes_cost_per_id: bool,
}

/// Tokens, versions and limits.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) expires_in: u64,
    pub(crate) token_expired_after: Option<u64>,
    pub(crate) bad_client_status: u16,
    pub(crate) login: Login,
    pub(crate) old_tokens_end: bool,
    pub(crate) missing_scopes: BTreeSet<String>,
    pub(crate) shop_status: Option<u16>,
    pub(crate) oldest_version: &'static str,
    pub(crate) bucket: Rate,
    pub(crate) throttle_form: ThrottleForm,
}

/// Every switch of the simulator.
#[derive(Clone, Debug)]
pub(crate) struct Modes {
    pub(crate) faults: Faults,
    pub(crate) sets: Sets,
    pub(crate) searches: Searches,
    pub(crate) access: Access,
}

/// The versions that are served.
pub(crate) const VERSIONS: [&str; 3] = ["2026-04", "2026-07", "2026-10"];

/// The scopes an app has.
pub(crate) const SCOPES: [&str; 4] =
    ["read_inventory", "read_locations", "read_products", "write_inventory"];

/// The bucket of a plan.
pub(crate) const fn bucket(capacity: u32, per_second: f64) -> Rate {
    Rate { capacity, per_second }
}

impl Default for Modes {
    fn default() -> Self {
        Self {
            faults: Faults::default(),
            sets: Sets {
                stale_names_row: false,
                stale_before_rows: false,
                never_stocked: NeverStocked::Silent,
                untracked_is_silent: false,
                repeat: Repeat::Stored,
                key_seconds: 86_400,
                key_length: 255,
                cost: crate::graphql::cost::MUTATION_COST,
                concurrent_key: Chance::Never,
                burnt_key: Chance::Never,
                unknown_code: Chance::Never,
                null_payload: Chance::Never,
                sold_meanwhile: Chance::Never,
            },
            searches: Searches {
                is_open: true,
                matching: Matching::Phrase,
                index_delay_seconds: 5,
                counts_itself: true,
                nodes_cost_per_id: false,
            },
            access: Access {
                expires_in: 86_399,
                token_expired_after: None,
                bad_client_status: 400,
                login: Login::Open,
                old_tokens_end: false,
                missing_scopes: BTreeSet::new(),
                shop_status: None,
                oldest_version: VERSIONS[0],
                bucket: bucket(2_000, 100.0),
                throttle_form: ThrottleForm::Ok200,
            },
        }
    }
}
