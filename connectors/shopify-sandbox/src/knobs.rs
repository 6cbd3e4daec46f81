//! The names people switch modes with. One table: name, sentence, what it sets.

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::SandboxError;
use trueup_sandbox::value::{
    Read, chance, codes, number, number_or_off, on, parts_of, refusal_status, word,
};
use trueup_sandbox::{FAULTS, Knob, sentences};

use crate::modes::{Login, NeverStocked, Repeat, SCOPES, ThrottleForm, VERSIONS, bucket};
use crate::search::Matching;
use crate::store::{LOCATIONS, Level, Number};
use crate::world::World;

/// Every name with its sentence.
pub(crate) const SENTENCES: &[(&str, &str)] =
    &sentences::<_, { FAULTS.len() + KNOBS.len() }>(KNOBS);

/// Sets what `name` or `name=value` says.
pub(crate) fn turn(world: &mut World, text: &str) -> Result<(), SandboxError> {
    trueup_sandbox::turn("shopify", KNOBS, world, |world| &mut world.modes.faults, text)
}

const KNOBS: &[Knob<World>] = &[
    ("data_null", "answers HTTP 200 with an internal error, and applies nothing", |w, v| {
        chance(v).map(|c| w.modes.faults.data_null = c)
    }),
    ("catalogue", "open (default): a SKU that is asked for comes into being; or closed", |w, v| {
        word(v, &[("open", true), ("closed", false)]).map(|open| w.modes.searches.is_open = open)
    }),
    ("skus", "SKU[;SKU]: adds a product each: active, tracked, 0 at the first location", |w, v| {
        let at = indexed_at(w);
        for sku in codes(v)? {
            w.store.add(&sku, at);
        }
        Ok(())
    }),
    ("draft", "SKU[;SKU]: their products are drafts", |w, v| {
        each(w, v, |w, n| w.store.variant_mut(n).into_iter().for_each(|v| v.status = "DRAFT"))
    }),
    ("untracked", "SKU[;SKU]: their quantities are not tracked", |w, v| {
        each(w, v, |w, n| w.store.variant_mut(n).into_iter().for_each(|v| v.is_tracked = false))
    }),
    ("bundle", "SKU[;SKU]: they are parents of bundles", |w, v| {
        each(w, v, |w, n| w.store.variant_mut(n).into_iter().for_each(|v| v.is_bundle = true))
    }),
    ("gone", "SKU[;SKU]: deleted, and searches still find them", |w, v| {
        each(w, v, |w, n| w.store.variant_mut(n).into_iter().for_each(|v| v.is_gone = true))
    }),
    ("unstocked", "SKU[;SKU]: never stocked anywhere", |w, v| {
        each(w, v, |w, n| LOCATIONS.iter().for_each(|(id, _)| w.store.remove_level(n, *id)))
    }),
    ("deactivated", "SKU[;SKU]: stocked once at the first location, then deactivated", |w, v| {
        each(w, v, |w, n| w.store.put_level(n, LOCATIONS[0].0, Level::new(false)))
    }),
    ("sell", "SKU:N: N of it are sold at the first location, and not shipped yet", |w, v| {
        sell(w, v)
    }),
    ("locations", "ID[;ID]: locations besides 70000000001 and 70000000002", |w, v| {
        let form = || "write numbers with `;` between them, such as 70000000003".to_owned();
        parts_of(v.ok_or_else(form)?).try_for_each(|id| {
            let id: u64 = id.parse().map_err(|_| form())?;
            w.store.locations.insert(id, format!("Location {id}"));
            Ok(())
        })
    }),
    ("stale_field", "null (default) or row: whether a stale comparison names its row", |w, v| {
        word(v, &[("null", false), ("row", true)]).map(|row| w.modes.sets.stale_names_row = row)
    }),
    ("stale_first", "a stale comparison is told before rows that are wrong", |w, v| {
        on(v).map(|on| w.modes.sets.stale_before_rows = on)
    }),
    (
        "never_stocked",
        "silent (default), stored or refused: a set where it was never stocked",
        |w, v| {
            use NeverStocked::{Refused, Silent, Stored};
            word(v, &[("silent", Silent), ("stored", Stored), ("refused", Refused)])
                .map(|n| w.modes.sets.never_stocked = n)
        },
    ),
    (
        "untracked_set",
        "stored (default) or silent: a set on an item that is not tracked",
        |w, v| {
            word(v, &[("stored", false), ("silent", true)])
                .map(|s| w.modes.sets.untracked_is_silent = s)
        },
    ),
    ("repeat", "stored (default) or evaluated: a finished call under its key again", |w, v| {
        word(v, &[("stored", Repeat::Stored), ("evaluated", Repeat::Evaluated)])
            .map(|r| w.modes.sets.repeat = r)
    }),
    ("key_memory", "SECONDS: how long keys are known (default 86400)", |w, v| {
        number(v).map(|n| w.modes.sets.key_seconds = n)
    }),
    ("key_length", "N: the longest key (default 255)", |w, v| {
        number(v).map(|n| w.modes.sets.key_length = n)
    }),
    ("set_cost", "POINTS: what a set costs (default 10)", |w, v| {
        number(v).map(|n| w.modes.sets.cost = n)
    }),
    ("nodes_cost", "flat (default) or per_id: what a look-up by ids costs", |w, v| {
        word(v, &[("flat", false), ("per_id", true)])
            .map(|per_id| w.modes.searches.nodes_cost_per_id = per_id)
    }),
    ("concurrent_key", "CHANCE: a set is answered IDEMPOTENCY_CONCURRENT_REQUEST", |w, v| {
        chance(v).map(|c| w.modes.sets.concurrent_key = c)
    }),
    ("burnt_key", "CHANCE: a set is answered IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", |w, v| {
        chance(v).map(|c| w.modes.sets.burnt_key = c)
    }),
    ("unknown_code", "CHANCE: a set is refused with a code nobody knows", |w, v| {
        chance(v).map(|c| w.modes.sets.unknown_code = c)
    }),
    ("null_payload", "CHANCE: a set is answered with no payload and no error", |w, v| {
        chance(v).map(|c| w.modes.sets.null_payload = c)
    }),
    ("sold_meanwhile", "CHANCE: one of the first row is sold before a set compares", |w, v| {
        chance(v).map(|c| w.modes.sets.sold_meanwhile = c)
    }),
    ("sku_search", "phrase (default) or exact: how `sku:'…'` matches", |w, v| {
        word(v, &[("phrase", Matching::Phrase), ("exact", Matching::Exact)])
            .map(|m| w.modes.searches.matching = m)
    }),
    ("index_delay", "SECONDS: how long searches do not find what is new (default 5)", |w, v| {
        number(v).map(|n| w.modes.searches.index_delay_seconds = n)
    }),
    ("duplicate_sku_count", "with_itself (default) or others: what it counts", |w, v| {
        word(v, &[("with_itself", true), ("others", false)])
            .map(|itself| w.modes.searches.counts_itself = itself)
    }),
    ("bucket", "standard (default), advanced, plus or test (100 points, 10 a second)", |w, v| {
        let test = bucket(100, 10.0);
        let words = [
            ("standard", bucket(2_000, 100.0)),
            ("advanced", bucket(4_000, 200.0)),
            ("plus", bucket(20_000, 1_000.0)),
            ("test", test),
        ];
        word(v, &words).map(|rate| w.modes.access.bucket = rate)
    }),
    (
        "throttle_form",
        "ok_200 (default) or status_429: how a throttled call is answered",
        |w, v| {
            use ThrottleForm::{Ok200, Status429};
            word(v, &[("ok_200", Ok200), ("status_429", Status429)])
                .map(|form| w.modes.access.throttle_form = form)
        },
    ),
    ("expires_in", "SECONDS: lifetime of a token (default 86399)", |w, v| {
        number(v).map(|s| w.modes.access.expires_in = s)
    }),
    ("token_expired_after", "N or off: a token is refused after so many GraphQL calls", |w, v| {
        number_or_off(v).map(|n| w.modes.access.token_expired_after = n)
    }),
    ("old_token", "lives (default) or ends: the former token when a new one is given", |w, v| {
        word(v, &[("lives", false), ("ends", true)]).map(|e| w.modes.access.old_tokens_end = e)
    }),
    ("bad_client_status", "STATUS: the answer to bad credentials (default 400)", |w, v| {
        refusal_status(v).map(|s| w.modes.access.bad_client_status = s)
    }),
    ("login", "open (default), not_installed or other_organisation", |w, v| {
        use Login::{NotInstalled, Open, OtherOrganisation};
        let words = [
            ("open", Open),
            ("not_installed", NotInstalled),
            ("other_organisation", OtherOrganisation),
        ];
        word(v, &words).map(|login| w.modes.access.login = login)
    }),
    ("without_scope", "SCOPE[;SCOPE]: the app was not granted these", |w, v| {
        let scopes = codes(v)?;
        match scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
            Some(_) => Err(format!("write some of {}", SCOPES.join(";"))),
            None => {
                w.modes.access.missing_scopes = scopes;
                Ok(())
            }
        }
    }),
    (
        "shop_status",
        "STATUS: the shop is frozen (402), locked (423), …: every call gets it",
        |w, v| {
            if on(v) == Ok(false) {
                w.modes.access.shop_status = None;
                return Ok(());
            }
            refusal_status(v).map(|s| w.modes.access.shop_status = Some(s))
        },
    ),
    (
        "oldest_version",
        "2026-04 (default), 2026-07 or 2026-10: it answers for older ones",
        |w, v| {
            let words = VERSIONS.map(|version| (version, version));
            word(v, &words).map(|version| w.modes.access.oldest_version = version)
        },
    ),
];

