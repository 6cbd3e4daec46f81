//! How channels stand.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::QueryResult;
use serde::Serialize;
use trueup_delivery::mutant;
use trueup_stock::ChannelName;

use crate::delivery::channels::name_of;
use crate::delivery::time::instant;
use crate::delivery::words::Work;
use crate::{ChannelId, FeedId, Store, StoreError};

/// How a channel stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelStatus {
    /// Its key.
    pub id: ChannelId,
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
    /// Why they were, most frequent first; at most ten reasons.
    pub parked_by: Vec<ParkedReason>,
    /// Those with a send whose fate is not known.
    pub unresolved: u64,
    /// Units that could be oversold right now, as far as is known without what is in flight.
    pub exposure: i64,
    /// Since when the oldest change has been waiting, whether it was computed already or not.
    pub oldest_undelivered: Option<Timestamp>,
    /// Products to be computed again.
    pub dirty: u64,
    /// When the last complete True-Up ended.
    pub last_true_up: Option<Timestamp>,
    /// When the last complete Differential ended.
    pub last_differential: Option<Timestamp>,
    /// The last complete True-Up.
    pub true_up: Option<FeedId>,
    /// How many lines the marketplace took with it.
    pub covered: u64,
    /// When the last feed of either kind ended that delivered all it was to.
    pub last_success: Option<Timestamp>,
    /// When the first feed of all began.
    pub first_feed: Option<Timestamp>,
    /// Planned runs that nobody made.
    pub missed: u64,
}

/// Why some listings are parked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParkedReason {
    /// In the marketplace's words.
    pub reason: String,
    /// How many listings.
    pub listings: u64,
}

const TRUE_UP: &str = "AND f.kind = 'true_up'";

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
    let last = |column: &str, condition: &str| {
        format!(
            "(SELECT f.{column} FROM feed f WHERE f.channel_id = c.id AND f.state = 'done' \
             {condition} ORDER BY f.id DESC LIMIT 1)"
        )
    };
    format!(
        "SELECT c.id, c.name, c.marketplace, c.is_paused, \
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
         {} AS last_true_up, {} AS last_differential, {} AS true_up, {} AS last_success, \
         (SELECT f.started_at FROM feed f WHERE f.channel_id = c.id ORDER BY f.id LIMIT 1) \
         AS first_feed, \
         (SELECT CAST(SUM(s.missed) AS BIGINT) FROM schedule_state s WHERE s.channel_id = c.id) \
         AS missed FROM channel c ORDER BY c.name",
        count(1),
        count(2),
        count(3),
        count(4),
        exposed(1),
        exposed(2),
        exposed(3),
        since(1),
        since(2),
        last("finished_at", TRUE_UP),
        last("finished_at", "AND f.kind = 'differential'"),
        last("id", TRUE_UP),
        last("finished_at", ""),
    )
}

impl Store {
    /// How every channel stands, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn status(&self, now: Timestamp) -> Result<Vec<ChannelStatus>, StoreError> {
        let sql = status_sql(self.is_postgres());
        let work = Work::new(self.reading());
        let rows = work.all(&sql, [now.as_microsecond().into()]).await?;
        let mut parked = parked(&work).await?;
        let mut channels: Vec<ChannelStatus> =
            rows.iter().map(channel_status).collect::<Result<_, _>>()?;
        for channel in &mut channels {
            channel.parked_by = parked.remove(&channel.id).unwrap_or_default();
            if let Some(feed) = channel.true_up {
                channel.covered = self.feed(feed).await?.map_or(0, |feed| feed.accepted);
            }
        }
        Ok(channels)
    }
}

/// The reasons of parked listings, most frequent first, at most ten of a channel.
async fn parked(work: &Work<'_>) -> Result<HashMap<ChannelId, Vec<ParkedReason>>, StoreError> {
    let sql = "SELECT channel_id, park_reason, listings FROM (\
               SELECT channel_id, COALESCE(park_reason, '') AS park_reason, COUNT(*) AS listings, \
               ROW_NUMBER() OVER (PARTITION BY channel_id ORDER BY COUNT(*) DESC, \
               COALESCE(park_reason, '')) AS place \
               FROM delivery WHERE state = 3 GROUP BY channel_id, COALESCE(park_reason, '')) AS r \
               WHERE place <= 10 ORDER BY channel_id, place";
    let mut parked: HashMap<ChannelId, Vec<ParkedReason>> = HashMap::new();
    for row in work.all(sql, []).await? {
        let listings: i64 = row.try_get("", "listings")?;
        let reason = row.try_get("", "park_reason")?;
        let of_channel = parked.entry(ChannelId(row.try_get("", "channel_id")?)).or_default();
        of_channel.push(ParkedReason { reason, listings: listings.try_into().unwrap_or_default() });
    }
    Ok(parked)
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
    let dirty_since = if mutant!(HidesMarks) { None } else { when("dirty_since")? };
    let waiting = [when("due_since")?, when("flying_since")?, dirty_since];
    let true_up: Option<i64> = row.try_get("", "true_up")?;
    let missed: Option<i64> = row.try_get("", "missed")?;
    Ok(ChannelStatus {
        id: ChannelId(row.try_get("", "id")?),
        name: name_of(row)?,
        marketplace: row.try_get("", "marketplace")?,
        is_paused: row.try_get("", "is_paused")?,
        owner: row.try_get("", "owner")?,
        listings,
        clean: listings.saturating_sub(due + in_flight + parked),
        due,
        in_flight,
        parked,
        parked_by: Vec::new(),
        unresolved: count("unresolved")?,
        exposure: row.try_get("", "exposure")?,
        oldest_undelivered: waiting.into_iter().flatten().min(),
        dirty: count("dirty")?,
        last_true_up: when("last_true_up")?,
        last_differential: when("last_differential")?,
        true_up: true_up.map(FeedId),
        covered: 0,
        last_success: when("last_success")?,
        first_feed: when("first_feed")?,
        missed: missed.unwrap_or_default().try_into().unwrap_or_default(),
    })
}
