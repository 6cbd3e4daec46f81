//! What a folder gets, and what an acknowledgement proves.

#![expect(clippy::unwrap_used, reason = "tests")]

mod acknowledgements;
mod files;
mod settings;
mod support;
