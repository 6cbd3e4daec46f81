//! Rotating refresh tokens of channels, as their host sealed them, and whose turn it is to use them.

use std::time::Duration;

use crate::delivery::words::Work;
use crate::{ChannelId, Durability, Store, StoreError};

/// The refresh tokens of a channel, sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedTokens {
    /// How often they were changed.
    pub version: i64,
    /// The newest.
    pub newest: Option<Vec<u8>>,
    /// The one before, while the newest has not worked yet.
    pub before: Option<Vec<u8>>,
}

impl Store {
    /// The refresh tokens of a channel.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh_tokens(&self, channel: ChannelId) -> Result<SealedTokens, StoreError> {
        let sql = "SELECT version, newest, before FROM refresh_token WHERE channel_id = $1";
        let row = Work::new(self.reading()).first(sql, [channel.0.into()]).await?;
        let Some(row) = row else { return Ok(SealedTokens::default()) };
        Ok(SealedTokens {
            version: row.try_get("", "version")?,
            newest: row.try_get("", "newest")?,
            before: row.try_get("", "before")?,
        })
    }

    /// Puts tokens in the place of those that have the version before theirs; `false` where somebody
    /// else was faster. Durable.
    ///
    /// # Errors
    /// The database's.
    pub async fn replace_refresh_tokens(
        &self,
        channel: ChannelId,
        tokens: &SealedTokens,
    ) -> Result<bool, StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        row_of(&work, channel).await?;
        let sql = "UPDATE refresh_token SET version = $2, newest = $3, before = $4 \
                   WHERE channel_id = $1 AND version = $2 - 1";
        let SealedTokens { version, newest, before } = tokens.clone();
        let values = [channel.0.into(), version.into(), newest.into(), before.into()];
        let changed = work.run(sql, values).await?;
        transaction.commit().await?;
        Ok(changed > 0)
    }

    /// Asks for the turn to use a channel's tokens, for so long; `false` while it is somebody else's.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_token_turn(
        &self,
        channel: ChannelId,
        turn: &str,
        life: Duration,
    ) -> Result<bool, StoreError> {
        let transaction = self.write(Durability::Relaxed).await?;
        let work = Work::new(&*transaction);
        row_of(&work, channel).await?;
        let sql = "UPDATE refresh_token SET turn = $2, busy_until = {now} + $3 \
                   WHERE channel_id = $1 AND (busy_until IS NULL OR busy_until <= {now})";
        let life = i64::try_from(life.as_micros()).unwrap_or(i64::MAX / 4);
        let taken = work.run(sql, [channel.0.into(), turn.into(), life.into()]).await?;
        transaction.commit().await?;
        Ok(taken > 0)
    }

    /// Gives the turn back.
    ///
    /// # Errors
    /// The database's; the turn then ends by its time.
    pub async fn end_token_turn(&self, channel: ChannelId, turn: &str) -> Result<(), StoreError> {
        let transaction = self.write(Durability::Relaxed).await?;
        let sql = "UPDATE refresh_token SET turn = NULL, busy_until = NULL \
                   WHERE channel_id = $1 AND turn = $2";
        Work::new(&*transaction).run(sql, [channel.0.into(), turn.into()]).await?;
        transaction.commit().await
    }
}

async fn row_of(work: &Work<'_>, channel: ChannelId) -> Result<(), StoreError> {
    let sql = "INSERT INTO refresh_token (channel_id, version) VALUES ($1, 0) \
               ON CONFLICT (channel_id) DO NOTHING";
    work.run(sql, [channel.0.into()]).await?;
    Ok(())
}
