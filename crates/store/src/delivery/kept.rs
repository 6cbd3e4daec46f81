//! What the database keeps of a batch, and the digests by which the journal answers for it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Value as Facts, json as facts};
use trueup_delivery::BatchId;

use super::batch::ClaimedBatch;
use super::journal::{About, JournalHead, News};
use super::words::{Work, corrupt};
use crate::digest::digest_json;
use crate::sql::json;
use crate::{ChannelId, StoreError};

/// The name of the way an answer is hashed.
const FORMAT: &str = "trueup answer 1";

/// A line whose outcome differs from its batch's: listing, outcome, code, message.
pub(crate) type Exception = (i64, String, Option<String>, Option<String>);

/// The row of a batch: key, channel, feed, started at, finished at, lines, outcome, code, reason, handle,
/// ticket.
type BatchRow = (
    i64,
    (String, i64, i64, i64, Option<i64>, i64),
    (String, Option<String>, Option<String>, Option<String>, Option<String>),
);

/// A batch as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) key: String,
    pub(crate) channel: i64,
    pub(crate) feed: i64,
    pub(crate) started_at: i64,
    pub(crate) finished_at: Option<i64>,
    pub(crate) lines: i64,
    pub(crate) answer: Answer,
}

/// What came of a batch. Its digest is the SHA-256 of the compact JSON array
/// `["trueup answer 1", outcome, code, reason, handle, ticket, exceptions]`, the exceptions as
/// arrays of listing, outcome, code and message, by listing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) outcome: String,
    pub(crate) code: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) handle: Option<String>,
    pub(crate) ticket: Option<String>,
    pub(crate) exceptions: Vec<Exception>,
}

impl Answer {
    pub(crate) fn digest(&self) -> String {
        let Self { outcome, code, reason, handle, ticket, exceptions } = self;
        digest_json(&(FORMAT, outcome, code, reason, handle, ticket, exceptions))
    }
}

impl Kept {
    /// What an entry says of the answer: how many lines have which outcome, and the digest.
    pub(crate) fn facts(&self) -> Facts {
        let Answer { outcome, code, reason, handle, ticket, exceptions } = &self.answer;
        let mut lines: BTreeMap<&str, i64> = BTreeMap::new();
        for (_, outcome, ..) in exceptions {
            *lines.entry(outcome).or_default() += 1;
        }
        let singled_out = i64::try_from(exceptions.len()).unwrap_or(i64::MAX);
        let rest = self.lines.saturating_sub(singled_out);
        if rest > 0 {
            *lines.entry(outcome).or_default() += rest;
        }
        facts!({
            "key": self.key, "lines": lines, "code": code, "reason": reason, "handle": handle,
            "ticket": ticket, "digest": self.answer.digest(),
        })
    }
}

/// What is kept of some batches, by key.
pub(crate) async fn kept(
    work: &Work<'_>,
    batches: &[i64],
) -> Result<HashMap<i64, Kept>, StoreError> {
    let sql = "SELECT CAST({collect}({array}(id, \
        {array}(batch_key, channel_id, feed_id, started_at, finished_at, lines), \
        {array}(default_outcome, default_code, default_reason, handle, ticket))) AS TEXT) \
        FROM batch WHERE id IN {ids}";
    let rows: Vec<BatchRow> = work.collect(sql, [json(&batches)]).await?;
    let sql = "SELECT CAST({collect}({array}(batch_id, {array}(listing_id, outcome, code, message))) \
        AS TEXT) FROM line_exception WHERE batch_id IN {ids}";
    let singled_out: Vec<(i64, Exception)> = work.collect(sql, [json(&batches)]).await?;
    let mut exceptions: HashMap<i64, Vec<Exception>> = HashMap::new();
    for (batch, exception) in singled_out {
        exceptions.entry(batch).or_default().push(exception);
    }
    let keep = |(id, row, answer): BatchRow| {
        let mut exceptions = exceptions.remove(&id).unwrap_or_default();
        exceptions.sort_unstable();
        let (key, channel, feed, started_at, finished_at, lines) = row;
        let (outcome, code, reason, handle, ticket) = answer;
        let answer = Answer { outcome, code, reason, handle, ticket, exceptions };
        (id, Kept { key, channel, feed, started_at, finished_at, lines, answer })
    };
    Ok(rows.into_iter().map(keep).collect())
}

/// That a batch has, or is to have, an answer.
pub(crate) async fn answered(
    work: &Work<'_>,
    channel: ChannelId,
    batch: i64,
    event: &'static str,
) -> Result<News, StoreError> {
    let about = About { batch: Some(batch), ..About::channel(channel) };
    Ok(about.news(event, &answer_facts(work, batch).await?))
}

/// What an entry says of a batch's answer.
pub(crate) async fn answer_facts(work: &Work<'_>, batch: i64) -> Result<Facts, StoreError> {
    let kept = kept(work, &[batch]).await?;
    let kept = kept.get(&batch).ok_or_else(|| corrupt(&format!("batch {batch} is gone")))?;
    Ok(kept.facts())
}

/// That a batch was claimed, with the digest of its body and the inputs that were known by then.
pub(crate) fn claimed(
    channel: ChannelId,
    epoch: i64,
    batch: &ClaimedBatch,
    body: &str,
    inputs: &JournalHead,
) -> News {
    let BatchId(id) = batch.id;
    let about = About { channel: Some(channel), feed: Some(batch.feed), batch: Some(id) };
    let facts = facts!({
        "key": batch.key, "epoch": epoch, "lines": batch.lines.len(), "body": body,
        "inputs": inputs,
    });
    about.news("batch_claimed", &facts)
}
