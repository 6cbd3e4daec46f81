//! The words of others, made fit for a message.

const CHARS_MAX: usize = 300;

/// A marketplace's words on one line: control characters become blanks, and what is beyond 300
/// characters is left out.
#[must_use]
pub fn one_line(words: &str) -> String {
    let plain = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(CHARS_MAX).collect()
}
