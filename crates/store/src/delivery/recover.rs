//! What a new holder of a lease finds: batches whose sender is gone.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{BatchId, Event};

use super::batch::body_of;
use super::journal::News;
use super::kept::answered;
use super::rows::{Change, load, save};
use super::time::{instant, micros};
use super::words::Work;
use crate::{ChannelId, StoreError};

/// Rows that are moved per statement.
const ROWS: i64 = 5_000;

/// Settles what earlier holders of a channel's lease left behind, without guessing: what was in
/// flight without a ticket may have taken effect or may still do so. Gives what is to be noted of it.
pub(crate) async fn recover(
    work: &Work<'_>,
    channel: ChannelId,
    epoch: i64,
    now: Timestamp,
) -> Result<Vec<News>, StoreError> {
    let open = "channel_id = $1 AND finished_at IS NULL AND epoch < $2";
    let values = || [channel.0.into(), epoch.into()];
    let sql = "SELECT b.id, b.started_at, b.deadline, c.settle_seconds FROM batch b \
         JOIN channel c ON c.id = b.channel_id \
         WHERE b.channel_id = $1 AND b.finished_at IS NULL AND b.epoch < $2 AND b.ticket IS NULL \
         ORDER BY b.id";
    let mut news = Vec::new();
    for row in work.all(sql, values()).await? {
        let left = Left {
            batch: BatchId(row.try_get("", "id")?),
            started_at: instant(row.try_get("", "started_at")?)?,
            deadline: instant(row.try_get("", "deadline")?)?,
            settle: SignedDuration::from_secs(row.try_get("", "settle_seconds")?),
        };
        news.push(left.doubt(work, channel, now).await?);
    }
    let sql = format!("UPDATE batch SET epoch = $2 WHERE {open} AND ticket IS NOT NULL");
    work.run(&sql, values()).await?;
    let sql = "UPDATE feed SET state = 'interrupted', finished_at = $3 \
               WHERE channel_id = $1 AND state = 'running' AND epoch < $2";
    work.run(sql, [channel.0.into(), epoch.into(), micros(now).into()]).await?;
    Ok(news)
}

/// A batch without an outcome.
struct Left {
    batch: BatchId,
    started_at: Timestamp,
    deadline: Timestamp,
    settle: SignedDuration,
}

impl Left {
    async fn doubt(
        &self,
        work: &Work<'_>,
        channel: ChannelId,
        now: Timestamp,
    ) -> Result<News, StoreError> {
        let lines = body_of(work, self.batch, self.started_at).await?;
        // A holder that does not know it lost the lease may send until the deadline. On SQLite a
        // lock of the operating system shows that there is none any more.
        let given_up = if work.is_postgres() { now.max(self.deadline) } else { now };
        let condition = "batch_id = $1 AND state = 2 AND listing_id > $2 \
                         AND listing_id IN (SELECT listing_id FROM delivery WHERE batch_id = $1 \
                         AND state = 2 AND listing_id > $2 ORDER BY listing_id LIMIT $3)";
        let mut after = i64::MIN;
        loop {
            let rows = load(work, condition, [self.batch.0.into(), after.into(), ROWS.into()]);
            let rows = rows.await?;
            let Some(last) = rows.last() else { break };
            after = last.id.0;
            let event = |row: &super::row::Row| {
                let sent = *lines.get(&row.id)?;
                let settle = self.settle;
                Some(Event::Unknown { sent, now: given_up, settle, not_before: now })
            };
            let moved = rows.into_iter().filter_map(|row| {
                let event = event(&row)?;
                Change::of(row, event, now)
            });
            save(work, &moved.collect::<Vec<_>>()).await?;
        }
        let sql = "UPDATE batch SET state = 'done', finished_at = $2, default_outcome = 'unknown', \
                   default_reason = $3 WHERE id = $1";
        let why = "interrupted: its sender stopped before the answer was recorded";
        work.run(sql, [self.batch.0.into(), micros(now).into(), why.into()]).await?;
        answered(work, channel, self.batch.0, "batch_interrupted").await
    }
}
