//! Claiming a part of a batch that was refused as a whole.

use std::collections::HashMap;

use jiff::Timestamp;
use trueup_delivery::ListingId;

use super::batch::{ClaimedBatch, ClaimedLine, NamedLine};
use super::claim::{NAMED_LINE, Taking};
use super::time::kept;
use super::words::Work;
use crate::leases::fence_send;
use crate::sql::json;
use crate::{Durability, FeedId, Lease, Store, StoreError};

impl Store {
    /// Claims lines that this feed has sent already and that are due again, whatever they wait for,
    /// in the order in which they are named; `None` where none of them is. Durable, as every claim.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    pub async fn claim_part(
        &self,
        lease: &Lease,
        feed: FeedId,
        listings: &[ListingId],
        deadline: Timestamp,
        now: Timestamp,
    ) -> Result<Option<ClaimedBatch>, StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence_send(&work, lease).await?;
        let lines = lines(&work, lease, feed, listings).await?;
        if lines.is_empty() {
            return Ok(None);
        }
        let taking = Taking { lease, feed, deadline, is_whole: false, now: kept(now) };
        let claimed = taking.take(&work, lines).await?;
        fail::fail_point!("before_t2");
        transaction.commit().await?;
        Ok(Some(claimed))
    }
}

async fn lines(
    work: &Work<'_>,
    lease: &Lease,
    feed: FeedId,
    listings: &[ListingId],
) -> Result<Vec<ClaimedLine>, StoreError> {
    let sql = format!(
        "SELECT CAST({{collect}}({NAMED_LINE}) AS TEXT) FROM (SELECT * FROM delivery \
         WHERE listing_id IN {{ids}} AND channel_id = $2 AND feed_id = $3 AND state = 1 \
         AND is_held = 0 {{locked}}) AS d JOIN listing l ON l.id = d.listing_id"
    );
    let values = [json(&listings), lease.channel().0.into(), feed.0.into()];
    let mut lines: Vec<NamedLine> = work.collect(&sql, values).await?;
    let place: HashMap<i64, usize> =
        listings.iter().enumerate().map(|(at, listing)| (listing.0, at)).collect();
    lines.sort_by_key(|line| place.get(&line.3.0).copied());
    lines.into_iter().map(ClaimedLine::named).collect()
}
