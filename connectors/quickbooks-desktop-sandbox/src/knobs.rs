//! The names people switch faults and modes with. One table: name, sentence, what it sets.

use std::collections::BTreeSet;
use std::time::Duration;

use trueup_marketplace::SandboxError;
use trueup_sandbox::Knob;
use trueup_sandbox::value::{Read, chance, number, number_or_off, on, parts_of, word};

use crate::items::Stocked;
use crate::modes::{Modes, MultiUser};

/// What knobs set: modes, and items to add.
#[derive(Debug, Default)]
pub(crate) struct Settable {
    pub modes: Modes,
    pub stocked: Vec<Stocked>,
}

/// Every name with its sentence.
pub(crate) const SENTENCES: &[(&str, &str)] = &sentences();

const fn sentences() -> [(&'static str, &'static str); KNOBS.len()] {
    let mut sentences = [("", ""); KNOBS.len()];
    let mut index = 0;
    while index < KNOBS.len() {
        sentences[index] = (KNOBS[index].0, KNOBS[index].1);
        index += 1;
    }
    sentences
}

/// Sets what `name` or `name=value` says.
pub(crate) fn turn(settable: &mut Settable, text: &str) -> Result<(), SandboxError> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (text.trim(), None),
    };
    let Some((_, _, set)) = KNOBS.iter().find(|knob| knob.0 == name) else {
        let known: Vec<&str> = KNOBS.iter().map(|knob| knob.0).collect();
        return Err(SandboxError(format!(
            "no fault or mode of the quickbooks_desktop sandbox is called `{name}`; known are {}",
            known.join(", ")
        )));
    };
    set(settable, value).map_err(|fix| {
        // The value may be a password.
        SandboxError(format!("fault `{name}` does not take its value; {fix}"))
    })
}

