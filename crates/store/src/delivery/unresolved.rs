//! Stored requests whose answer was lost: their lines stay in flight until it is known what became
//! of them.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::QueryResult;
use trueup_delivery::BatchId;
use trueup_marketplace::{FeedKind, Prepared};

use super::batch::{ClaimedBatch, SENT, UNRESOLVED, lines_of};
use super::fate::Recorded;
use super::journal::note;
use super::outcome::about;
use super::request::read_beside;
use super::time::{instant, kept, micros};
use super::words::Work;
use crate::{ChannelId, Durability, FeedId, Lease, Store, StoreError};

/// A stored request whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The batch, with the lines as they were sent.
    pub claimed: ClaimedBatch,
    /// What kind of feed it was sent in.
    pub kind: FeedKind,
    /// What was sent.
    pub prepared: Prepared,
    /// When it was sent first.
    pub sent_at: Timestamp,
    /// How often it was asked what became of it, without an answer.
    pub asked: u32,
}

impl Store {
    /// The next request of a channel, by the key of its batch, whose answer was lost and that is to
    /// be asked about by then. One at a time: a request may be large.
    ///
    /// # Errors
    /// The database's.
    pub async fn unresolved(
        &self,
        channel: ChannelId,
        after: BatchId,
        by: Timestamp,
    ) -> Result<Option<Unresolved>, StoreError> {
        let work = Work::new(self.reading());
        let sql = "SELECT b.id, b.batch_key, b.feed_id, b.started_at, b.handle, f.kind, \
                   r.request, r.beside, r.sent_at, r.asked \
                   FROM batch b JOIN feed f ON f.id = b.feed_id \
                   JOIN batch_request r ON r.batch_id = b.id \
                   WHERE b.channel_id = $1 AND b.finished_at IS NULL AND b.id > $2 \
                   AND b.state = $3 AND r.ask_at <= $4 ORDER BY b.id LIMIT 1";
        let values = [channel.0.into(), after.0.into(), UNRESOLVED.into(), micros(by).into()];
        match work.first(sql, values).await? {
            Some(row) => Ok(Some(read(&work, &row).await?)),
            None => Ok(None),
        }
    }

    /// Whether a channel has a request whose answer was lost and that is to be asked about by now,
    /// or one whose sender seems to be gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_unresolved(
        &self,
        channel: ChannelId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM batch b JOIN batch_request r ON r.batch_id = b.id \
                   WHERE b.channel_id = $1 AND b.finished_at IS NULL AND r.ask_at <= $2 \
                   AND (b.state = $3 OR (b.state = $4 AND b.deadline <= $2))";
        let values = [channel.0.into(), micros(now).into(), UNRESOLVED.into(), SENT.into()];
        Ok(Work::new(self.reading()).number(sql, values).await? > 0)
    }

    /// Notes that the answer to a stored request was lost, or that nobody could tell yet what
    /// became of it. Its lines stay in flight. Durable.
    ///
    /// # Errors
    /// The database's.
    pub async fn leave_unresolved(
        &self,
        lease: &Lease,
        batch: &ClaimedBatch,
        ask_at: Timestamp,
        reason: &str,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        let sql = "UPDATE batch SET state = $3, default_reason = $4 \
                   WHERE id = $1 AND epoch = $2 AND finished_at IS NULL";
        let id = batch.id.0;
        let values = [id.into(), lease.epoch().into(), UNRESOLVED.into(), reason.into()];
        if work.run(sql, values).await? == 0 {
            return Ok(Recorded::LateNews);
        }
        let sql = "UPDATE batch_request SET asked = asked + 1, ask_at = $2 WHERE batch_id = $1";
        work.run(sql, [id.into(), micros(kept(ask_at)).into()]).await?;
        note(&work, about(lease, batch), "batch_unresolved", reason, kept(now)).await?;
        transaction.commit().await?;
        Ok(Recorded::Done)
    }
}

async fn read(work: &Work<'_>, row: &QueryResult) -> Result<Unresolved, StoreError> {
    let id: i64 = row.try_get("", "id")?;
    let (kind, beside): (String, String) = (row.try_get("", "kind")?, row.try_get("", "beside")?);
    let (request, asked): (Vec<u8>, i64) = (row.try_get("", "request")?, row.try_get("", "asked")?);
    let (withheld, remote_ids) = read_beside(&beside)?;
    let mut remote_ids: HashMap<i64, String> = remote_ids.into_iter().collect();
    let mut lines = lines_of(work, id).await?;
    for line in &mut lines {
        line.remote_id = remote_ids.remove(&line.listing.0);
    }
    let is_true_up = kind == FeedKind::TrueUp.to_string();
    Ok(Unresolved {
        claimed: ClaimedBatch {
            id: BatchId(id),
            key: row.try_get("", "batch_key")?,
            feed: FeedId(row.try_get("", "feed_id")?),
            started_at: instant(row.try_get("", "started_at")?)?,
            lines,
            ticket: None,
            handle: row.try_get("", "handle")?,
        },
        kind: if is_true_up { FeedKind::TrueUp } else { FeedKind::Differential },
        prepared: Prepared { body: request.into(), withheld },
        sent_at: instant(row.try_get("", "sent_at")?)?,
        asked: asked.try_into().unwrap_or(u32::MAX),
    })
}
