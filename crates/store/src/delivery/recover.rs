//! What a new holder of a lease finds: batches whose sender is gone.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{BatchId, Event, Sent, Suspect, mutant};

use super::batch::{PREPARING, SENT, UNRESOLVED, body_of};
use super::journal::News;
use super::kept::answered;
use super::left_out::end;
use super::rows::{Change, load, save};
use super::time::{instant, micros};
use super::words::Work;
use crate::{ChannelId, StoreError};

/// Rows that are moved per statement.
const ROWS: i64 = 5_000;

/// Settles what earlier holders of a channel's lease left behind, without guessing. What is worked on
/// under a ticket, and stored requests whose answer was lost, are taken over as they are; what was to
/// be stored before it was sent, and was not, had no effect; everything else may have taken effect or
/// may still do so. Gives what is to be noted of it.
pub(crate) async fn recover(
    work: &Work<'_>,
    channel: ChannelId,
    epoch: i64,
    now: Timestamp,
) -> Result<Vec<News>, StoreError> {
    let open = "channel_id = $1 AND finished_at IS NULL AND epoch < $2";
    let values = || [channel.0.into(), epoch.into()];
    let sql = "SELECT b.id, b.state, b.started_at, b.deadline, c.settle_seconds FROM batch b \
         JOIN channel c ON c.id = b.channel_id \
         WHERE b.channel_id = $1 AND b.finished_at IS NULL AND b.epoch < $2 AND b.ticket IS NULL \
         AND b.state NOT IN ($3, $4) ORDER BY b.id";
    let stored = [SENT.into(), UNRESOLVED.into()];
    let mut news = Vec::new();
    for row in work.all(sql, values().into_iter().chain(stored)).await? {
        if mutant!(ForgetsRecovery) {
            continue;
        }
        let state: String = row.try_get("", "state")?;
        let left = Left {
            is_unsent: state == PREPARING || mutant!(RecoveryGuesses),
            batch: BatchId(row.try_get("", "id")?),
            started_at: instant(row.try_get("", "started_at")?)?,
            deadline: instant(row.try_get("", "deadline")?)?,
            settle: SignedDuration::from_secs(row.try_get("", "settle_seconds")?),
        };
        news.push(left.settle(work, channel, now).await?);
    }
    let sql = format!(
        "UPDATE batch SET epoch = $2, state = CASE WHEN ticket IS NULL THEN $3 ELSE state END \
         WHERE {open}"
    );
    work.run(&sql, values().into_iter().chain([UNRESOLVED.into()])).await?;
    let sql = "UPDATE feed SET state = 'interrupted', finished_at = $3 \
               WHERE channel_id = $1 AND state = 'running' AND epoch < $2";
    work.run(sql, [channel.0.into(), epoch.into(), micros(now).into()]).await?;
    Ok(news)
}

/// A batch without an outcome.
struct Left {
    /// Whether its request cannot have left.
    is_unsent: bool,
    batch: BatchId,
    started_at: Timestamp,
    deadline: Timestamp,
    settle: SignedDuration,
}

impl Left {
    fn event(&self, sent: Sent, given_up: Timestamp, not_before: Timestamp) -> Event {
        match self.is_unsent {
            true => Event::NotApplied { sent, not_before },
            false => Event::Unknown { sent, now: given_up, settle: self.settle, not_before },
        }
    }

    /// A holder that does not know it lost the lease may send until the deadline. On SQLite a lock
    /// of the operating system shows that there is none any more.
    fn given_up(&self, work: &Work<'_>, now: Timestamp) -> Timestamp {
        if work.is_postgres() { now.max(self.deadline) } else { now }
    }

    /// Until when it may land, where an absent line means 0 in it.
    fn lands_until(&self, given_up: Timestamp) -> Timestamp {
        let settle = if self.is_unsent { SignedDuration::ZERO } else { self.settle };
        given_up.saturating_add(settle).unwrap_or(Timestamp::MAX).min(Suspect::UNDER_WAY)
    }

    async fn settle(
        &self,
        work: &Work<'_>,
        channel: ChannelId,
        now: Timestamp,
    ) -> Result<News, StoreError> {
        end(work, self.batch, self.lands_until(self.given_up(work, now)), now).await?;
        let lines = body_of(work, self.batch, self.started_at).await?;
        let given_up = self.given_up(work, now);
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
                Some(self.event(sent, given_up, now))
            };
            let moved = rows.into_iter().filter_map(|row| {
                let event = event(&row)?;
                Change::of(row, event, now)
            });
            save(work, &moved.collect::<Vec<_>>()).await?;
        }
        let (outcome, why) = match self.is_unsent {
            true => ("superseded", "interrupted: its sender stopped before anything was sent"),
            false => ("unknown", "interrupted: its sender stopped before the answer was recorded"),
        };
        let sql = "UPDATE batch SET state = 'done', finished_at = $2, default_outcome = $3, \
                   default_reason = $4 WHERE id = $1";
        let values = [self.batch.0.into(), micros(now).into(), outcome.into(), why.into()];
        work.run(sql, values).await?;
        answered(work, channel, self.batch.0, "batch_interrupted").await
    }
}
