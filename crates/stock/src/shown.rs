//! How a refused text appears in a message: on one line, short, and unable to steer a terminal.

/// The longest part of a text that a message repeats, in characters.
const SHOWN_CHARS_MAX: usize = 40;

/// The text with control characters made visible, cut with `…` where it is long. What people can
/// read, accents and emoji included, stays as it is.
pub(crate) fn shown(text: &str) -> String {
    let mut head: String = text.chars().take(SHOWN_CHARS_MAX).map(visible).collect();
    if text.chars().nth(SHOWN_CHARS_MAX).is_some() {
        head.push('…');
    }
    head
}

fn visible(character: char) -> String {
    if character.is_control() {
        character.escape_default().to_string()
    } else {
        character.to_string()
    }
}