const KNOBS: &[Knob<Settable>] = &[
    ("url", "URL: where the Web Connector calls; plain http on this machine", |s, v| {
        url(v).map(|url| s.modes.visit.url = Some(url))
    }),
    ("user", "NAME: what it signs in with (default trueup-sandbox)", |s, v| {
        text(v).map(|user| s.modes.visit.user = user)
    }),
    ("password", "PASSWORD: the same (default sandbox-password)", |s, v| {
        text(v).map(|password| s.modes.visit.password = password)
    }),
    (
        "every",
        "SECONDS or off (default): how often it calls by itself, such as 1s or 500ms",
        |s, v| every(v).map(|every| s.modes.visit.every = every),
    ),
    (
        "closes_idle",
        "on (default) or off: it closes the connection after none, nvu and busy",
        |s, v| on(v).map(|on| s.modes.visit.closes_idle = on),
    ),
    (
        "items",
        "NAME[|PART[|BARCODE[|QUANTITY]]][;…]: inventory parts; only these are known from then on",
        |s, v| {
            let stocked = Stocked::parse_all(v)?;
            s.modes.company.any_item = false;
            s.stocked.extend(stocked);
            Ok(())
        },
    ),
    (
        "any_item",
        "an item that is asked for by name is made (default, unless items are given)",
        |s, v| on(v).map(|on| s.modes.company.any_item = on),
    ),
    ("inactive", "NAME[;NAME]: these items are inactive", |s, v| {
        names(v).map(|names| s.modes.company.inactive = names)
    }),
    ("accounts", "NAME[;NAME]: accounts besides Inventory Adjustments", |s, v| {
        names(v).map(|names| s.modes.company.accounts.extend(names))
    }),
    ("sites", "NAME[;NAME]: inventory sites; without it there are none", |s, v| {
        names(v).map(|names| s.modes.company.sites = names)
    }),
    ("company", "NAME: of the company (default Acme Lamps)", |s, v| {
        text(v).map(|name| s.modes.company.name = name)
    }),
    ("file", "PATH: of the company file that is open", |s, v| {
        text(v).map(|file| s.modes.company.file = file)
    }),
    ("file_id", "GUID: the FileID that the company file carries", |s, v| {
        text(v).map(|id| s.modes.company.file_id = Some(id))
    }),
    ("version", "MAJOR.MINOR: the highest qbXML it speaks (default 16.0)", |s, v| {
        version(v).map(|version| s.modes.company.version = version)
    }),
    ("enterprise", "on (default) or off: the edition", |s, v| {
        on(v).map(|on| s.modes.company.is_enterprise = on)
    }),
    ("multi_user", "the company file is open in multi-user mode", |s, v| {
        on(v).map(|on| s.modes.company.is_multi_user = on)
    }),
    ("inventory", "on (default) or off: the company uses inventory", |s, v| {
        on(v).map(|on| s.modes.company.is_using_inventory = on)
    }),
    ("closing_date", "YYYY-MM-DD: adjustments on or before it are refused with 3171", |s, v| {
        let date = v.and_then(|v| v.parse().ok()).ok_or("write a date such as 2026-12-31")?;
        s.modes.company.closing_date = Some(date);
        Ok(())
    }),
    (
        "multi_user_answer",
        "3180 (default), 3176 or hresult: what an adjustment gets in multi-user mode",
        |s, v| {
            use MultiUser::{Hresult, Status};
            let words = [("3180", Status(3180)), ("3176", Status(3176)), ("hresult", Hresult)];
            word(v, &words).map(|answer| s.modes.answers.multi_user = answer)
        },
    ),
    ("some_missing", "STATUS: of a list of names that are not all there (default 500)", |s, v| {
        number(v).map(|status| s.modes.answers.some_missing = status)
    }),
    (
        "site_missing",
        "STATUS: of an adjustment without a site where there are sites (default 3140)",
        |s, v| number(v).map(|status| s.modes.answers.site_missing = status),
    ),
    ("refuses_negative", "a negative quantity is refused with 3210 instead of booked", |s, v| {
        on(v).map(|on| s.modes.answers.refuses_negative = on)
    }),
    ("sets_max", "N: message sets that are kept (default 100)", |s, v| {
        number(v).map(|most| s.modes.answers.sets_max = most)
    }),
    ("lost_request", "the session breaks before QuickBooks gets a request", |s, v| {
        chance(v).map(|c| s.modes.faults.lost_request = c)
    }),
    ("lost_answer", "the session breaks after QuickBooks carried a request out", |s, v| {
        chance(v).map(|c| s.modes.faults.lost_answer = c)
    }),
    ("lost_adjustment", "the same, for requests that adjust", |s, v| {
        chance(v).map(|c| s.modes.faults.lost_adjustment = c)
    }),
    ("error_applied", "an adjustment is booked, and 0x80040402 is reported", |s, v| {
        chance(v).map(|c| s.modes.faults.error_applied = c)
    }),
    ("not_taken", "QuickBooks does not take a request, with the code of not_taken_code", |s, v| {
        chance(v).map(|c| s.modes.faults.not_taken = c)
    }),
    (
        "not_taken_code",
        "HRESULT: such as 0x80040422 (default 0x80040414, a modal dialog)",
        |s, v| text(v).map(|code| s.modes.faults.not_taken_code = code),
    ),
    ("cannot_open", "QuickBooks cannot be opened, with the code of cannot_open_code", |s, v| {
        chance(v).map(|c| s.modes.faults.cannot_open = c)
    }),
    ("cannot_open_code", "HRESULT: such as 0x80040418 (default 0x80040408)", |s, v| {
        text(v).map(|code| s.modes.faults.cannot_open_code = code)
    }),
    ("truncated", "half of QuickBooks' answer arrives", |s, v| {
        chance(v).map(|c| s.modes.faults.truncated = c)
    }),
    ("locked", "an adjustment is refused with 3176", |s, v| {
        chance(v).map(|c| s.modes.faults.locked = c)
    }),
    ("not_processed", "an adjustment is passed over with 3231", |s, v| {
        chance(v).map(|c| s.modes.faults.not_processed = c)
    }),
    (
        "reject_item",
        "NAME[;NAME]: an adjustment with one of these items is refused with 3140",
        |s, v| names(v).map(|names| s.modes.faults.reject_item = names),
    ),
    (
        "unparsable_item",
        "NAME[;NAME]: an adjustment of one of these items is 0x80040400",
        |s, v| names(v).map(|names| s.modes.faults.unparsable_item = names),
    ),
    (
        "adjust_status",
        "STATUS or off: what every adjustment gets instead of being booked",
        |s, v| number_or_off(v).map(|status| s.modes.faults.adjust_status = status),
    ),
];

fn text(value: Option<&str>) -> Read<String> {
    let value = value.filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| "write a text".to_owned())
}

fn names(value: Option<&str>) -> Read<BTreeSet<String>> {
    let value = value.ok_or_else(|| "write names with `;` between them".to_owned())?;
    Ok(parts_of(value).map(str::to_owned).collect())
}

fn url(value: Option<&str>) -> Read<String> {
    let url = text(value)?;
    match crate::connector::target(&url) {
        Some(_) => Ok(url),
        None => Err("write http://127.0.0.1:PORT/PATH; it calls this machine only".to_owned()),
    }
}

fn version(value: Option<&str>) -> Read<(u32, u32)> {
    let parts = value.and_then(|value| value.split_once('.'));
    let version = parts.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    version.ok_or_else(|| "write a version such as 13.0".to_owned())
}

fn every(value: Option<&str>) -> Read<Option<Duration>> {
    let form = || "write seconds such as 1s, milliseconds such as 500ms, or off".to_owned();
    let value = value.ok_or_else(form)?;
    if value == "off" {
        return Ok(None);
    }
    let (digits, unit): (&str, fn(u64) -> Duration) = match value.strip_suffix("ms") {
        Some(digits) => (digits, Duration::from_millis),
        None => (value.trim_end_matches('s'), Duration::from_secs),
    };
    let number: u64 = digits.parse().map_err(|_| form())?;
    Ok(Some(unit(number).max(Duration::from_millis(10))))
}
