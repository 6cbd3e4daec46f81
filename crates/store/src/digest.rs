//! SHA-256 of what the journal answers for.

use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes, in lower-case hexadecimal digits.
pub(crate) fn digest(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(hex, "{byte:02x}").expect("a text takes what is written to it");
    }
    hex
}

/// The SHA-256 of a value's compact JSON.
pub(crate) fn digest_json(value: &impl serde::Serialize) -> String {
    digest(serde_json::to_vec(value).expect("texts and numbers have a JSON form"))
}
