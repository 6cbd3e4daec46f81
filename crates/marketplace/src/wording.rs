//! The words of others, made fit for a message.

use serde::{Deserialize, Deserializer, de};

const CHARS_MAX: usize = 300;

/// A marketplace's words on one line: control characters become blanks, and what is beyond 300
/// characters is left out.
#[must_use]
pub fn one_line(words: &str) -> String {
    let plain = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(CHARS_MAX).collect()
}

/// Reads a text, and says `instead` where something else stands there: its value may be a secret
/// in the wrong place.
pub(crate) fn quiet_text<'de, D: Deserializer<'de>>(
    deserializer: D,
    instead: &str,
) -> Result<String, D::Error> {
    String::deserialize(deserializer).map_err(|error| {
        // Serde asks for an absent key in the same way; then there is no value to hide.
        let is_absent = error.to_string().starts_with("missing field ");
        if is_absent { error } else { de::Error::custom(instead) }
    })
}
