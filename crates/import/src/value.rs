//! Texts of cells as facts, dates and states. Nothing is guessed: what is not plain is refused.

use jiff::civil::Date;
use trueup_stock::{ChannelName, OrderState, Quantity};

use crate::wording::shorten;

pub(crate) fn boolean(text: &str) -> Result<bool, String> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    if is(["true", "1", "yes"]) {
        return Ok(true);
    }
    if is(["false", "0", "no"]) {
        return Ok(false);
    }
    let shown = shorten(text);
    Err(format!("`{shown}` is neither yes nor no; write true or false, 1 or 0, yes or no"))
}

pub(crate) fn date(text: &str) -> Result<Date, String> {
    let trimmed = text.trim();
    let digits = |byte: &u8| byte.is_ascii_digit();
    let has_shape = match trimmed.as_bytes() {
        [year @ .., b'-', m1, m2, b'-', d1, d2] if year.len() == 4 => {
            year.iter().chain([m1, m2, d1, d2]).all(digits)
        }
        _ => false,
    };
    let date = has_shape.then(|| trimmed.parse().ok()).flatten();
    date.ok_or_else(|| {
        let shown = shorten(text);
        format!("`{shown}` is not a date; write year-month-day, such as 2026-03-31")
    })
}

pub(crate) fn state(text: &str) -> Result<OrderState, String> {
    let named = |state: &OrderState| text.trim().eq_ignore_ascii_case(&state.to_string());
    OrderState::ALL.into_iter().find(named).ok_or_else(|| {
        let shown = shorten(text);
        format!("`{shown}` is not a state of an order; write open, closed or cancelled")
    })
}

/// A quantity of a file is never below zero.
pub(crate) fn quantity(text: &str) -> Result<Quantity, String> {
    let quantity: Quantity = text.parse().map_err(reason)?;
    if quantity.is_negative() {
        return Err(format!("`{}` is negative; write 0 or more", shorten(text.trim())));
    }
    Ok(quantity)
}

/// Channel names separated by `;`, each once, in the order in which they stand.
pub(crate) fn channels(text: &str) -> Result<Vec<ChannelName>, String> {
    let mut channels = Vec::new();
    for name in text.split(';').map(str::trim).filter(|name| !name.is_empty()) {
        let channel: ChannelName = name.parse().map_err(reason)?;
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    Ok(channels)
}

/// The number of an order line: any short text.
pub(crate) fn line(text: &str) -> Result<String, String> {
    const CHARS_MAX: usize = 64;
    if text.chars().nth(CHARS_MAX).is_some() || text.chars().any(char::is_control) {
        let shown = shorten(text);
        return Err(format!(
            "`{shown}` is not a line number; write at most {CHARS_MAX} characters"
        ));
    }
    Ok(text.to_owned())
}

fn reason(error: impl std::fmt::Display) -> String {
    error.to_string()
}
