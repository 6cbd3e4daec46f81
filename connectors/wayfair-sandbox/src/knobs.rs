//! The names people switch modes with. One table: name, sentence, what it sets.

use std::collections::BTreeSet;

use trueup_marketplace::SandboxError;
use trueup_sandbox::value::{
    Read, chance, codes, number, number_or_off, on, parts_of, refusal_status, word,
};
use trueup_sandbox::{FAULTS, Knob, sentences};

use crate::modes::{
    Duplicates, Environment, Modes, NoId, RefusedAt, ThrottleForm, TrueUpMissing, UnknownParts,
};

/// Every name with its sentence.
pub(crate) const SENTENCES: &[(&str, &str)] =
    &sentences::<_, { FAULTS.len() + KNOBS.len() }>(KNOBS);

/// Sets what `name` or `name=value` says.
pub(crate) fn turn(modes: &mut Modes, text: &str) -> Result<(), SandboxError> {
    trueup_sandbox::turn("wayfair", KNOBS, modes, |modes| &mut modes.faults, text)
}

const KNOBS: &[Knob<Modes>] = &[
    (
        "data_null",
        "answers HTTP 200 with `data: null` and an error, and applies nothing",
        |m, v| chance(v).map(|c| m.faults.data_null = c),
    ),
    (
        "reject_part",
        "CODE[;CODE]: lists lines of these part numbers in `errors` and does not apply them",
        |m, v| codes(v).map(|c| m.feeds.reject_part = c),
    ),
    (
        "environment",
        "production (default) or sandbox: no DIFFERENTIAL, lines beyond 500 dropped silently",
        |m, v| {
            use Environment::{Production, Sandbox};
            word(v, &[("production", Production), ("sandbox", Sandbox)]).map(|e| m.environment = e)
        },
    ),
    ("suppliers", "ID[;ID]: supplier ids known besides 81454 and 81852", |m, v| {
        supplier_ids(v).map(|ids| m.feeds.suppliers.extend(ids))
    }),
    ("any_supplier", "every supplier id is known", |m, v| {
        on(v).map(|on| m.feeds.any_supplier = on)
    }),
    ("parts", "CODE[;CODE]: only these part numbers are known; without it every one is", |m, v| {
        codes(v).map(|parts| m.feeds.parts = Some(parts))
    }),
    (
        "unknown_parts",
        "reported (default): in `errors` once the feed is complete; or ignored",
        |m, v| {
            use UnknownParts::{Ignored, Reported};
            word(v, &[("reported", Reported), ("ignored", Ignored)])
                .map(|u| m.feeds.unknown_parts = u)
        },
    ),
    (
        "true_up_missing",
        "per_supplier (default) or all_suppliers: whose unnamed listings a TRUE_UP sets to 0",
        |m, v| {
            use TrueUpMissing::{AllSuppliers, PerSupplier};
            word(v, &[("per_supplier", PerSupplier), ("all_suppliers", AllSuppliers)])
                .map(|t| m.feeds.true_up_missing = t)
        },
    ),
    ("one_true_up_per_day", "refuses a second TRUE_UP within 24 hours", |m, v| {
        on(v).map(|on| m.feeds.one_true_up_per_day = on)
    }),
    (
        "duplicates",
        "last (default) or first: which of two lines for one listing in a call counts",
        |m, v| {
            use Duplicates::{First, Last};
            word(v, &[("last", Last), ("first", First)]).map(|d| m.feeds.duplicates = d)
        },
    ),
    (
        "absent_fields",
        "keep (default) or clear: what an optional field left out does to the stored value",
        |m, v| {
            word(v, &[("keep", false), ("clear", true)]).map(|c| m.feeds.absent_fields_clear = c)
        },
    ),
    ("completion_delay", "MS: how long a feed stays PROCESSING (default 200)", |m, v| {
        number(v).map(|ms| m.feeds.completion_delay_ms = ms)
    }),
    ("never_completes", "feeds are applied but stay PROCESSING for ever", |m, v| {
        on(v).map(|on| m.feeds.never_completes = on)
    }),
    ("completes_with_error", "feeds are not applied and end as ERROR", |m, v| {
        on(v).map(|on| m.feeds.completes_with_error = on)
    }),
    (
        "dry_run_completes",
        "dry runs complete like other feeds instead of staying PROCESSING",
        |m, v| on(v).map(|on| m.feeds.dry_run_completes = on),
    ),
    ("permission_denied", "refuses every save with PERMISSION_DENIED", |m, v| {
        on(v).map(|on| m.feeds.permission_denied = on)
    }),
    ("strict_lists", "refuses variables declared as [inventoryInput]! and null lines", |m, v| {
        on(v).map(|on| m.shapes.strict_lists = on)
    }),
    ("no_limit_argument", "the lists of a transaction take no `limit`", |m, v| {
        on(v).map(|on| m.shapes.no_limit_argument = on)
    }),
    ("no_transactions", "there is no query `transactions`", |m, v| {
        on(v).map(|on| m.shapes.no_transactions = on)
    }),
    ("no_inventory", "there is no query `inventory`", |m, v| {
        on(v).map(|on| m.shapes.no_inventory = on)
    }),
    (
        "no_id",
        "null (default) or unknown_field: how `id` of a transaction is missing; or off",
        |m, v| {
            use NoId::{Null, Present, UnknownField};
            let words = [("null", Null), ("unknown_field", UnknownField), ("off", Present)];
            word(v.or(Some("null")), &words).map(|n| m.shapes.no_id = n)
        },
    ),
    ("starts_new", "the answer to save says NEW instead of PROCESSING", |m, v| {
        on(v).map(|on| m.shapes.starts_new = on)
    }),
    ("counters_at_once", "counters are filled while a feed is still PROCESSING", |m, v| {
        on(v).map(|on| m.shapes.counters_at_once = on)
    }),
    ("expires_in", "SECONDS: lifetime of a token (default 86400)", |m, v| {
        number(v).map(|s| m.access.expires_in = s)
    }),
    ("token_expired_after", "N or off: a token is refused after so many GraphQL calls", |m, v| {
        number_or_off(v).map(|n| m.access.token_expired_after = n)
    }),
    ("bad_token_status", "STATUS: the answer to a bad token (default 401)", |m, v| {
        refusal_status(v).map(|s| m.access.bad_token_status = s)
    }),
    ("bad_client_status", "STATUS: the answer to bad credentials (default 400)", |m, v| {
        refusal_status(v).map(|s| m.access.bad_client_status = s)
    }),
    (
        "foreign_environment",
        "api (default) or token: where a token of the other environment is refused",
        |m, v| {
            use RefusedAt::{Api, Token};
            word(v, &[("api", Api), ("token", Token)]).map(|r| m.access.foreign_environment = r)
        },
    ),
    (
        "throttle_form",
        "header (default), no_header or ok_200: how a throttled call is answered",
        |m, v| {
            use ThrottleForm::{Header, NoHeader, Ok200};
            word(v, &[("header", Header), ("no_header", NoHeader), ("ok_200", Ok200)])
                .map(|f| m.access.throttle_form = f)
        },
    ),
    ("retry_after", "SECONDS: the wait the fault `throttle` tells (default 1)", |m, v| {
        number(v).map(|s| m.access.retry_after = s)
    }),
    ("requests_per_second", "N or off (default): throttles GraphQL calls beyond it", |m, v| {
        number_or_off(v).map(|n| m.access.requests_per_second = n)
    }),
    ("token_requests_per_minute", "N: throttles token requests beyond it (default 20)", |m, v| {
        number(v).map(|n| m.access.token_requests_per_minute = n)
    }),
];

/// `81454;81852`.
fn supplier_ids(text: Option<&str>) -> Read<BTreeSet<i32>> {
    let form = || "write supplier ids with `;` between them, such as 81454;81852".to_owned();
    parts_of(text.ok_or_else(form)?).map(|id| id.parse().map_err(|_| form())).collect()
}
