//! Where messages wait for a marketplace that polls us.
//!
//! A letter belongs to a batch and is given out only while that is open, so that nothing is ever
//! told that has been given up or replaced. Whether a letter was fetched or withdrawn is decided by
//! one statement: each changes the row only where the other has not.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use sea_orm::Value;
use trueup_marketplace::{BatchKey, Error, ErrorKind, Fetched, Letter, Mailbox, Retry};

use crate::delivery::time::{instant, micros};
use crate::delivery::words::Work;
use crate::{ChannelId, Durability, Store, StoreError};

/// The mailbox of one channel at one moment.
#[derive(Clone, Debug)]
pub struct Letters {
    store: Store,
    channel: ChannelId,
    now: Timestamp,
}

impl Store {
    /// The mailbox of a channel, for what is done now.
    #[must_use]
    pub fn letters(&self, channel: ChannelId, now: Timestamp) -> Letters {
        Letters { store: self.clone(), channel, now }
    }
}

/// An open batch of channel `$1` with key `$2`.
const OPEN: &str = "b.channel_id = $1 AND b.batch_key = $2 AND b.finished_at IS NULL";

impl Letters {
    /// When a message was fetched last; `None` where it was not, or is not there.
    ///
    /// # Errors
    /// The database's.
    pub async fn fetched_at(&self, key: &BatchKey) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT l.fetched_at FROM letter l JOIN batch b ON b.id = l.batch_id \
                   WHERE b.channel_id = $1 AND b.batch_key = $2";
        let row = Work::new(self.store.reading()).first(sql, self.of(key)).await?;
        let at: Option<i64> = row.map(|row| row.try_get("", "fetched_at")).transpose()?.flatten();
        at.map(instant).transpose()
    }

    /// Drops the letters of batches that are over: nobody asks for them any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        let sql = "DELETE FROM letter WHERE channel_id = $1 AND EXISTS (SELECT 1 FROM batch b \
                   WHERE b.id = letter.batch_id AND b.finished_at IS NOT NULL)";
        let transaction = self.store.write(Durability::Relaxed).await?;
        Work::new(&*transaction).run(sql, [self.channel.0.into()]).await?;
        transaction.commit().await
    }

    fn of(&self, key: &BatchKey) -> [Value; 2] {
        [self.channel.0.into(), key.0.as_str().into()]
    }

    /// Runs one statement that is on disk when it returns; how many rows it changed.
    async fn change(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, StoreError> {
        let transaction = self.store.write(Durability::Full).await?;
        let changed = Work::new(&*transaction).run(sql, values).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    async fn kept(&self, key: &BatchKey) -> Result<Letter, StoreError> {
        let sql = "SELECT l.fetches, l.answer FROM letter l JOIN batch b ON b.id = l.batch_id \
                   WHERE b.channel_id = $1 AND b.batch_key = $2";
        let row = Work::new(self.store.reading()).first(sql, self.of(key)).await?;
        let Some(row) = row else { return Ok(Letter::Absent) };
        let (fetches, answer): (i64, Option<Vec<u8>>) =
            (row.try_get("", "fetches")?, row.try_get("", "answer")?);
        Ok(match answer {
            Some(answer) => Letter::Answered(answer.into()),
            None if fetches > 0 => Letter::Fetched,
            None => Letter::Waiting,
        })
    }

    async fn give_out(&self) -> Result<Option<Fetched>, StoreError> {
        let oldest = "SELECT l.batch_id FROM letter l JOIN batch b ON b.id = l.batch_id \
                      WHERE l.channel_id = $1 AND l.answer IS NULL AND b.finished_at IS NULL \
                      ORDER BY l.batch_id LIMIT 1";
        let sql = format!(
            "UPDATE letter SET fetches = fetches + 1, fetched_at = $2 WHERE answer IS NULL \
             AND batch_id = ({oldest}) RETURNING fetches, message, \
             (SELECT b.batch_key FROM batch b WHERE b.id = letter.batch_id) AS batch_key"
        );
        let transaction = self.store.write(Durability::Full).await?;
        let values = [self.channel.0.into(), micros(self.now).into()];
        let Some(row) = Work::new(&*transaction).first(&sql, values).await? else {
            return Ok(None);
        };
        transaction.commit().await?;
        let (fetches, message): (i64, Vec<u8>) =
            (row.try_get("", "fetches")?, row.try_get("", "message")?);
        let key = BatchKey(row.try_get("", "batch_key")?);
        Ok(Some(Fetched { key, message: message.into(), is_repeat: fetches > 1 }))
    }
}

#[async_trait]
impl Mailbox for Letters {
    async fn post(&self, key: &BatchKey, message: Bytes) -> Result<(), Error> {
        let sql = format!(
            "INSERT INTO letter (batch_id, channel_id, message, posted_at) \
             SELECT b.id, b.channel_id, $3, $4 FROM batch b WHERE {OPEN} \
             ON CONFLICT (batch_id) DO UPDATE SET posted_at = letter.posted_at"
        );
        let [channel, key] = self.of(key);
        let values = [channel, key, message.to_vec().into(), micros(self.now).into()];
        match self.change(&sql, values).await.map_err(failed)? {
            0 => Err(over()),
            _ => Ok(()),
        }
    }

    async fn look(&self, key: &BatchKey) -> Result<Letter, Error> {
        self.kept(key).await.map_err(failed)
    }

    async fn waits(&self) -> Result<bool, Error> {
        let sql = "SELECT COUNT(*) FROM letter l JOIN batch b ON b.id = l.batch_id \
                   WHERE l.channel_id = $1 AND l.answer IS NULL AND b.finished_at IS NULL";
        let work = Work::new(self.store.reading());
        Ok(work.number(sql, [self.channel.0.into()]).await.map_err(failed)? > 0)
    }

    async fn fetch(&self) -> Result<Option<Fetched>, Error> {
        // A restored database may hold messages that were overtaken long ago.
        self.store.require_bound().await.map_err(failed)?;
        self.give_out().await.map_err(failed)
    }

    async fn reply(&self, key: &BatchKey, answer: Bytes) -> Result<(), Error> {
        let sql = format!(
            "UPDATE letter SET answer = $3, answered_at = $4 WHERE answer IS NULL \
             AND batch_id = (SELECT b.id FROM batch b WHERE {OPEN})"
        );
        let [channel, key] = self.of(key);
        let values = [channel, key, answer.to_vec().into(), micros(self.now).into()];
        self.change(&sql, values).await.map(drop).map_err(failed)
    }

    async fn withdraw(&self, key: &BatchKey) -> Result<bool, Error> {
        let sql = "DELETE FROM letter WHERE fetches = 0 AND batch_id = (SELECT b.id FROM batch b \
                   WHERE b.channel_id = $1 AND b.batch_key = $2)";
        Ok(self.change(sql, self.of(key)).await.map_err(failed)? > 0)
    }
}

fn failed(error: StoreError) -> Error {
    let message = format!("the mailbox failed: {error}");
    Error::not_applied(ErrorKind::Unavailable, Retry::Later, message).caused_by(error)
}

/// The feed that posts was overtaken by another one.
fn over() -> Error {
    let message = "the batch is over already, so that its message is not kept";
    Error::not_applied(ErrorKind::Refused, Retry::Later, message)
}
