//! Names that identify things. They are opaque and exact: never trimmed, folded or renumbered.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::shown::shown;

/// The longest code accepted, in characters.
pub const CODE_CHARS_MAX: usize = 255;

/// The longest channel name accepted, in characters.
const CHANNEL_NAME_CHARS_MAX: usize = 64;

/// Why a text cannot be a code. The message names the value and the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but blanks.
    #[error("the {0} is missing; write at least one letter or digit")]
    Missing(&'static str),
    /// Longer than [`CODE_CHARS_MAX`].
    #[error(
        "the {kind} starting `{head}` has {chars} characters; at most {CODE_CHARS_MAX} are kept"
    )]
    TooLong {
        /// What the text should have been.
        kind: &'static str,
        /// Its first characters.
        head: String,
        /// Its length.
        chars: usize,
    },
    /// A line break, a tab or another control character.
    #[error("the {kind} `{shown}` holds a control character; remove it")]
    Control {
        /// What the text should have been.
        kind: &'static str,
        /// The text with control characters made visible, cut where it is long.
        shown: String,
    },
    /// A channel name that is not `snake_case`.
    #[error(
        "`{0}` is not a channel name; use at most 64 lower-case letters and digits with single `_` between them, a letter first"
    )]
    NotSnakeCase(String),
}

fn check(kind: &'static str, text: &str) -> Result<(), CodeError> {
    if text.trim().is_empty() {
        return Err(CodeError::Missing(kind));
    }
    let chars = text.chars().count();
    if chars > CODE_CHARS_MAX {
        let head = shown(text);
        return Err(CodeError::TooLong { kind, head, chars });
    }
    if text.chars().any(char::is_control) {
        let shown = shown(text);
        return Err(CodeError::Control { kind, shown });
    }
    Ok(())
}

/// `__` stands between levels in the names of environment variables, so that a name with `__` in
/// it, or a `_` at its end, could not be told from two levels.
fn check_snake_case(kind: &'static str, text: &str) -> Result<(), CodeError> {
    if text.trim().is_empty() {
        return Err(CodeError::Missing(kind));
    }
    let starts_well = text.starts_with(|first: char| first.is_ascii_lowercase());
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let words_are_plain = text.split('_').all(|word| !word.is_empty() && word.chars().all(plain));
    if starts_well && text.len() <= CHANNEL_NAME_CHARS_MAX && words_are_plain {
        return Ok(());
    }
    Err(CodeError::NotSnakeCase(shown(text)))
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The text, exactly as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = CodeError;
            fn try_from(text: String) -> Result<Self, CodeError> {
                $check($kind, &text)?;
                Ok(Self(text.into_boxed_str()))
            }
        }

        impl FromStr for $name {
            type Err = CodeError;
            fn from_str(text: &str) -> Result<Self, CodeError> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0.into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

code!(
    /// The identity of a product, for example `CHAIR-OAK-01`.
    ProductCode, "product code", check
);
code!(
    /// The identity of a sales order.
    OrderCode, "order code", check
);
code!(
    /// One of our warehouses, for example `MAIN`.
    LocationCode, "location", check
);
code!(
    /// What the marketplace calls one of its locations, for example Wayfair's supplier id `81454`.
    RemoteLocation, "marketplace location", check
);
code!(
    /// What the marketplace calls a product: our product code, or its alias on that channel.
    PartNumber, "part number", check
);
code!(
    /// The name of a channel, `snake_case`, the name of its settings file.
    ChannelName, "channel name", check_snake_case
);
