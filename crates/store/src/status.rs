//! How channels and their listings stand.

use jiff::Timestamp;
use sea_orm::QueryResult;
use trueup_delivery::{Listing, ListingId, State};
use trueup_stock::{ChannelName, PartNumber, ProductCode, RemoteLocation};

use crate::delivery::batch::{body_of, location_of};
use crate::delivery::channels::name_of;
use crate::delivery::rows::read;
use crate::delivery::time::instant;
use crate::delivery::words::{Work, corrupt};
use crate::sql::json;
use crate::{ChannelId, Store, StoreError};

/// How a channel stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelStatus {
    /// Its name.
    pub name: ChannelName,
    /// The marketplace's id.
    pub marketplace: String,
    /// Whether a person paused it.
    pub is_paused: bool,
    /// Who holds its lease at the moment.
    pub owner: Option<String>,
    /// Listings that are not retired: the sum of the next four.
    pub listings: u64,
    /// Those where the marketplace can show nothing but what is wanted.
    pub clean: u64,
    /// Those to be sent.
    pub due: u64,
    /// Those whose answer is awaited.
    pub in_flight: u64,
    /// Those that were refused.
    pub parked: u64,
    /// Those with a send whose fate is not known.
    pub unresolved: u64,
    /// Units that could be oversold right now.
    pub exposure: i64,
    /// Since when the oldest change has been waiting, whether it was computed already or not.
    pub oldest_undelivered: Option<Timestamp>,
    /// Products to be computed again.
    pub dirty: u64,
    /// When the last complete True-Up ended.
    pub last_true_up: Option<Timestamp>,
    /// When the last complete Differential ended.
    pub last_differential: Option<Timestamp>,
}

/// A listing of a product on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingRow {
    /// What the marketplace calls the product.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// What is wanted and known of it.
    pub listing: Listing,
    /// The quantities the marketplace might show, the one in flight included.
    pub possible: Vec<i64>,
    /// How many units could be oversold right now.
    pub exposure: i64,
}

/// One statement, so that the numbers are of one moment. Each state is counted in its own index.
fn status_sql(is_postgres: bool) -> String {
    let most = if is_postgres { "GREATEST" } else { "MAX" };
    let count = |state: u8| {
        format!("(SELECT COUNT(*) FROM delivery d WHERE d.channel_id = c.id AND d.state = {state})")
    };
    let exposed = |state: u8| {
        format!(
            "COALESCE((SELECT CAST(SUM({most}(0, {most}(COALESCE(d.ack_quantity, 0), COALESCE((\
             SELECT MAX(s.quantity) FROM suspect s WHERE s.listing_id = d.listing_id), 0)) \
             - d.want_quantity)) AS BIGINT) FROM delivery d \
             WHERE d.channel_id = c.id AND d.state = {state}), 0)"
        )
    };
    let since = |state: u8| {
        format!(
            "(SELECT MIN(d.due_since) FROM delivery d \
             WHERE d.channel_id = c.id AND d.state = {state})"
        )
    };
    let last = |kind: &str| {
        format!(
            "(SELECT MAX(f.finished_at) FROM feed f WHERE f.channel_id = c.id \
             AND f.kind = '{kind}' AND f.state = 'done')"
        )
    };
    format!(
        "SELECT c.name, c.marketplace, c.is_paused, \
         CASE WHEN c.expires_at > $1 THEN c.owner END AS owner, \
         (SELECT COUNT(*) FROM delivery d WHERE d.channel_id = c.id) AS all_of_them, \
         {} AS due, {} AS in_flight, {} AS parked, {} AS retired, \
         (SELECT COUNT(*) FROM (SELECT s.listing_id FROM suspect s \
         JOIN listing l ON l.id = s.listing_id WHERE l.channel_id = c.id UNION \
         SELECT d.listing_id FROM batch b JOIN delivery d ON d.batch_id = b.id AND d.state = 2 \
         WHERE b.channel_id = c.id AND b.finished_at IS NULL AND b.state = 'unresolved') AS u) \
         AS unresolved, {} + {} + {} AS exposure, \
         {} AS due_since, {} AS flying_since, \
         (SELECT COUNT(*) FROM dirty_product p WHERE p.channel_id = c.id) AS dirty, \
         (SELECT MIN(p.since) FROM dirty_product p WHERE p.channel_id = c.id) AS dirty_since, \
         {} AS last_true_up, {} AS last_differential FROM channel c ORDER BY c.name",
        count(1),
        count(2),
        count(3),
        count(4),
        exposed(1),
        exposed(2),
        exposed(3),
        since(1),
        since(2),
        last("true_up"),
        last("differential"),
    )
}

