//! Which planned runs were done.

use jiff::Timestamp;

use super::time::{instant, micros};
use super::words::Work;
use crate::{ChannelId, Durability, Store, StoreError};

impl Store {
    /// Each schedule of a channel, the last planned instant that was run, and how many were missed
    /// so far.
    ///
    /// # Errors
    /// The database's.
    pub async fn schedule_state(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<(String, Timestamp, u64)>, StoreError> {
        let sql = "SELECT schedule, last_planned, missed FROM schedule_state \
                   WHERE channel_id = $1 ORDER BY schedule";
        let rows = Work::new(self.reading()).all(sql, [channel.0.into()]).await?;
        let read = |row: &sea_orm::QueryResult| {
            let missed: i64 = row.try_get("", "missed")?;
            let planned = instant(row.try_get("", "last_planned")?)?;
            Ok((row.try_get("", "schedule")?, planned, missed.try_into().unwrap_or_default()))
        };
        rows.iter().map(read).collect()
    }

    /// Notes that a planned instant needs no further run, and how many before it were missed. Never
    /// goes back. Durable.
    ///
    /// # Errors
    /// The database's.
    pub async fn record_planned(
        &self,
        channel: ChannelId,
        schedule: &str,
        planned: Timestamp,
        missed: u64,
    ) -> Result<(), StoreError> {
        let transaction = self.write(Durability::Full).await?;
        planned_in(&Work::new(&*transaction), channel, schedule, planned, missed).await?;
        transaction.commit().await
    }
}

/// [`Store::record_planned`] within a transaction.
pub(crate) async fn planned_in(
    work: &Work<'_>,
    channel: ChannelId,
    schedule: &str,
    planned: Timestamp,
    missed: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO schedule_state (channel_id, schedule, last_planned, missed) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (channel_id, schedule) DO UPDATE SET \
               last_planned = CASE WHEN excluded.last_planned > schedule_state.last_planned \
               THEN excluded.last_planned ELSE schedule_state.last_planned END, \
               missed = schedule_state.missed + excluded.missed";
    let missed = i64::try_from(missed).unwrap_or(i64::MAX);
    work.run(sql, [channel.0.into(), schedule.into(), micros(planned).into(), missed.into()])
        .await?;
    Ok(())
}
