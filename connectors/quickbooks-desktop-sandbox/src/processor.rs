//! QuickBooks' request processor: one message in, one out, or an HRESULT.

use crate::adjusting;
use crate::company::{Company, KeptSet};
use crate::grammar;
use crate::modes::{Modes, MultiUser};
use crate::parts::{Status, answer};
use crate::querying;
use crate::xml::{self, Element, escaped};

/// QuickBooks took no request of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub hresult: String,
    pub message: String,
}

fn refused(hresult: &str, message: impl Into<String>) -> Refused {
    Refused { hresult: hresult.to_owned(), message: message.into() }
}

fn unparsable() -> Refused {
    let message = "QuickBooks found an error when parsing the provided XML text stream.";
    refused("0x80040400", message)
}

/// Whether a message changes stock.
pub(crate) fn adjusts(message: &str) -> bool {
    message.contains("<InventoryAdjustmentAddRq")
}

/// Carries a message out.
pub(crate) fn process(
    company: &mut Company,
    modes: &mut Modes,
    message: &str,
    draw: &dyn Fn(&str) -> f64,
) -> Result<String, Refused> {
    let document = xml::read(message).ok_or_else(unparsable)?;
    let version = document.version.as_deref().ok_or_else(unparsable)?;
    let version =
        version.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    if version.ok_or_else(unparsable)? > modes.company.version {
        return Err(refused(
            "0x80040423",
            "The version of qbXML that was requested is not supported.",
        ));
    }
    let messages = document.root.child("QBXMLMsgsRq").ok_or_else(unparsable)?;
    let stops = match messages.attribute("onError") {
        Some("stopOnError") => true,
        Some("continueOnError") => false,
        _ => return Err(unparsable()),
    };
    if messages.children.iter().find_map(grammar::fault).is_some()
        || adjusting::is_unparsable(messages, company, modes)
    {
        return Err(unparsable());
    }
    let needs_single_user = !modes.company.is_enterprise && modes.company.is_multi_user;
    if needs_single_user && adjusts(message) && modes.answers.multi_user == MultiUser::Hresult {
        return Err(refused(
            "0x80040422",
            "This application requires Single User file access mode.",
        ));
    }
    Ok(with_sets(company, modes, messages, message, |company, modes| {
        carried_out(company, modes, messages, stops, draw)
    }))
}

/// Message sets: an answer that was kept is given again, and nothing is carried out.
fn with_sets(
    company: &mut Company,
    modes: &mut Modes,
    messages: &Element,
    message: &str,
    carry_out: impl FnOnce(&mut Company, &mut Modes) -> String,
) -> String {
    let new = messages.attribute("newMessageSetID").unwrap_or_default();
    if let Some(old) = messages.attribute("oldMessageSetID") {
        let before = company.sets.len();
        company.sets.retain(|set| set.id != old && old != "ClearAllMessageSets");
        if company.sets.len() == before && new.is_empty() {
            return document(&set_attributes(old, 600), "");
        }
    }
    if new.is_empty() {
        return document("", &carry_out(company, modes));
    }
    if new.len() > 24 {
        return document(&set_attributes(new, 9004), "");
    }
    match company.sets.iter().find(|set| set.id == new) {
        Some(set) if set.request == message => return set.answer.clone(),
        Some(_) => return document(&set_attributes(new, 9001), ""),
        None => {}
    }
    let answer = document(&set_attributes(new, 0), &carry_out(company, modes));
    company.sets.push_back(KeptSet {
        id: new.to_owned(),
        request: message.to_owned(),
        answer: answer.clone(),
    });
    while company.sets.len() > modes.answers.sets_max {
        company.sets.pop_front();
    }
    answer
}

fn carried_out(
    company: &mut Company,
    modes: &mut Modes,
    messages: &Element,
    stops: bool,
    draw: &dyn Fn(&str) -> f64,
) -> String {
    let (mut answers, mut has_failed) = (String::new(), false);
    for request in &messages.children {
        let passed_over = has_failed && stops;
        let (status, text) = if passed_over {
            let status = Status::of(3231, "The request has not been processed.");
            let text = answer(request, &status, "", "");
            (status, text)
        } else {
            match request.name.as_str() {
                "InventoryAdjustmentAddRq" => adjusting::add(company, modes, request, draw),
                "InventoryAdjustmentQueryRq" => querying::adjustments(company, request),
                "ItemInventoryQueryRq" => querying::items(company, modes, request),
                _ => querying::host(modes, request),
            }
        };
        has_failed |= status.is_error();
        answers.push_str(&text);
    }
    answers
}

fn set_attributes(id: &str, code: u32) -> String {
    format!(" newMessageSetID=\"{}\" messageSetStatusCode=\"{code}\"", escaped(id))
}

fn document(attributes: &str, answers: &str) -> String {
    format!(
        "<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs{attributes}>{answers}</QBXMLMsgsRs></QBXML>"
    )
}

/// What the Web Connector itself asks when a session begins.
pub(crate) fn first_words(modes: &Modes) -> String {
    let ask = |name: &str| {
        let request = Element { name: format!("{name}QueryRq"), ..Element::default() };
        querying::host(modes, &request).1
    };
    document("", &["Host", "Company", "Preferences"].map(ask).concat())
}