impl Store {
    /// How every channel stands, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn status(&self, now: Timestamp) -> Result<Vec<ChannelStatus>, StoreError> {
        let sql = status_sql(self.is_postgres());
        let rows = Work::new(self.reading()).all(&sql, [now.as_microsecond().into()]).await?;
        rows.iter().map(channel_status).collect()
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
        let sql = "SELECT l.id, l.part_number, l.location FROM listing l \
                   JOIN product p ON p.id = l.product_id WHERE l.channel_id = $1 AND p.code = $2 \
                   ORDER BY l.part_number, l.location";
        let named = work.all(sql, [channel.0.into(), product.as_str().into()]).await?;
        let ids = named.iter().map(|row| Ok(row.try_get("", "id")?));
        let ids: Vec<i64> = ids.collect::<Result<_, StoreError>>()?;
        let rows = read(&work, "listing_id IN {ids}", [json(&ids)]).await?;
        let mut listings = Vec::with_capacity(rows.len());
        for name in &named {
            let id: i64 = name.try_get("", "id")?;
            let Some(row) = rows.iter().find(|row| row.id.0 == id) else { continue };
            let part: String = name.try_get("", "part_number")?;
            let possible = possible(&work, id, &row.listing).await?;
            let most = possible.iter().copied().max().unwrap_or_default();
            listings.push(ListingRow {
                part_number: part.try_into().map_err(|_| corrupt("a part number"))?,
                location: location_of(name.try_get("", "location")?)?,
                exposure: most.saturating_sub(row.listing.wanted.level.quantity).max(0),
                listing: row.listing.clone(),
                possible,
            });
        }
        Ok(listings)
    }
}

/// Every quantity the marketplace might show: acknowledged, in flight, and sent with an unclear
/// outcome.
async fn possible(work: &Work<'_>, id: i64, listing: &Listing) -> Result<Vec<i64>, StoreError> {
    let mut possible: Vec<i64> = listing.possible().collect();
    if let State::InFlight(batch) = listing.state {
        let lines = body_of(work, batch, Timestamp::UNIX_EPOCH).await?;
        possible.extend(lines.get(&ListingId(id)).map(|sent| sent.level.quantity));
    }
    possible.sort_unstable();
    possible.dedup();
    Ok(possible)
}

fn channel_status(row: &QueryResult) -> Result<ChannelStatus, StoreError> {
    let count = |name: &str| -> Result<u64, StoreError> {
        let number: i64 = row.try_get("", name)?;
        Ok(number.try_into().unwrap_or_default())
    };
    let when = |name: &str| -> Result<Option<Timestamp>, StoreError> {
        let micros: Option<i64> = row.try_get("", name)?;
        micros.map(instant).transpose()
    };
    let (due, in_flight, parked) = (count("due")?, count("in_flight")?, count("parked")?);
    let listings = count("all_of_them")?.saturating_sub(count("retired")?);
    let waiting = [when("due_since")?, when("flying_since")?, when("dirty_since")?];
    Ok(ChannelStatus {
        name: name_of(row)?,
        marketplace: row.try_get("", "marketplace")?,
        is_paused: row.try_get("", "is_paused")?,
        owner: row.try_get("", "owner")?,
        listings,
        clean: listings.saturating_sub(due + in_flight + parked),
        due,
        in_flight,
        parked,
        unresolved: count("unresolved")?,
        exposure: row.try_get("", "exposure")?,
        oldest_undelivered: waiting.into_iter().flatten().min(),
        dirty: count("dirty")?,
        last_true_up: when("last_true_up")?,
        last_differential: when("last_differential")?,
    })
}
