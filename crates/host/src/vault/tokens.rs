//! The refresh tokens of one channel, sealed in the database.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;
use trueup_exchange::{TokenVault, VaultError};
use trueup_marketplace::Secret;
use trueup_stock::ChannelName;
use trueup_store::{ChannelId, SealedTokens, Store, StoreError};

use super::key::VaultKey;
use super::seal::{NONCE_BYTES, SealingKey};

/// How long a turn lasts where nobody gives it back: longer than any login takes.
const TURN: Duration = Duration::from_secs(90);
/// How often somebody who waits for a turn asks.
const ASKING: Duration = Duration::from_millis(200);

/// The refresh tokens of one channel.
#[derive(Clone, Debug)]
pub(crate) struct StoredTokens {
    store: Store,
    channel: ChannelId,
    name: ChannelName,
    key: VaultKey,
    /// Tells this holder's turns from those of others.
    holder: String,
}

/// The tokens, opened.
struct Opened {
    key: SealingKey,
    version: i64,
    newest: Option<Secret>,
    before: Option<Secret>,
}

impl StoredTokens {
    pub(crate) fn new(store: Store, channel: (ChannelId, &ChannelName), key: VaultKey) -> Self {
        let (channel, name) = (channel.0, channel.1.clone());
        let holder = format!("{}-{:x}", std::process::id(), random_number());
        Self { store, channel, name, key, holder }
    }

    /// Puts the token of a new consent in the place of all there are, also of such that cannot be
    /// opened any more.
    pub(crate) async fn start_over(&self, token: Secret) -> Result<(), VaultError> {
        let key = self.key.fetch()?;
        loop {
            let SealedTokens { version, .. } =
                self.store.refresh_tokens(self.channel).await.map_err(failed)?;
            let newest = Some(self.seal(&key, NEWEST, &token)?);
            let sealed = SealedTokens { version: version + 1, newest, before: None };
            let replaced = self.store.replace_refresh_tokens(self.channel, &sealed);
            if replaced.await.map_err(failed)? {
                return Ok(());
            }
        }
    }

    async fn opened(&self) -> Result<Opened, VaultError> {
        let sealed = self.store.refresh_tokens(self.channel).await.map_err(failed)?;
        let key = self.key.fetch()?;
        let open = |place: &str, record: Option<Vec<u8>>| {
            let record = record.map(|record| key.open(&self.place(place), &record));
            record.transpose().map_err(|why| VaultError(why.to_string()))
        };
        let (newest, before) = (open(NEWEST, sealed.newest)?, open(BEFORE, sealed.before)?);
        Ok(Opened { version: sealed.version, newest, before, key })
    }

    /// What a record is about: it opens nowhere else.
    fn place(&self, place: &str) -> String {
        format!("trueup refresh token\n{}\n{place}", self.name)
    }

    fn seal(&self, key: &SealingKey, place: &str, token: &Secret) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_BYTES];
        let filled = getrandom::fill(&mut nonce);
        filled.map_err(|error| VaultError(format!("there is no randomness: {error}")))?;
        Ok(key.seal(&self.place(place), token, nonce))
    }

    /// Changes the tokens as they are at that moment, whoever else changes them.
    async fn change(
        &self,
        change: impl Fn(Opened) -> Option<Opened> + Send,
    ) -> Result<(), VaultError> {
        loop {
            let opened = self.opened().await?;
            let Some(Opened { key, version, newest, before }) = change(opened) else {
                return Ok(());
            };
            let seal = |place: &str, token: Option<Secret>| {
                token.map(|token| self.seal(&key, place, &token)).transpose()
            };
            let sealed = SealedTokens {
                version: version + 1,
                newest: seal(NEWEST, newest)?,
                before: seal(BEFORE, before)?,
            };
            let replaced = self.store.replace_refresh_tokens(self.channel, &sealed);
            if replaced.await.map_err(failed)? {
                return Ok(());
            }
        }
    }
}

const NEWEST: &str = "newest";
const BEFORE: &str = "before";

#[async_trait]
impl TokenVault for StoredTokens {
    async fn candidates(&self) -> Result<Vec<Secret>, VaultError> {
        let sealed = self.store.refresh_tokens(self.channel).await.map_err(failed)?;
        if sealed.newest.is_none() {
            // Channels without such tokens need no key.
            return Ok(Vec::new());
        }
        let opened = self.opened().await?;
        Ok([opened.newest, opened.before].into_iter().flatten().collect())
    }

    async fn keep(&self, token: Secret) -> Result<(), VaultError> {
        let kept = |opened: Opened| {
            let is_new = opened.newest.as_ref().map(Secret::expose) != Some(token.expose());
            is_new.then(|| Opened {
                before: opened.newest.clone(),
                newest: Some(token.clone()),
                ..opened
            })
        };
        self.change(kept).await
    }

    async fn worked(&self, token: &Secret) -> Result<(), VaultError> {
        let worked = |opened: Opened| {
            let is_newest = opened.newest.as_ref().map(Secret::expose) == Some(token.expose());
            (is_newest && opened.before.is_some()).then(|| Opened { before: None, ..opened })
        };
        self.change(worked).await
    }

    async fn begin(&self) -> Result<(), VaultError> {
        loop {
            let taken = self.store.take_token_turn(self.channel, &self.holder, TURN);
            if taken.await.map_err(failed)? {
                return Ok(());
            }
            sleep(ASKING).await;
        }
    }

    async fn end(&self) -> Result<(), VaultError> {
        self.store.end_token_turn(self.channel, &self.holder).await.map_err(failed)
    }
}

fn failed(error: StoreError) -> VaultError {
    VaultError(error.to_string())
}

fn random_number() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness the process's number has to do.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}
