//! Listings that a True-Up in which an absent line means 0 leaves out: whoever is told something
//! while it may land may be set to 0 by it, and is confirmed when it cannot land any more.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{BatchId, Event, Suspect, mutant};

use super::fate::{BatchOutcome, LineOutcome};
use super::rows::{Change, load, save};
use super::time::micros;
use super::words::Work;
use crate::sql::json;
use crate::{ChannelId, StoreError};

/// Rows that are moved per statement.
const ROWS: i64 = 5_000;

/// Doubts those of the listings, which are about to be told something, that a True-Up does not name
/// which may still land. One look where there is none.
pub(crate) async fn doubt(
    work: &Work<'_>,
    channel: ChannelId,
    listings: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (channel, now) = (channel.0, micros(now));
    let sql = "SELECT id FROM batch WHERE channel_id = $1 AND lands_until > $2 LIMIT 1";
    let found = work.number(sql, [channel.into(), now.into()]).await?;
    if found == 0 || mutant!(ForgetsTheWhole) {
        return Ok(());
    }
    let sql = "INSERT INTO suspect (listing_id, batch_id, quantity, settle_until) \
        SELECT d.listing_id, b.id, 0, b.lands_until FROM delivery d CROSS JOIN (\
        SELECT id, lands_until FROM batch WHERE channel_id = $2 AND lands_until > $3) AS b \
        WHERE d.listing_id IN {ids} AND COALESCE(d.whole_batch_id, 0) < b.id \
        ON CONFLICT DO NOTHING";
    work.run(sql, [json(&listings), channel.into(), now.into()]).await?;
    Ok(())
}

/// Notes until when a batch that is under way no more may land, where an absent line means 0 in it.
pub(crate) async fn end(
    work: &Work<'_>,
    batch: BatchId,
    settle_until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE batch SET lands_until = $2 WHERE id = $1 AND lands_until IS NOT NULL";
    let is_whole = work.run(sql, [batch.0.into(), micros(settle_until).into()]).await? > 0;
    if !is_whole || mutant!(NeverEndsTheWhole) {
        return Ok(());
    }
    let condition = format!(
        "listing_id IN (SELECT listing_id FROM suspect WHERE batch_id = $1 \
         AND settle_until = {} ORDER BY listing_id LIMIT $2)",
        micros(Suspect::UNDER_WAY)
    );
    loop {
        let rows = load(work, &condition, [batch.0.into(), ROWS.into()]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let event = Event::Ended { batch, settle_until };
        let moved = rows.into_iter().filter_map(|row| Change::of(row, event.clone(), now));
        save(work, &moved.collect::<Vec<_>>()).await?;
    }
}

/// Until when a batch with this outcome may land. What was only submitted may be worked on later.
pub(crate) fn lands_until(
    outcome: &BatchOutcome,
    settle: SignedDuration,
    now: Timestamp,
) -> Timestamp {
    let mut fates = outcome.exceptions.values().chain([&outcome.default]);
    let is_over = fates.all(|fate| match fate {
        LineOutcome::Accepted { is_confirmed } => *is_confirmed,
        LineOutcome::Rejected { .. }
        | LineOutcome::NotApplied { .. }
        | LineOutcome::Outdated { .. } => true,
        LineOutcome::Unknown { .. } => false,
    });
    if is_over || mutant!(WholeSettlesAtOnce) {
        return now;
    }
    now.saturating_add(settle).unwrap_or(Timestamp::MAX).min(Suspect::UNDER_WAY)
}
