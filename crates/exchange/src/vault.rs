//! Where rotating refresh tokens are kept between logins.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use trueup_marketplace::Secret;

/// Keeps the rotating refresh tokens of one channel.
///
/// # Expected flow
/// Where there are tokens, a login [begins](Self::begin) a turn, and [ends](Self::end) it however
/// it went. Within, it tries the [`candidates`](Self::candidates) in order, then none at all, which leaves the
/// choice to the channel's settings. Where the answer brings a new refresh token it is
/// [kept](Self::keep) before anything else happens; the one that worked is
/// [reported](Self::worked).
///
/// # Guarantees an implementation gives
/// When `keep` returns, the token survives what the vault promises to survive. The token before it
/// stays a candidate until the new one has worked: the marketplace may not have taken note of the
/// change either.
#[async_trait]
pub trait TokenVault: Send + Sync + fmt::Debug {
    /// The newest token, then the one before it while the newest has not worked yet.
    ///
    /// # Errors
    /// When the vault cannot be read.
    async fn candidates(&self) -> Result<Vec<Secret>, VaultError>;

    /// Keeps a new token; the newest so far becomes the one before.
    ///
    /// # Errors
    /// When it is not certain that the token is kept.
    async fn keep(&self, token: Secret) -> Result<(), VaultError>;

    /// Waits for the turn to use the tokens, where several processes share the vault: two that use
    /// the same token at once would each get another one in its place.
    ///
    /// # Errors
    /// When the vault cannot be asked.
    async fn begin(&self) -> Result<(), VaultError> {
        Ok(())
    }

    /// Gives the turn back. One that is not given back ends by itself after a while.
    ///
    /// # Errors
    /// When the vault cannot be told.
    async fn end(&self) -> Result<(), VaultError> {
        Ok(())
    }

    /// A token was accepted. If it is the newest, the one before is no longer needed.
    ///
    /// # Errors
    /// When the vault cannot be written.
    async fn worked(&self, token: &Secret) -> Result<(), VaultError>;
}

/// Why a vault failed: a message for people, without any token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultError(pub String);

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VaultError {}

/// Keeps tokens for the life of the process. Enough for marketplaces whose tokens do not rotate.
#[derive(Debug, Default)]
pub struct MemoryVault(Mutex<Kept>);

#[derive(Clone, Debug, Default)]
struct Kept {
    newest: Option<Secret>,
    before: Option<Secret>,
}

impl MemoryVault {
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl TokenVault for MemoryVault {
    async fn candidates(&self) -> Result<Vec<Secret>, VaultError> {
        let kept = self.with(|kept| kept.clone());
        Ok([kept.newest, kept.before].into_iter().flatten().collect())
    }

    async fn keep(&self, token: Secret) -> Result<(), VaultError> {
        self.with(|kept| kept.before = kept.newest.replace(token));
        Ok(())
    }

    async fn worked(&self, token: &Secret) -> Result<(), VaultError> {
        self.with(|kept| {
            let newest = kept.newest.as_ref().map(Secret::expose);
            if newest == Some(token.expose()) {
                kept.before = None;
            }
        });
        Ok(())
    }
}
