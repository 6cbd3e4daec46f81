//! Colours, on a terminal only.

use std::io::IsTerminal;

/// Colours what it is given, or leaves it alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ink {
    is_on: bool,
}

impl Ink {
    /// Colours where the stream is a terminal and nobody asked for none (`NO_COLOR`).
    pub fn of(stream: &impl IsTerminal) -> Self {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        Self { is_on: stream.is_terminal() && !is_unwanted && !is_dumb }
    }

    /// Whether it colours.
    pub const fn is_on(self) -> bool {
        self.is_on
    }

    /// For headings.
    pub fn bold(self, text: &str) -> String {
        self.painted("1", text)
    }

    /// For what went wrong.
    pub fn red(self, text: &str) -> String {
        self.painted("1;31", text)
    }

    fn painted(self, code: &str, text: &str) -> String {
        if !self.is_on {
            return text.to_owned();
        }
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::Ink;

    #[test]
    fn without_a_terminal_nothing_is_coloured() {
        assert_eq!(Ink::default().red("error:"), "error:");
    }
}
