//! The vault: rotating refresh tokens, encrypted in the database under a key that is not there.
//!
//! A copy of the database alone opens nothing. Each token is sealed with XChaCha20-Poly1305 for one
//! channel and one place, so that rows that were swapped or changed are not believed.

mod key;
mod seal;
mod tokens;

pub(crate) use key::{VaultKey, parse};
pub(crate) use tokens::StoredTokens;

#[cfg(test)]
mod tests;
