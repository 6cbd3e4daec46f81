//! What the next feed would do to what a channel shows.

use jiff::Timestamp;
use sea_orm::QueryResult;
use trueup_delivery::Priority;
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;

use super::holds::{Hold, open_hold};
use super::time::{instant, micros};
use super::waiting::{RAISES, ZEROES};
use super::words::Work;
use crate::{ChannelId, Durability, Lease, Store, StoreError};

/// Changes that are due, against what was acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Listings that show stock and are to show none.
    pub zeroed: u64,
    /// The units by which listings that were acknowledged are to show more.
    pub raised: i64,
}

impl Change {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            zeroed: self.zeroed.saturating_add(other.zeroed),
            raised: self.raised.saturating_add(other.raised),
        }
    }
}

/// What a channel shows in all, as far as it was acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Listings with more than 0.
    pub listings: u64,
    /// Their units.
    pub units: i64,
    /// When they were counted.
    pub counted_at: Timestamp,
}

/// A file whose newest import had fewer rows than the one the channel was last fed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// `products`, `stock` or `orders`.
    pub kind: String,
    /// The file.
    pub file: String,
    /// Its rows now.
    pub rows: u64,
    /// Its rows then.
    pub rows_before: u64,
}

/// The feed that is to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its kind.
    pub kind: FeedKind,
    /// Its figures.
    pub basis: Basis,
    /// Whether the channel is also fed with the other kind of figures. That listings with a fixed
    /// count jump is then as its owner wants it, and they are not counted.
    pub alternates: bool,
}

/// What the next feed of a channel is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Whether nothing was ever acknowledged on the channel.
    pub is_first: bool,
    /// What is due and part of the open hold.
    pub covered: Change,
    /// What is due beside that.
    pub other: Change,
    /// What the channel showed when it was counted last, where it ever was.
    pub shown: Option<Shown>,
    /// Inputs with fewer rows.
    pub shrunk: Vec<Shrunk>,
    /// Stock and orders, as far as they were ever imported, and when that was last.
    pub newest: Vec<(String, Timestamp)>,
    /// The feed that is held, where one is.
    pub hold: Option<Hold>,
}

impl Store {
    /// What the next feed would do, now that its levels are computed. A Differential costs what is
    /// due, not what there is.
    ///
    /// # Errors
    /// The database's.
    pub async fn impact(&self, channel: ChannelId, judged: Judged) -> Result<Impact, StoreError> {
        impact(&Work::new(self.reading()), channel, judged).await
    }

    /// Counts what a channel shows, and keeps the sum.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_shown(&self, lease: &Lease, now: Timestamp) -> Result<Shown, StoreError> {
        let shown = count(&Work::new(self.reading()), lease.channel(), now).await?;
        let transaction = self.write(Durability::Relaxed).await?;
        let sql = "INSERT INTO acknowledged_sum (channel_id, showing, units, counted_at) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT (channel_id) DO UPDATE SET \
                   showing = excluded.showing, units = excluded.units, \
                   counted_at = excluded.counted_at";
        let listings = i64::try_from(shown.listings).unwrap_or(i64::MAX);
        let values =
            [lease.channel().0.into(), listings.into(), shown.units.into(), micros(now).into()];
        Work::new(&*transaction).run(sql, values).await?;
        transaction.commit().await?;
        Ok(shown)
    }

    /// Takes the inputs as they are now for what the channel's next ones are compared with.
    ///
    /// # Errors
    /// The database's.
    pub async fn trust_inputs(&self, lease: &Lease) -> Result<(), StoreError> {
        let (channel, work) = (lease.channel().0, Work::new(self.reading()));
        let sql = "SELECT COUNT(*) FROM input i LEFT JOIN input_trusted t ON t.channel_id = $1 \
                   AND t.kind = i.kind AND t.file = i.file \
                   WHERE t.rows_read IS NULL OR t.rows_read <> i.rows_read";
        if work.number(sql, [channel.into()]).await? == 0 {
            return Ok(());
        }
        let transaction = self.write(Durability::Relaxed).await?;
        let sql = "INSERT INTO input_trusted (channel_id, kind, file, rows_read) \
                   SELECT $1, kind, file, rows_read FROM input WHERE true \
                   ON CONFLICT (channel_id, kind, file) DO UPDATE SET rows_read = excluded.rows_read";
        Work::new(&*transaction).run(sql, [channel.into()]).await?;
        transaction.commit().await
    }
}

/// [`Store::impact`], also within a transaction.
pub(crate) async fn impact(
    work: &Work<'_>,
    channel: ChannelId,
    judged: Judged,
) -> Result<Impact, StoreError> {
    let hold = open_hold(work, channel, judged.basis).await?;
    let states = match judged.kind {
        FeedKind::Differential => due_states(),
        FeedKind::TrueUp => "state IN (1, 3)".to_owned(),
    };
    let counted = match judged.alternates {
        false => "",
        true => {
            " AND NOT EXISTS (SELECT 1 FROM listing l JOIN external_stock e \
                  ON e.product_id = l.product_id WHERE l.id = delivery.listing_id)"
        }
    };
    let row = due(work, channel, &hold, &format!("{states}{counted}")).await?;
    let number = |name: &str| -> Result<i64, StoreError> {
        Ok(row.as_ref().map(|row| row.try_get("", name)).transpose()?.unwrap_or_default())
    };
    let change = |zeroed: i64, raised| Change { zeroed: zeroed.unsigned_abs(), raised };
    let covered = change(number("zeroed_covered")?, number("raised_covered")?);
    let all = change(number("zeroed")?, number("raised")?);
    Ok(Impact {
        is_first: is_first(work, channel).await?,
        covered,
        other: Change {
            zeroed: all.zeroed.saturating_sub(covered.zeroed),
            raised: all.raised.saturating_sub(covered.raised),
        },
        shown: shown(work, channel).await?,
        shrunk: shrunk(work, channel).await?,
        newest: newest(work).await?,
        hold,
    })
}

