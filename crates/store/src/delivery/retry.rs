//! A person's wish to try again at once.

use jiff::Timestamp;
use trueup_delivery::Event;
use trueup_stock::ChannelName;

use super::channels::channel_named;
use super::journal::{About, note};
use super::rows::{Change, load, save};
use super::time::{kept, micros};
use super::words::Work;
use crate::sql::json;
use crate::{Durability, Products, Store, StoreError};

/// Rows that are moved per statement.
const ROWS: i64 = 5_000;

impl Store {
    /// Makes parked listings, and those that wait for their next try, due now; how many. Needs no
    /// lease: what is in flight stays as it is. Durable.
    ///
    /// # Errors
    /// No such channel, or the database's.
    pub async fn retry(
        &self,
        channel: &ChannelName,
        products: Products,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        let channel = channel_named(&work, channel).await?;
        let (codes, selected) = match &products {
            Products::All => (json(&[(); 0]), ""),
            Products::Codes(codes) => (
                json(codes),
                " AND listing_id IN (SELECT l.id FROM {rows} CROSS JOIN product p \
                 CROSS JOIN listing l WHERE p.code = {text} AND l.channel_id = $2 \
                 AND l.product_id = p.id)",
            ),
        };
        let text = if work.is_postgres() { "j.value #>> '{}'" } else { "j.value" };
        let waiting = format!(
            "channel_id = $2 AND listing_id > $3 \
             AND (state = 3 OR (state = 1 AND not_before > $4)) AND $1 = $1{}",
            selected.replace("{text}", text)
        );
        let condition = format!(
            "{waiting} AND listing_id <= COALESCE((SELECT MAX(listing_id) FROM (SELECT listing_id \
             FROM delivery WHERE {waiting} ORDER BY listing_id LIMIT {ROWS}) AS waiting), 0)"
        );
        let (mut after, mut moved) = (i64::MIN, 0_u64);
        loop {
            let values = [codes.clone(), channel.0.into(), after.into(), micros(now).into()];
            let rows = load(&work, &condition, values).await?;
            let Some(last) = rows.last() else { break };
            after = last.id.0;
            let changes =
                rows.into_iter().filter_map(|row| Change::of(row, Event::Retry { now }, now));
            let changes: Vec<Change> = changes.collect();
            save(&work, &changes).await?;
            moved += u64::try_from(changes.len()).unwrap_or_default();
        }
        let about = About { channel: Some(channel), ..About::default() };
        note(&work, about, "retry", &format!("{moved} listings"), now).await?;
        transaction.commit().await?;
        Ok(moved)
    }
}
