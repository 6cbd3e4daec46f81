//! Writing.

/// A document, or a part of one, that is being written.
#[derive(Clone, Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// Begins a document.
    #[must_use]
    pub fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"utf-8\"?>".to_owned())
    }

    /// An element around what `inside` writes. `tag` may hold attributes, which are written as they
    /// are: [`escaped`] makes a text fit.
    pub fn element(&mut self, tag: &str, inside: impl FnOnce(&mut Self)) {
        let name = tag.split(' ').next().unwrap_or(tag);
        self.0.push_str(&format!("<{tag}>"));
        inside(self);
        self.0.push_str(&format!("</{name}>"));
    }

    /// An element with nothing inside.
    pub fn empty(&mut self, tag: &str) {
        self.element(tag, |_| ());
    }

    /// An element with a text.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, |out| out.0.push_str(&escaped(text)));
    }

    /// XML that was written before, or an instruction, as it is.
    pub fn raw(&mut self, xml: &str) {
        self.0.push_str(xml);
    }

    /// What is written.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// A text as it stands inside an element or an attribute: ASCII alone, because characters beyond it
/// suffer on the way to old programs, and without the control characters that XML forbids.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' | ' '..='~' => escaped.push(character),
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {}
            beyond => escaped.push_str(&format!("&#{};", u32::from(beyond))),
        }
    }
    escaped
}