/// Every priority is named, so that SQLite reads the index of what is due and nothing else.
fn due_states() -> String {
    let priorities = Priority::ALL.map(|priority| priority.to_number().to_string());
    format!("state = 1 AND priority IN ({})", priorities.join(", "))
}

async fn due(
    work: &Work<'_>,
    channel: ChannelId,
    hold: &Option<Hold>,
    which: &str,
) -> Result<Option<QueryResult>, StoreError> {
    let until = |of: fn(&Hold) -> Option<Timestamp>| hold.as_ref().and_then(of).map_or(-1, micros);
    let zeros = until(|hold| hold.waiting.zeros_until);
    let raises = until(|hold| hold.waiting.raises_until);
    let sum = |what: &str, when: &str, amount: &str| {
        format!("CAST(COALESCE(SUM(CASE WHEN {what}{when} THEN {amount} ELSE 0 END), 0) AS BIGINT)")
    };
    let before = |bound: &str| format!(" AND COALESCE(delivery.due_since, 0) <= {bound}");
    // What was never acknowledged raises no number that anybody saw.
    let raises_known = format!("delivery.ack_quantity IS NOT NULL AND {RAISES}");
    let more = "delivery.want_quantity - delivery.ack_quantity";
    let sql = format!(
        "SELECT {} AS zeroed, {} AS zeroed_covered, {} AS raised, {} AS raised_covered \
         FROM delivery WHERE channel_id = $1 AND is_held = 0 AND $2 = $2 AND $3 = $3 AND {which}",
        sum(ZEROES, "", "1"),
        sum(ZEROES, &before("$2"), "1"),
        sum(&raises_known, "", more),
        sum(&raises_known, &before("$3"), more),
    );
    work.first(&sql, [channel.0.into(), zeros.into(), raises.into()]).await
}

async fn is_first(work: &Work<'_>, channel: ChannelId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM delivery WHERE channel_id = $1 AND ack_quantity IS NOT NULL LIMIT 1";
    Ok(work.first(sql, [channel.0.into()]).await?.is_none())
}

async fn shown(work: &Work<'_>, channel: ChannelId) -> Result<Option<Shown>, StoreError> {
    let sql = "SELECT showing, units, counted_at FROM acknowledged_sum WHERE channel_id = $1";
    let Some(row) = work.first(sql, [channel.0.into()]).await? else { return Ok(None) };
    let listings: i64 = row.try_get("", "showing")?;
    let counted_at = instant(row.try_get("", "counted_at")?)?;
    let listings = listings.unsigned_abs();
    Ok(Some(Shown { listings, units: row.try_get("", "units")?, counted_at }))
}

/// Counts what a channel shows.
pub(crate) async fn count(
    work: &Work<'_>,
    channel: ChannelId,
    now: Timestamp,
) -> Result<Shown, StoreError> {
    let sql = "SELECT COUNT(*) AS showing, CAST(COALESCE(SUM(ack_quantity), 0) AS BIGINT) AS units \
               FROM delivery WHERE channel_id = $1 AND state <> 4 AND ack_quantity > 0";
    let Some(row) = work.first(sql, [channel.0.into()]).await? else {
        return Ok(Shown { counted_at: now, ..Shown::default() });
    };
    let listings: i64 = row.try_get("", "showing")?;
    let listings = listings.unsigned_abs();
    Ok(Shown { listings, units: row.try_get("", "units")?, counted_at: now })
}

async fn shrunk(work: &Work<'_>, channel: ChannelId) -> Result<Vec<Shrunk>, StoreError> {
    let sql = "SELECT i.kind, i.file, i.rows_read, t.rows_read AS rows_before FROM input i \
               JOIN input_trusted t ON t.kind = i.kind AND t.file = i.file \
               WHERE t.channel_id = $1 AND i.rows_read < t.rows_read ORDER BY i.kind, i.file";
    let rows = work.all(sql, [channel.0.into()]).await?;
    let read = |row: &QueryResult| {
        let (rows, rows_before): (i64, i64) =
            (row.try_get("", "rows_read")?, row.try_get("", "rows_before")?);
        let (rows, rows_before) = (rows.unsigned_abs(), rows_before.unsigned_abs());
        let (kind, file) = (row.try_get("", "kind")?, row.try_get("", "file")?);
        Ok(Shrunk { kind, file, rows, rows_before })
    };
    rows.iter().map(read).collect()
}

async fn newest(work: &Work<'_>) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let sql = "SELECT kind, MAX(imported_at) AS imported_at FROM input \
               WHERE kind IN ('stock', 'orders') GROUP BY kind ORDER BY kind";
    let rows = work.all(sql, []).await?;
    let read = |row: &QueryResult| {
        Ok((row.try_get("", "kind")?, instant(row.try_get("", "imported_at")?)?))
    };
    rows.iter().map(read).collect()
}
