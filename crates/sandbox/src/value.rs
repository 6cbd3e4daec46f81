//! Reads the value of a knob, or says what to write instead. Each error is that advice.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::chance::{CHANCE_FORM, Chance};
use crate::fault::Delay;

/// A value, or what to write instead.
pub type Read<T> = Result<T, String>;

/// How often a fault strikes.
pub fn chance(text: Option<&str>) -> Read<Chance> {
    Chance::parse(text).ok_or_else(|| format!("write {CHANCE_FORM}"))
}

/// `500`, or `500@0.1` to strike only that share of the requests.
pub fn delay(text: Option<&str>) -> Read<Delay> {
    let form = || format!("write milliseconds such as 500, or 500@CHANCE with {CHANCE_FORM}");
    let text = text.ok_or_else(form)?;
    let (millis, chance) = match text.split_once('@') {
        Some((millis, chance)) => (millis, Some(chance)),
        None => (text, None),
    };
    let chance = Chance::parse(chance).ok_or_else(form)?;
    let millis = millis.parse().map_err(|_| form())?;
    Ok(Delay { millis, chance })
}

/// A switch: nothing, `on` or `off`.
pub fn on(text: Option<&str>) -> Read<bool> {
    match text {
        None | Some("true" | "on") => Ok(true),
        Some("false" | "off") => Ok(false),
        Some(_) => Err("write nothing, `on` or `off`".to_owned()),
    }
}

/// A whole number.
pub fn number<N: FromStr>(text: Option<&str>) -> Read<N> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| "write a whole number".to_owned())
}

/// A number, or `off`.
pub fn number_or_off<N: FromStr>(text: Option<&str>) -> Read<Option<N>> {
    if text == Some("off") {
        return Ok(None);
    }
    number(text).map(Some).map_err(|_| "write a whole number or `off`".to_owned())
}

/// An HTTP status that refuses.
pub fn refusal_status(text: Option<&str>) -> Read<u16> {
    number(text)
        .ok()
        .filter(|status| (400..500).contains(status))
        .ok_or_else(|| "write an HTTP status from 400 to 499".to_owned())
}

/// One of a few words.
pub fn word<T: Copy>(text: Option<&str>, words: &[(&str, T)]) -> Read<T> {
    let found = words.iter().find(|(word, _)| Some(*word) == text);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        format!("write {}", words.join(" or "))
    })
}

/// `A;B;C`; an empty value is an empty list.
pub fn codes(text: Option<&str>) -> Read<BTreeSet<String>> {
    let text = text.ok_or_else(|| "write part numbers with `;` between them".to_owned())?;
    Ok(parts_of(text).map(str::to_owned).collect())
}

/// The parts of `A;B;C`, without blanks and empty ones.
pub fn parts_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}
