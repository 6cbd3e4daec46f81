//! What one product's listings on a channel were told, with the entries that prove it.

use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::QueryResult;
use trueup_stock::{Level, PartNumber, ProductCode, RemoteLocation};

use crate::delivery::batch::location_of;
use crate::delivery::journal::JournalHead;
use crate::delivery::time::instant;
use crate::delivery::words::{Work, corrupt, parse};
use crate::{ChannelId, Outcome, Store, StoreError};

/// One line of one batch, and where the journal tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What the marketplace calls the product.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// The feed.
    pub feed: i64,
    /// `true_up` or `differential`.
    pub kind: String,
    /// The batch's key, which the marketplace may know as well.
    pub batch_key: String,
    /// When the batch was claimed; the request began after that.
    pub at: Timestamp,
    /// What was sent.
    pub level: Level,
    /// Which change of the wanted level it was.
    pub generation: i64,
    /// What the inputs were at that time: the head of the journal of imports.
    pub inputs: Option<JournalHead>,
    /// The entry that tells of the channel's terms then.
    pub terms: Option<i64>,
    /// The entry that tells of the batch; `None` for one older than the chain.
    pub told: Option<JournalHead>,
    /// What was answered.
    pub answer: ToldAnswer,
}

/// What a marketplace answered to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAnswer {
    /// What became of the line.
    pub outcome: Outcome,
    /// Whether the marketplace said that it is in force.
    pub is_confirmed: bool,
    /// The marketplace's code.
    pub code: Option<String>,
    /// Its words, or ours.
    pub reason: Option<String>,
    /// Its handle of the submission.
    pub handle: Option<String>,
    /// When it came.
    pub at: Option<Timestamp>,
    /// The entry that tells of it.
    pub told: Option<JournalHead>,
}

/// Every line of the listings of product `$2` on channel `$1`. A body is a text: only those in
/// which a line of the listing begins are taken apart.
fn sql(is_postgres: bool) -> String {
    let body = match is_postgres {
        true => "json_array_elements(CAST(s.body AS json)) AS j",
        false => "json_each(s.body) AS j",
    };
    let cell = |at: u8, kind: &str| format!("CAST(j.value ->> {at} AS {kind})");
    let entry = |column: &str, events: &str| {
        format!(
            "(SELECT MAX(e.{column}) FROM journal e WHERE e.batch_id = b.id AND e.chain = $1 \
             AND e.sequence = (SELECT MAX(n.sequence) FROM journal n WHERE n.batch_id = b.id \
             AND n.chain = $1 AND n.event IN ({events})))"
        )
    };
    const CLAIMED: &str = "'batch_claimed', 'batch_parked'";
    const ANSWERED: &str = "'batch_answered', 'batch_interrupted', 'batch_parked', 'batch_ticket'";
    format!(
        "SELECT l.part_number, l.location, b.feed_id, f.kind, b.batch_key, b.started_at, \
         {} AS generation, {} AS quantity, {} AS on_orders, {} AS backordered, \
         {} AS available_on, {} AS discontinued, \
         {} AS claimed, {} AS claimed_hash, {} AS claimed_detail, {} AS answered, \
         {} AS answered_hash, b.handle, b.finished_at, \
         COALESCE(x.outcome, b.default_outcome) AS outcome, \
         CASE WHEN x.outcome IS NULL THEN b.default_code ELSE x.code END AS code, \
         CASE WHEN x.outcome IS NULL THEN b.default_reason ELSE x.message END AS reason, \
         (SELECT MAX(t.sequence) FROM journal t WHERE t.chain = $1 AND t.at <= b.started_at \
         AND t.event IN ('channel_entered', 'terms_changed')) AS terms \
         FROM product p JOIN listing l ON l.product_id = p.id AND l.channel_id = $1 \
         JOIN batch b ON b.channel_id = $1 JOIN feed f ON f.id = b.feed_id \
         JOIN batch_body s ON s.batch_id = b.id AND s.body LIKE '%[' || l.id || ',%' \
         CROSS JOIN {body} \
         LEFT JOIN line_exception x ON x.batch_id = b.id AND x.listing_id = l.id \
         WHERE p.code = $2 AND {} = l.id ORDER BY b.id, l.id",
        cell(1, "BIGINT"),
        cell(2, "BIGINT"),
        cell(3, "BIGINT"),
        cell(4, "BIGINT"),
        cell(5, "TEXT"),
        cell(6, "BIGINT"),
        entry("sequence", CLAIMED),
        entry("hash", CLAIMED),
        entry("detail", CLAIMED),
        entry("sequence", ANSWERED),
        entry("hash", ANSWERED),
        cell(0, "BIGINT"),
    )
}

impl Store {
    /// All that the listings of a product on a channel were told, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn told(
        &self,
        channel: ChannelId,
        product: &ProductCode,
    ) -> Result<Vec<Told>, StoreError> {
        let work = Work::new(self.reading());
        let values = [channel.0.into(), product.as_str().into()];
        let rows = work.all(&sql(self.is_postgres()), values).await?;
        rows.iter().map(told).collect()
    }
}

fn told(row: &QueryResult) -> Result<Told, StoreError> {
    let part: String = row.try_get("", "part_number")?;
    let detail: Option<String> = row.try_get("", "claimed_detail")?;
    let inputs = detail.as_deref().map(parse::<Sources>).transpose()?;
    Ok(Told {
        part_number: part.try_into().map_err(|_| corrupt("a part number"))?,
        location: location_of(row.try_get("", "location")?)?,
        feed: row.try_get("", "feed_id")?,
        kind: row.try_get("", "kind")?,
        batch_key: row.try_get("", "batch_key")?,
        at: instant(row.try_get("", "started_at")?)?,
        level: level(row)?,
        generation: row.try_get("", "generation")?,
        inputs: inputs.and_then(|sources| sources.inputs),
        terms: row.try_get("", "terms")?,
        told: position(row, "claimed", "claimed_hash")?,
        answer: answer(row)?,
    })
}

#[derive(serde::Deserialize)]
struct Sources {
    inputs: Option<JournalHead>,
}

fn level(row: &QueryResult) -> Result<Level, StoreError> {
    let available_on: Option<String> = row.try_get("", "available_on")?;
    let date = |text: String| text.parse::<Date>().map_err(|_| corrupt("a date"));
    let discontinued: i64 = row.try_get("", "discontinued")?;
    Ok(Level {
        quantity: row.try_get("", "quantity")?,
        on_orders: row.try_get("", "on_orders")?,
        backordered: row.try_get("", "backordered")?,
        next_available_on: available_on.map(date).transpose()?,
        discontinued: discontinued != 0,
    })
}

fn answer(row: &QueryResult) -> Result<ToldAnswer, StoreError> {
    let outcome: String = row.try_get("", "outcome")?;
    let (outcome, is_confirmed) = Outcome::of(&outcome)?;
    let at: Option<i64> = row.try_get("", "finished_at")?;
    Ok(ToldAnswer {
        outcome,
        is_confirmed,
        code: row.try_get("", "code")?,
        reason: row.try_get("", "reason")?,
        handle: row.try_get("", "handle")?,
        at: at.map(instant).transpose()?,
        told: position(row, "answered", "answered_hash")?,
    })
}

fn position(
    row: &QueryResult,
    sequence: &str,
    hash: &str,
) -> Result<Option<JournalHead>, StoreError> {
    let sequence: Option<i64> = row.try_get("", sequence)?;
    let hash: Option<String> = row.try_get("", hash)?;
    Ok(sequence.zip(hash).map(|(sequence, hash)| JournalHead { sequence, hash }))
}
