//! What happened, as a chain of hashes: for people, and as evidence. Nothing of delivery reads it.
//!
//! Each channel has a chain of its own, so that no row is everyone's; what concerns no channel,
//! imports above all, is in the chain with the key 0. An entry is added in the transaction that did
//! what it tells, so that neither is there without the other.
//!
//! An entry's hash is the SHA-256 of the compact JSON array
//! `["trueup journal 1", chain, sequence, at, event, feed, batch, detail, hash before]`: instants in
//! microseconds since 1970, absent numbers `null`, `detail` as the text that is stored, and the
//! hash before an empty text for the first entry. What the database keeps of a batch beside the
//! journal is answered for by digests within `detail`; see [`crate::journal`].
//!
//! The head of a chain is locked until the transaction ends, so entries come last: whoever notes
//! something and then waits for other rows can be waited for by their holder.

use jiff::Timestamp;
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use serde_json::json as facts;

use super::time::micros;
use super::words::Work;
use crate::digest::digest_json;
use crate::sql::json;
use crate::{ChannelId, FeedId, StoreError};

/// The name of the way entries are hashed.
const FORMAT: &str = "trueup journal 1";

/// The chain of what concerns no channel.
pub(crate) const SHARED: i64 = 0;

/// What an entry is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    pub(crate) channel: Option<ChannelId>,
    pub(crate) feed: Option<FeedId>,
    pub(crate) batch: Option<i64>,
}

/// Something to note.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) feed: Option<i64>,
    pub(crate) batch: Option<i64>,
    pub(crate) event: &'static str,
    pub(crate) detail: String,
}

/// How far a chain has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// The number of its last entry; 0 where there is none.
    pub sequence: i64,
    /// That entry's hash.
    pub hash: String,
}

/// What is hashed of an entry, beside the hash before it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) chain: i64,
    pub(crate) sequence: i64,
    pub(crate) at: i64,
    pub(crate) feed: Option<i64>,
    pub(crate) batch: Option<i64>,
    pub(crate) event: String,
    pub(crate) detail: String,
}

impl Entry {
    pub(crate) fn hash(&self, before: &str) -> String {
        let Self { chain, sequence, at, feed, batch, event, detail } = self;
        digest_json(&(FORMAT, chain, sequence, at, event, feed, batch, detail, before))
    }
}

impl About {
    /// News of this with facts to be read by a program as well.
    pub(crate) fn news(self, event: &'static str, facts: &serde_json::Value) -> News {
        self.said(event, facts.to_string())
    }

    fn said(self, event: &'static str, detail: String) -> News {
        News { feed: self.feed.map(|feed| feed.0), batch: self.batch, event, detail }
    }

    /// About a channel as a whole.
    pub(crate) const fn channel(channel: ChannelId) -> Self {
        Self { channel: Some(channel), feed: None, batch: None }
    }
}

/// Adds an entry, as the last thing its transaction does.
pub(crate) async fn note(
    work: &Work<'_>,
    about: About,
    event: &'static str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    note_all(work, about.channel, vec![about.said(event, detail.to_owned())], now).await
}

/// Adds entries to the chain of a channel, or to the one of none.
pub(crate) async fn note_all(
    work: &Work<'_>,
    channel: Option<ChannelId>,
    mut news: Vec<News>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if news.is_empty() {
        return Ok(());
    }
    let chain = channel.map_or(SHARED, |channel| channel.0);
    let JournalHead { mut sequence, mut hash } = lock(work, chain).await?;
    if sequence == 0 {
        news.insert(0, beginning(work, chain).await?);
    }
    let mut rows = Vec::with_capacity(news.len());
    for News { feed, batch, event, detail } in news {
        sequence += 1;
        let at = micros(now);
        let event = event.to_owned();
        let entry = Entry { chain, sequence, at, feed, batch, event, detail };
        hash = entry.hash(&hash);
        rows.push((sequence, at, feed, batch, entry.event, entry.detail, hash.clone()));
    }
    let sql = "INSERT INTO journal (chain, sequence, at, feed_id, batch_id, event, detail, hash) \
        SELECT $2, CAST(j.value ->> 0 AS BIGINT), CAST(j.value ->> 1 AS BIGINT), \
        CAST(j.value ->> 2 AS BIGINT), CAST(j.value ->> 3 AS BIGINT), j.value ->> 4, \
        j.value ->> 5, j.value ->> 6 FROM {rows}";
    work.run(sql, [json(&rows), chain.into()]).await?;
    let sql = "UPDATE journal_head SET sequence = $2, hash = $3 WHERE chain = $1";
    work.run(sql, [chain.into(), sequence.into(), hash.into()]).await?;
    Ok(())
}

/// Holds a chain's head until the transaction ends.
async fn lock(work: &Work<'_>, chain: i64) -> Result<JournalHead, StoreError> {
    let sql = "SELECT sequence, hash FROM journal_head WHERE chain = $1 {locked}";
    if let Some(row) = work.first(sql, [chain.into()]).await? {
        return Ok(JournalHead {
            sequence: row.try_get_by_index(0)?,
            hash: row.try_get_by_index(1)?,
        });
    }
    let new = "INSERT INTO journal_head (chain, sequence, hash) VALUES ($1, 0, '') \
               ON CONFLICT (chain) DO NOTHING";
    work.run(new, [chain.into()]).await?;
    let row = work.first(sql, [chain.into()]).await?;
    let Some(row) = row else { return Ok(JournalHead { sequence: 0, hash: String::new() }) };
    Ok(JournalHead { sequence: row.try_get_by_index(0)?, hash: row.try_get_by_index(1)? })
}

/// The first entry says which channel this is, and which of its batches are older than the chain.
async fn beginning(work: &Work<'_>, chain: i64) -> Result<News, StoreError> {
    let name = work.first("SELECT name FROM channel WHERE id = $1", [chain.into()]).await?;
    let name: Option<String> = name.map(|row| row.try_get_by_index(0)).transpose()?;
    let older = "SELECT MAX(id) FROM batch WHERE channel_id = $1";
    let older = work.number(older, [chain.into()]).await?;
    let facts = facts!({ "channel": name, "batches_before": older });
    Ok(About::default().news("chain_began", &facts))
}

/// The head of a chain at the moment.
pub(crate) async fn head(work: &Work<'_>, chain: i64) -> Result<JournalHead, StoreError> {
    let sql = "SELECT sequence, hash FROM journal_head WHERE chain = $1";
    let row = work.first(sql, [Value::from(chain)]).await?;
    let Some(row) = row else { return Ok(JournalHead { sequence: 0, hash: String::new() }) };
    Ok(JournalHead { sequence: row.try_get_by_index(0)?, hash: row.try_get_by_index(1)? })
}
