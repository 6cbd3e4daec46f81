//! How single listings stand: wanted, acknowledged, and everything the marketplace might show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use sea_orm::Value;
use trueup_delivery::{Listing, ListingId, State};
use trueup_stock::{PartNumber, ProductCode, RemoteLocation};

use crate::delivery::batch::location_of;
use crate::delivery::row::Row;
use crate::delivery::rows::read;
use crate::delivery::words::{Work, corrupt};
use crate::sql::json;
use crate::{ChannelId, Store, StoreError};

/// A listing of a product on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingRow {
    /// Its key; pages go on after it.
    pub id: ListingId,
    /// The product.
    pub product_code: ProductCode,
    /// What the marketplace calls the product.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// What is wanted and known of it.
    pub listing: Listing,
    /// Since when the wanted level has been waiting to be acknowledged.
    pub due_since: Option<Timestamp>,
    /// Whether its product is held back at the moment.
    pub is_held: bool,
    /// The quantities the marketplace might show, the one in flight included.
    pub possible: Vec<i64>,
    /// How many units could be oversold right now.
    pub exposure: i64,
}

/// Which listings of a channel to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All that are not retired.
    #[default]
    All,
    /// Those to be sent.
    Due,
    /// Those whose answer is awaited.
    InFlight,
    /// Those that were refused.
    Parked,
    /// Those with a send whose fate is not known.
    Unresolved,
    /// Those whose product is held back.
    Held,
    /// Those of which units could be oversold right now, as far as is known without what is in
    /// flight.
    Exposed,
}

impl Which {
    /// A condition on `delivery`.
    const fn condition(self) -> &'static str {
        match self {
            Self::All => "state <> 4",
            Self::Due => "state = 1",
            Self::InFlight => "state = 2",
            Self::Parked => "state = 3",
            Self::Unresolved => "state <> 4 AND listing_id IN (SELECT s.listing_id FROM suspect s)",
            Self::Held => "is_held = 1 AND state <> 4",
            Self::Exposed => {
                "state IN (1, 2, 3) AND (ack_quantity > want_quantity OR EXISTS (\
                 SELECT 1 FROM suspect s WHERE s.listing_id = delivery.listing_id \
                 AND s.quantity > want_quantity))"
            }
        }
    }
}

/// What a listing is called: its key, product, part number and location.
type Name = (i64, String, String, String, i64);

impl Store {
    /// A page of a channel's listings, oldest first, after the listing `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn listings_page(
        &self,
        channel: ChannelId,
        which: Which,
        after: Option<ListingId>,
        limit: u64,
    ) -> Result<Vec<ListingRow>, StoreError> {
        let condition = format!(
            "channel_id = $1 AND listing_id > $2 AND {} ORDER BY listing_id LIMIT $3",
            which.condition()
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [channel.0, after.map_or(0, |after| after.0), limit].map(Value::from);
        let work = Work::new(self.reading());
        let rows = read(&work, &condition, values).await?;
        described(&work, rows).await
    }

    /// The listings of a product on a channel, retired ones too.
    ///
    /// # Errors
    /// The database's.
    pub async fn listings(
        &self,
        channel: ChannelId,
        product: &ProductCode,
    ) -> Result<Vec<ListingRow>, StoreError> {
        let work = Work::new(self.reading());
        let condition = "listing_id IN (SELECT l.id FROM listing l \
                         JOIN product p ON p.id = l.product_id \
                         WHERE l.channel_id = $1 AND p.code = $2)";
        let rows = read(&work, condition, [channel.0.into(), product.as_str().into()]).await?;
        let mut listings = described(&work, rows).await?;
        listings.sort_by(|a, b| (&a.part_number, &a.location).cmp(&(&b.part_number, &b.location)));
        Ok(listings)
    }
}

/// Rows with their names and with what is in flight: two statements, however many rows.
async fn described(work: &Work<'_>, rows: Vec<Row>) -> Result<Vec<ListingRow>, StoreError> {
    let ids: Vec<ListingId> = rows.iter().map(|row| row.id).collect();
    let sql = "SELECT CAST({collect}({array}(l.id, p.code, l.part_number, l.location, d.is_held)) \
               AS TEXT) FROM listing l JOIN product p ON p.id = l.product_id \
               JOIN delivery d ON d.listing_id = l.id WHERE l.id IN {ids}";
    let names: Vec<Name> = work.collect(sql, [json(&ids)]).await?;
    let mut names: HashMap<i64, Name> = names.into_iter().map(|name| (name.0, name)).collect();
    let flying = flying(work, &rows).await?;
    let described = rows.into_iter().filter_map(|row| {
        let name = names.remove(&row.id.0)?;
        Some(listing_row(row, name, &flying))
    });
    described.collect()
}

/// The quantities in flight, by listing.
async fn flying(work: &Work<'_>, rows: &[Row]) -> Result<BTreeMap<i64, i64>, StoreError> {
    let in_flight = rows.iter().filter_map(|row| match row.listing.state {
        State::InFlight(batch) => Some((batch.0, row.id)),
        State::Clean | State::Due { .. } | State::Parked(_) | State::Retired => None,
    });
    let (batches, ids): (BTreeSet<i64>, Vec<ListingId>) = in_flight.unzip();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let lines = match work.is_postgres() {
        true => "json_array_elements(CAST(b.body AS json)) AS j",
        false => "json_each(b.body) AS j",
    };
    let batches: Vec<String> = batches.iter().map(i64::to_string).collect();
    let sql = format!(
        "SELECT CAST({{collect}}({{array}}(CAST(j.value ->> 0 AS BIGINT), \
         CAST(j.value ->> 2 AS BIGINT))) AS TEXT) FROM batch_body b CROSS JOIN {lines} \
         WHERE b.batch_id IN ({}) AND CAST(j.value ->> 0 AS BIGINT) IN {{ids}}",
        batches.join(", ")
    );
    let sent: Vec<(i64, i64)> = work.collect(&sql, [json(&ids)]).await?;
    Ok(sent.into_iter().collect())
}

fn listing_row(
    row: Row,
    (id, code, part_number, location, is_held): Name,
    flying: &BTreeMap<i64, i64>,
) -> Result<ListingRow, StoreError> {
    let in_flight = flying.get(&id).copied();
    let possible: BTreeSet<i64> = row.listing.possible().chain(in_flight).collect();
    let most = possible.last().copied().unwrap_or_default();
    Ok(ListingRow {
        id: row.id,
        product_code: code.try_into().map_err(|_| corrupt("a product code"))?,
        part_number: part_number.try_into().map_err(|_| corrupt("a part number"))?,
        location: location_of(location)?,
        exposure: most.saturating_sub(row.listing.wanted.level.quantity).max(0),
        listing: row.listing,
        due_since: row.due_since,
        is_held: is_held != 0,
        possible: possible.into_iter().collect(),
    })
}
