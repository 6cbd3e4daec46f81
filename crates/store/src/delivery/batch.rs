//! A batch: lines that were claimed together, and what is kept of them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use trueup_delivery::{BatchId, Generation, ListingId, Sent, Suspect};
use trueup_stock::{Level, PartNumber, RemoteLocation};

use super::claim::Taking;
use super::time::{instant, micros};
use super::words::{Work, corrupt, parse};
use crate::digest::digest;
use crate::{ChannelId, FeedId, Store, StoreError};

/// Lines that travel in one request, claimed and written down before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedBatch {
    /// Its key in the database.
    pub id: BatchId,
    /// Its identity for ever, and the marketplace's idempotency key.
    pub key: String,
    /// The feed it belongs to.
    pub feed: FeedId,
    /// When it was claimed; the request began after that.
    pub started_at: Timestamp,
    /// Its lines; no listing occurs twice.
    pub lines: Vec<ClaimedLine>,
    /// The marketplace's name for the submission, where it is worked on later.
    pub ticket: Option<String>,
    /// The marketplace's handle of the submission, for people.
    pub handle: Option<String>,
}

/// One line, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedLine {
    /// Which listing.
    pub listing: ListingId,
    /// What the marketplace calls the product.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// The marketplace's own id of the listing, where one is known.
    pub remote_id: Option<String>,
    /// What to show.
    pub level: Level,
    /// Which change of the wanted level this is.
    pub generation: Generation,
}

/// Stands in `batch.state` from the claim on: the request may leave at any moment.
const PLANNED: &str = "planned";
/// The same where the request is written down before it leaves: it has not left.
pub(crate) const PREPARING: &str = "preparing";
/// The request is written down, and its answer awaited.
pub(crate) const SENT: &str = "sent";
/// The request is written down, and its answer was lost.
pub(crate) const UNRESOLVED: &str = "unresolved";

/// A line within the body of a batch: listing, generation, quantity, on orders, backordered, next
/// availability date, discontinued (0 or 1).
pub(crate) type BodyLine = (i64, i64, i64, i64, i64, Option<Date>, i64);

/// What a line says of its listing: part number, location, remote id, body line.
pub(crate) type NamedLine = (String, String, Option<String>, BodyLine);

impl ClaimedBatch {
    /// A line as the state machine knows it.
    pub(crate) fn sent(&self, line: &ClaimedLine) -> Sent {
        Sent {
            batch: self.id,
            generation: line.generation,
            level: line.level,
            started_at: self.started_at,
        }
    }
}

impl ClaimedLine {
    /// A line from its JSON forms.
    pub(crate) fn named(line: NamedLine) -> Result<Self, StoreError> {
        let (part_number, location, remote_id, body) = line;
        let (listing, generation, level) = parts(&body);
        let part_number = part_number.try_into().map_err(|_| corrupt("a part number"))?;
        Ok(Self {
            listing,
            part_number,
            location: location_of(location)?,
            remote_id,
            level,
            generation,
        })
    }

    fn body(&self) -> BodyLine {
        let Level { quantity, on_orders, backordered, next_available_on, discontinued } =
            self.level;
        let (listing, generation) = (self.listing.0, self.generation.0);
        let discontinued = discontinued.into();
        (listing, generation, quantity, on_orders, backordered, next_available_on, discontinued)
    }
}

/// A marketplace location from its text; an empty one stands for none.
pub(crate) fn location_of(text: String) -> Result<Option<RemoteLocation>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.try_into().map(Some).map_err(|_| corrupt("a marketplace location"))
}

/// The text of a marketplace location.
pub(crate) fn location_text(location: Option<&RemoteLocation>) -> &str {
    location.map_or("", RemoteLocation::as_str)
}

/// The parts of a body line.
pub(crate) fn parts(line: &BodyLine) -> (ListingId, Generation, Level) {
    let (listing, generation, quantity, on_orders, backordered, next_available_on, discontinued) =
        *line;
    let discontinued = discontinued != 0;
    let level = Level { quantity, on_orders, backordered, next_available_on, discontinued };
    (ListingId(listing), Generation(generation), level)
}

