//! Loading and saving many listings: one statement each.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::Value;
use trueup_delivery::{BatchId, Event, Listing, ListingId, Suspect, step};

use super::row::{Columns, Row};
use super::time::{instant, micros};
use super::words::Work;
use crate::sql::json;
use crate::{ChannelId, StoreError};

/// A row that moved.
#[derive(Debug)]
pub(crate) struct Change {
    before: Listing,
    pub(crate) after: Row,
}

impl Change {
    /// Moves a row by an event; `None` where that changes nothing.
    pub(crate) fn of(row: Row, event: Event, now: Timestamp) -> Option<Self> {
        let listing = step(row.listing.clone(), event);
        if listing == row.listing {
            return None;
        }
        let after = row.moved(listing, now);
        Some(Self { before: row.listing, after })
    }
}

/// The rows of `delivery` for which a condition holds, ordered by listing and locked.
pub(crate) async fn load(
    work: &Work<'_>,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Row>, StoreError> {
    read(work, &format!("{condition} ORDER BY listing_id {{locked}}"), values).await
}

/// The rows of `delivery` for which a condition holds.
pub(crate) async fn read(
    work: &Work<'_>,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Row>, StoreError> {
    let columns = Columns::NAMES.join(", ");
    let sql = format!(
        "SELECT CAST({{collect}}({{array}}({columns})) AS TEXT) FROM (\
         SELECT {columns} FROM delivery WHERE {condition}) AS d"
    );
    let packed: Vec<Columns> = work.collect(&sql, values).await?;
    let ids: Vec<i64> = packed.iter().map(|columns| columns.listing_id).collect();
    let mut suspects = suspects(work, &ids).await?;
    let unpack = |columns: Columns| {
        let suspects = suspects.remove(&columns.listing_id).unwrap_or_default();
        columns.unpack(suspects)
    };
    packed.into_iter().map(unpack).collect()
}

async fn suspects(
    work: &Work<'_>,
    listings: &[i64],
) -> Result<HashMap<i64, Vec<Suspect>>, StoreError> {
    let sql = "SELECT CAST({collect}({array}(listing_id, batch_id, quantity, settle_until)) AS TEXT) \
               FROM suspect WHERE listing_id IN {ids}";
    let mut rows: Vec<(i64, i64, i64, i64)> = work.collect(sql, [json(&listings)]).await?;
    rows.sort_unstable();
    let mut suspects: HashMap<i64, Vec<Suspect>> = HashMap::new();
    for (listing, batch, quantity, settle_until) in rows {
        let (batch, settle_until) = (BatchId(batch), instant(settle_until)?);
        suspects.entry(listing).or_default().push(Suspect { batch, quantity, settle_until });
    }
    Ok(suspects)
}

/// Writes rows back, and their suspects.
pub(crate) async fn save(work: &Work<'_>, changes: &[Change]) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let packed: Vec<Columns> = changes.iter().map(|change| Columns::pack(&change.after)).collect();
    work.run(&update(), [json(&packed)]).await?;
    save_suspects(work, changes).await
}

fn update() -> String {
    let names = Columns::NAMES.iter().enumerate().skip(1);
    let set: Vec<String> = names.map(|(at, name)| format!("{name} = {}", cell(at, name))).collect();
    let id = cell(0, "listing_id");
    format!("UPDATE delivery SET {} FROM {{rows}} WHERE listing_id = {id}", set.join(", "))
}

fn cell(at: usize, name: &str) -> String {
    let kind = if Columns::TEXTS.contains(&name) { "TEXT" } else { "BIGINT" };
    format!("CAST(j.value ->> {at} AS {kind})")
}

/// Adds rows of new listings.
pub(crate) async fn insert(
    work: &Work<'_>,
    channel: ChannelId,
    rows: &[Row],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let packed: Vec<Columns> = rows.iter().map(Columns::pack).collect();
    let names = Columns::NAMES.join(", ");
    let cells = Columns::NAMES.iter().enumerate().map(|(at, name)| cell(at, name));
    let cells: Vec<String> = cells.collect();
    let cells = cells.join(", ");
    let sql =
        format!("INSERT INTO delivery (channel_id, {names}) SELECT $2, {cells} FROM {{rows}}");
    work.run(&sql, [json(&packed), channel.0.into()]).await?;
    Ok(())
}

/// Writes what changed about the suspects of rows.
pub(crate) async fn save_suspects(work: &Work<'_>, changes: &[Change]) -> Result<(), StoreError> {
    let gone = differing(changes, |change| (&change.before, &change.after.listing));
    if !gone.is_empty() {
        let sql = "DELETE FROM suspect WHERE (listing_id, batch_id) IN (\
                   SELECT CAST(j.value ->> 0 AS BIGINT), CAST(j.value ->> 1 AS BIGINT) FROM {rows})";
        work.run(sql, [json(&gone)]).await?;
    }
    let new = differing(changes, |change| (&change.after.listing, &change.before));
    if !new.is_empty() {
        let sql = "INSERT INTO suspect (listing_id, batch_id, quantity, settle_until) \
                   SELECT CAST(j.value ->> 0 AS BIGINT), CAST(j.value ->> 1 AS BIGINT), \
                   CAST(j.value ->> 2 AS BIGINT), CAST(j.value ->> 3 AS BIGINT) FROM {rows}";
        work.run(sql, [json(&new)]).await?;
    }
    Ok(())
}

/// The suspects of the first listing that the second does not have.
fn differing(
    changes: &[Change],
    sides: impl Fn(&Change) -> (&Listing, &Listing),
) -> Vec<(ListingId, BatchId, i64, i64)> {
    let of_change = |change| {
        let (of, without) = sides(change);
        let id = change.after.id;
        let own = of.suspects.iter().filter(|suspect| !without.suspects.contains(suspect));
        own.map(move |suspect| (id, suspect.batch, suspect.quantity, micros(suspect.settle_until)))
    };
    changes.iter().flat_map(of_change).collect()
}
