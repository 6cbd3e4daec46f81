//! The names people switch modes with. One table: name, sentence, what it sets.

use trueup_marketplace::SandboxError;
use trueup_sandbox::value::{Read, chance, codes, number, number_or_off, on, word};
use trueup_sandbox::{FAULTS, Knob, sentences};

use crate::modes::Decision;
use crate::world::World;

/// Every name with its sentence.
pub(crate) const SENTENCES: &[(&str, &str)] =
    &sentences::<_, { FAULTS.len() + KNOBS.len() }>(KNOBS);

/// Sets what `name` or `name=value` says.
pub(crate) fn turn(world: &mut World, text: &str) -> Result<(), SandboxError> {
    trueup_sandbox::turn("quickbooks_online", KNOBS, world, |world| &mut world.modes.faults, text)
}

const KNOBS: &[Knob<World>] = &[
    (
        "catalogue",
        "open (default): an item that is asked for comes into being; or closed",
        |w, v| word(v, &[("open", true), ("closed", false)]).map(|open| w.modes.is_open = open),
    ),
    ("items", "SKU[;SKU]: adds an inventory item each, with 0 on hand", |w, v| {
        codes(v)?.iter().for_each(|sku| w.company.add(sku));
        Ok(())
    }),
    ("twin", "SKU[;SKU]: adds a second item with the same SKU", |w, v| {
        codes(v)?.iter().for_each(|sku| w.company.add_twin(sku));
        Ok(())
    }),
    ("service", "SKU[;SKU]: they are services, whose quantity is not tracked", |w, v| {
        each(w, v, |item| item.is_tracked = false)
    }),
    ("inactive", "SKU[;SKU]: queries find them, and adjustments refuse them", |w, v| {
        each(w, v, |item| item.is_inactive = true)
    }),
    ("starts_late", "SKU[;SKU]: their start date is in the far future", |w, v| {
        each(w, v, |item| item.starts_late = true)
    }),
    ("sell", "SKU[;SKU]: one of each is sold", |w, v| each(w, v, |item| item.on_hand -= 10_000)),
    ("trim", "SKU[;SKU]: a tenth of each is cut off", |w, v| {
        each(w, v, |item| item.on_hand -= 1_000)
    }),
    ("unsupported", "the company is not in the US, or on a plan without adjustments", |w, v| {
        on(v).map(|on| w.modes.is_supported = !on)
    }),
    ("not_allowed", "the app is not allowed for the company", |w, v| {
        on(v).map(|on| w.modes.is_allowed = !on)
    }),
    (
        "consent",
        "given (default), denied, or elsewhere: the person chooses another company",
        |w, v| {
            use Decision::{Denied, Elsewhere, Given};
            let decision =
                word(v, &[("given", Given), ("denied", Denied), ("elsewhere", Elsewhere)]);
            decision.map(|decision| w.modes.decision = decision)
        },
    ),
    ("expires_in", "SECONDS: lifetime of an access token (default 3600)", |w, v| {
        number(v).map(|n| w.modes.expires_in = n)
    }),
    ("token_expired_after", "N or off: an access token is refused after so many calls", |w, v| {
        number_or_off(v).map(|n| w.modes.token_expired_after = n)
    }),
    ("rotation", "on (default) or off: each refresh gives a new refresh token", |w, v| {
        on(v).map(|on| w.modes.rotates = on)
    }),
    (
        "refresh_grace",
        "SECONDS: how long a refresh token that was rotated still works (60)",
        |w, v| number(v).map(|n| w.modes.refresh_grace = n),
    ),
    ("request_id_memory", "SECONDS: how long request ids are known (default 86400)", |w, v| {
        number(v).map(|n| w.modes.request_id_seconds = n)
    }),
    ("answer_order", "reversed (default) or sent: the order of a batch's answers", |w, v| {
        word(v, &[("reversed", false), ("sent", true)]).map(|order| w.modes.in_order = order)
    }),
    (
        "limits",
        "on (default) or off: 10 calls a second, 500 a minute, 40 batches a minute",
        |w, v| on(v).map(|on| w.modes.limits = on),
    ),
    ("element_fails", "CHANCE: an element of a batch ends as a system fault, booked", |w, v| {
        chance(v).map(|c| w.modes.element_fails = c)
    }),
    ("element_missing", "CHANCE: an element of a batch is missing in the answer", |w, v| {
        chance(v).map(|c| w.modes.element_missing = c)
    }),
];

fn each(world: &mut World, text: Option<&str>, change: fn(&mut crate::company::Item)) -> Read<()> {
    for sku in codes(text)? {
        world.company.add(&sku);
        world.company.items_mut().filter(|item| item.sku == sku).for_each(change);
    }
    Ok(())
}
