//! Saving the outcomes of a batch: most lines of most batches are simply in force now.

use jiff::Timestamp;
use trueup_delivery::{BatchId, State};

use super::rows::{Change, save, save_suspects};
use super::time::micros;
use super::words::Work;
use crate::StoreError;
use crate::sql::json;

/// Writes back rows that were in flight in a batch. Those that came to rest on what is wanted need
/// nothing said about each of them.
pub(crate) async fn save_outcomes(
    work: &Work<'_>,
    batch: BatchId,
    changes: Vec<Change>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (settled, others): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| is_settled(change, now));
    // The others first: they leave the batch by that.
    save(work, &others).await?;
    if settled.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = settled.iter().map(|change| change.after.id.0).collect();
    let sql = "UPDATE delivery SET ack_quantity = want_quantity, ack_on_orders = want_on_orders, \
               ack_backordered = want_backordered, ack_available_on = want_available_on, \
               ack_discontinued = want_discontinued, ack_generation = want_generation, \
               ack_at = $2, attempts = 0, batch_id = NULL, due_since = NULL, \
               state = CASE WHEN want_is_last <> 0 THEN 4 ELSE 0 END \
               WHERE listing_id IN {ids} AND batch_id = $3 AND state = 2";
    work.run(sql, [json(&ids), micros(now).into(), batch.0.into()]).await?;
    save_suspects(work, &settled).await
}

/// Whether the listing was acknowledged just now with exactly what is wanted, and rests.
fn is_settled(change: &Change, now: Timestamp) -> bool {
    let listing = &change.after.listing;
    let is_at_rest = matches!(listing.state, State::Clean | State::Retired);
    let acknowledged = listing.acknowledged.filter(|known| {
        known.at == now
            && known.level == listing.wanted.level
            && known.generation == listing.wanted.generation
    });
    is_at_rest && acknowledged.is_some() && listing.suspects.is_empty() && listing.attempts == 0
}