/// From when on searches find what is added now. What is there before the first request is found.
fn indexed_at(world: &World) -> Timestamp {
    if world.calls.graphql == 0 {
        return Timestamp::UNIX_EPOCH;
    }
    let delay = SignedDuration::from_secs(world.modes.searches.index_delay_seconds);
    Timestamp::now().checked_add(delay).unwrap_or(Timestamp::MAX)
}

/// Does something to each variant of each SKU; variants that are not there are made.
fn each(world: &mut World, text: Option<&str>, change: fn(&mut World, Number)) -> Read<()> {
    let at = indexed_at(world);
    for sku in codes(text)? {
        world.store.named(&sku, at).into_iter().for_each(|number| change(world, number));
    }
    Ok(())
}

fn sell(world: &mut World, text: Option<&str>) -> Read<()> {
    let form = || "write a SKU and a number with `:` between them, such as ABC-1:2".to_owned();
    let (sku, count) = text.and_then(|text| text.rsplit_once(':')).ok_or_else(form)?;
    let count: i64 = count.parse().map_err(|_| form())?;
    for number in world.store.with_sku(sku).to_vec() {
        if let Some(level) = world.store.level_mut(number, LOCATIONS[0].0) {
            level.available -= count;
            level.committed += count;
        }
    }
    Ok(())
}