/// Writes a new batch down, and gives the digest of its body. Its key is unique for ever, also in a
/// database restored from a copy.
pub(crate) async fn insert(
    work: &Work<'_>,
    taking: &Taking<'_>,
    lines: Vec<ClaimedLine>,
) -> Result<(ClaimedBatch, String), StoreError> {
    let Taking { lease, feed, deadline, is_whole, now } = *taking;
    let id = next_id(work).await?;
    let (channel, epoch) = (lease.channel().0, lease.epoch());
    let started = micros(now);
    let key = format!("tu{channel}-{epoch}-{id}-{started:x}");
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    work.run(
        "INSERT INTO batch (id, feed_id, channel_id, epoch, batch_key, state, started_at, deadline, \
         lines, default_outcome, lands_until) \
         VALUES ($1, $2, $3, $4, $5, $9, $6, $7, $8, 'pending', $10)",
        [
            id.into(),
            feed.0.into(),
            channel.into(),
            epoch.into(),
            key.as_str().into(),
            started.into(),
            micros(deadline).into(),
            count.into(),
            if lease.effect().keeps_request() { PREPARING } else { PLANNED }.into(),
            is_whole.then(|| micros(Suspect::UNDER_WAY)).into(),
        ],
    )
    .await?;
    let body: Vec<BodyLine> = lines.iter().map(ClaimedLine::body).collect();
    let digest = insert_body(work, id, &body).await?;
    let (id, started_at) = (BatchId(id), now);
    let batch = ClaimedBatch { id, key, feed, started_at, lines, ticket: None, handle: None };
    Ok((batch, digest))
}

/// Keeps the lines of a batch; the digest of the text they become.
pub(crate) async fn insert_body<T: serde::Serialize>(
    work: &Work<'_>,
    batch: i64,
    lines: &[T],
) -> Result<String, StoreError> {
    let body = serde_json::to_string(lines).expect("texts and numbers have a JSON form");
    let digest = digest(&body);
    let sql = "INSERT INTO batch_body (batch_id, body) VALUES ($1, $2)";
    work.run(sql, [batch.into(), body.into()]).await?;
    Ok(digest)
}

/// A key that no batch ever had.
pub(crate) async fn next_id(work: &Work<'_>) -> Result<i64, StoreError> {
    let sql = if work.is_postgres() {
        "SELECT nextval(pg_get_serial_sequence('batch', 'id'))"
    } else {
        "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'batch'), 0) + 1"
    };
    work.number(sql, []).await
}

/// The lines of a batch as they were sent, by listing.
pub(crate) async fn body_of(
    work: &Work<'_>,
    batch: BatchId,
    started_at: Timestamp,
) -> Result<HashMap<ListingId, Sent>, StoreError> {
    let sql = "SELECT body FROM batch_body WHERE batch_id = $1";
    let row = work.first(sql, [batch.0.into()]).await?;
    let Some(row) = row else { return Ok(HashMap::new()) };
    let body: String = row.try_get("", "body")?;
    let lines: Vec<BodyLine> = parse(&body)?;
    let sent = |line: &BodyLine| {
        let (listing, generation, level) = parts(line);
        (listing, Sent { batch, generation, level, started_at })
    };
    Ok(lines.iter().map(sent).collect())
}

impl Store {
    /// The batches of a channel that wait for a ticket, oldest first. Their lines are all that
    /// were sent, also those whose outcome is recorded already.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_tickets(&self, channel: ChannelId) -> Result<Vec<ClaimedBatch>, StoreError> {
        let work = Work::new(self.reading());
        let sql = "SELECT id, batch_key, feed_id, started_at, ticket, handle FROM batch \
                   WHERE channel_id = $1 AND finished_at IS NULL AND ticket IS NOT NULL ORDER BY id";
        let mut batches = Vec::new();
        for row in work.all(sql, [channel.0.into()]).await? {
            let id: i64 = row.try_get("", "id")?;
            batches.push(ClaimedBatch {
                id: BatchId(id),
                key: row.try_get("", "batch_key")?,
                feed: FeedId(row.try_get("", "feed_id")?),
                started_at: instant(row.try_get("", "started_at")?)?,
                lines: lines_of(&work, id).await?,
                ticket: row.try_get("", "ticket")?,
                handle: row.try_get("", "handle")?,
            });
        }
        Ok(batches)
    }
}

/// The lines of a batch as they were sent, by name, in their order, with the
/// remote ids known today.
pub(crate) async fn lines_of(work: &Work<'_>, batch: i64) -> Result<Vec<ClaimedLine>, StoreError> {
    let (rows, at, value) = if work.is_postgres() {
        let rows = "json_array_elements(CAST(b.body AS json)) WITH ORDINALITY AS j(value, at)";
        (rows, "j.at", "j.value")
    } else {
        ("json_each(b.body) AS j", "j.key", "json(j.value)")
    };
    let named = format!("{{array}}(l.part_number, l.location, l.remote_id, {value})");
    let sql = format!(
        "SELECT CAST({{collect}}({{array}}({at}, {named})) AS TEXT) \
         FROM batch_body b CROSS JOIN {rows} \
         JOIN listing l ON l.id = CAST(j.value ->> 0 AS BIGINT) WHERE b.batch_id = $1"
    );
    let mut lines: Vec<(i64, NamedLine)> = work.collect(&sql, [batch.into()]).await?;
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| ClaimedLine::named(line)).collect()
}
