//! Sealing: pure but for the nonce, which is an argument.
//!
//! A sealed record is a format byte, the key's id, the nonce and the ciphertext; what it is about
//! is authenticated beside it.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use trueup_marketplace::Secret;

const FORMAT: u8 = 1;
const ID_BYTES: usize = 8;
/// Random, and long enough to never repeat.
pub(crate) const NONCE_BYTES: usize = 24;

/// A key for sealing.
#[derive(Clone)]
pub(crate) struct SealingKey {
    cipher: XChaCha20Poly1305,
    id: [u8; ID_BYTES],
}

/// Shows its id, which tells nothing of the key.
impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a record cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// It was sealed under another key.
    OtherKey,
    /// It is not what was sealed, or not in its place.
    Changed,
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherKey => {
                "a refresh token was sealed under another key; bring the vault's key back, or \
                 connect the channel anew with `trueup connect`"
            }
            Self::Changed => {
                "a refresh token is not what was sealed: somebody changed or moved it; connect the \
                 channel anew with `trueup connect`"
            }
        })
    }
}

impl SealingKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update("trueup vault key").chain_update(key).finalize();
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&digest[..ID_BYTES]);
        Self { cipher: XChaCha20Poly1305::new(&(*key).into()), id }
    }

    /// Seals a token for a channel and a place.
    pub(crate) fn seal(&self, place: &str, token: &Secret, nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
        let payload = Payload { msg: token.expose().as_bytes(), aad: place.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("a token is shorter than the 256 GiB that one nonce seals");
        [&[FORMAT], self.id.as_slice(), &nonce, &sealed].concat()
    }

    /// Opens what was sealed for this channel and place.
    pub(crate) fn open(&self, place: &str, record: &[u8]) -> Result<Secret, Unopened> {
        let rest = record.strip_prefix(&[FORMAT]).ok_or(Unopened::Changed)?;
        let (id, rest) = rest.split_at_checked(ID_BYTES).ok_or(Unopened::Changed)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or(Unopened::Changed)?;
        if id != self.id {
            return Err(Unopened::OtherKey);
        }
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| Unopened::Changed)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let token = self.cipher.decrypt(&XNonce::from(nonce), payload);
        let token = String::from_utf8(token.map_err(|_| Unopened::Changed)?);
        token.map(Secret::new).map_err(|_| Unopened::Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::{NONCE_BYTES, SealingKey, Unopened};
    use trueup_marketplace::Secret;

    const NONCE: [u8; NONCE_BYTES] = [7; NONCE_BYTES];

    fn open(key: &SealingKey, place: &str, record: &[u8]) -> Result<String, Unopened> {
        key.open(place, record).map(|token| token.expose().to_owned())
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_alone() {
        let key = SealingKey::new(&[1; 32]);
        let record = key.seal("shop/newest", &Secret::new("refresh-1"), NONCE);
        assert_eq!(open(&key, "shop/newest", &record), Ok("refresh-1".to_owned()));
        assert_eq!(open(&key, "shop/before", &record), Err(Unopened::Changed));
        assert_eq!(open(&key, "other/newest", &record), Err(Unopened::Changed));
        let text = String::from_utf8_lossy(&record).into_owned();
        assert!(!text.contains("refresh"), "{text}");
    }

    #[test]
    fn another_key_is_told_from_a_changed_record() {
        let key = SealingKey::new(&[1; 32]);
        let record = key.seal("shop/newest", &Secret::new("refresh-1"), NONCE);
        let other = SealingKey::new(&[2; 32]);
        assert_eq!(open(&other, "shop/newest", &record), Err(Unopened::OtherKey));
        for at in 0..record.len() {
            let mut changed = record.clone();
            changed[at] ^= 1;
            assert!(key.open("shop/newest", &changed).is_err(), "byte {at}");
        }
        for end in 0..record.len() {
            assert!(key.open("shop/newest", &record[..end]).is_err(), "{end} bytes");
        }
    }
}
