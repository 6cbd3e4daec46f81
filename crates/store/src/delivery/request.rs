//! The prepared request of a batch, on disk before it leaves.

use jiff::Timestamp;
use sea_orm::Value;
use trueup_marketplace::{LineKey, LineVerdict, Prepared};

use super::batch::{ClaimedBatch, SENT};
use super::journal::note_all;
use super::outcome::about;
use super::time::{instant, micros};
use super::words::{Work, parse};
use crate::digest::digest;
use crate::leases::fence;
use crate::sql::json;
use crate::{Durability, Lease, Store, StoreError};

/// What is kept of a request beside its bytes: the lines that stay out of it, and the remote ids
/// that the others had.
pub(crate) type Beside = (Vec<(LineKey, LineVerdict)>, Vec<(i64, String)>);

impl Store {
    /// Writes down that a batch is about to be sent, with the prepared request. `ask_at` is when to
    /// ask what became of it, should nobody be there to hear the answer. Durable.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's; nothing may be sent then.
    pub async fn record_request(
        &self,
        lease: &Lease,
        batch: &ClaimedBatch,
        prepared: &Prepared,
        ask_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let sql = "UPDATE batch SET state = $3 \
                   WHERE id = $1 AND epoch = $2 AND finished_at IS NULL";
        work.run(sql, [batch.id.0.into(), lease.epoch().into(), SENT.into()]).await?;
        let sql = "INSERT INTO batch_request (batch_id, request, beside, sent_at, ask_at) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (batch_id) DO UPDATE SET \
                   request = excluded.request, beside = excluded.beside";
        let values = [
            batch.id.0.into(),
            prepared.body.to_vec().into(),
            beside(batch, prepared),
            micros(now).into(),
            micros(ask_at).into(),
        ];
        work.run(sql, values).await?;
        let facts = serde_json::json!({ "key": batch.key, "request": digest(&prepared.body) });
        let news = vec![about(lease, batch).news("batch_prepared", &facts)];
        let now = instant(work.number("SELECT {now}", []).await?)?;
        note_all(&work, Some(lease.channel()), news, now).await?;
        transaction.commit().await
    }
}

fn beside(batch: &ClaimedBatch, prepared: &Prepared) -> Value {
    let known = batch.lines.iter().filter_map(|line| {
        let remote_id = line.remote_id.as_ref()?;
        Some((line.listing.0, remote_id))
    });
    json(&(&prepared.withheld, known.collect::<Vec<_>>()))
}

/// What was kept beside the bytes of a request.
pub(crate) fn read_beside(text: &str) -> Result<Beside, StoreError> {
    parse(text)
}
