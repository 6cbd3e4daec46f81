//! The history of feeds, and every line of one.

use std::collections::BTreeMap;
use std::fmt;

use futures::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{QueryResult, StreamTrait, Value};
use serde::Serialize;
use trueup_marketplace::FeedKind;
use trueup_stock::{Basis, ChannelName, Level, PartNumber, ProductCode, RemoteLocation};

use crate::delivery::Cause;
use crate::delivery::batch::location_of;
use crate::delivery::channels::name_of;
use crate::delivery::time::instant;
use crate::delivery::words::{Work, corrupt};
use crate::sql::json;
use crate::{FeedId, Store, StoreError};

/// Where a feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// Under way.
    Running,
    /// Everything that was to be sent was sent.
    Done,
    /// It gave up; what was not sent stays due.
    Failed,
    /// Its runner stopped or lost the lease.
    Interrupted,
}

impl FeedState {
    const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Failed, Self::Interrupted];

    const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

impl fmt::Display for FeedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The marketplace took it.
    Accepted,
    /// Its answer is awaited.
    Pending,
    /// The marketplace refused it.
    Rejected,
    /// Nobody knows; it is confirmed again.
    Unknown,
    /// It had no effect; the listing is sent again with what is wanted then.
    Superseded,
    /// It was not sent, because it was refused before and nothing changed.
    Parked,
}

impl Outcome {
    /// The outcome of a stored word, and whether the marketplace confirmed the line.
    fn of(word: &str) -> Result<(Self, bool), StoreError> {
        match word {
            "accepted" => Ok((Self::Accepted, true)),
            "submitted" => Ok((Self::Accepted, false)),
            "pending" => Ok((Self::Pending, false)),
            "rejected" => Ok((Self::Rejected, false)),
            "unknown" => Ok((Self::Unknown, false)),
            "superseded" => Ok((Self::Superseded, false)),
            "parked" => Ok((Self::Parked, false)),
            _ => Err(corrupt("an outcome of another name")),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Superseded => "superseded",
            Self::Parked => "parked",
        })
    }
}

/// A feed and its sums: planned is always the sum of the outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Its number.
    pub id: FeedId,
    /// Its channel.
    pub channel: ChannelName,
    /// True-Up or Differential.
    pub kind: FeedKind,
    /// Real figures or external stock.
    pub basis: Basis,
    /// Who asked for it.
    pub cause: Cause,
    /// Where it stands.
    pub state: FeedState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// All lines.
    pub planned: u64,
    /// Lines the marketplace took.
    pub accepted: u64,
    /// Lines whose answer is awaited.
    pub pending: u64,
    /// Lines the marketplace refused.
    pub rejected: u64,
    /// Lines whose fate is not known.
    pub unknown: u64,
    /// Lines that had no effect and are sent again.
    pub superseded: u64,
    /// Lines that were not sent, because they were refused before.
    pub parked: u64,
    /// Products that were held back.
    pub held: u64,
    /// What an operator should know.
    pub message: Option<String>,
}

/// A line of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLine {
    /// The product.
    pub product_code: ProductCode,
    /// What the marketplace calls it.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// What was sent.
    pub level: Level,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the marketplace said that it is in force.
    pub is_confirmed: bool,
    /// Why, where it was not accepted.
    pub reason: Option<String>,
}

const FEEDS: &str = "SELECT f.id, c.name, f.kind, f.basis, f.cause, f.state, f.started_at, \
    f.finished_at, f.held, f.message FROM feed f JOIN channel c ON c.id = f.channel_id";

/// Lines per feed and outcome: each batch's default for all its lines, and then the exceptions, each
/// of which takes one line from its batch's default.
const SUMS: &str = "SELECT CAST({collect}({array}(feed_id, outcome, lines)) AS TEXT) FROM (\
    SELECT feed_id, default_outcome AS outcome, CAST(SUM(lines) AS BIGINT) AS lines FROM batch \
    WHERE feed_id IN {ids} GROUP BY feed_id, default_outcome \
    UNION ALL SELECT b.feed_id, b.default_outcome, -COUNT(*) FROM batch b \
    JOIN line_exception e ON e.batch_id = b.id WHERE b.feed_id IN {ids} \
    GROUP BY b.feed_id, b.default_outcome \
    UNION ALL SELECT b.feed_id, e.outcome, COUNT(*) FROM batch b \
    JOIN line_exception e ON e.batch_id = b.id WHERE b.feed_id IN {ids} \
    GROUP BY b.feed_id, e.outcome) AS s";

impl Store {
    /// The latest feeds, of one channel or of all, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn feeds(
        &self,
        channel: Option<&ChannelName>,
        limit: u64,
    ) -> Result<Vec<FeedRow>, StoreError> {
        let of_channel = if channel.is_some() { " WHERE c.name = $2" } else { "" };
        let sql = format!("{FEEDS}{of_channel} ORDER BY f.id DESC LIMIT $1");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = vec![limit.into()];
        values.extend(channel.map(|channel| Value::from(channel.as_str())));
        self.feed_rows(&sql, values).await
    }

    /// One feed.
    ///
    /// # Errors
    /// The database's.
    pub async fn feed(&self, feed: FeedId) -> Result<Option<FeedRow>, StoreError> {
        let sql = format!("{FEEDS} WHERE f.id = $1");
        Ok(self.feed_rows(&sql, vec![feed.0.into()]).await?.pop())
    }

    async fn feed_rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<FeedRow>, StoreError> {
        let work = Work::new(self.reading());
        let rows = work.all(sql, values).await?;
        let mut feeds: Vec<FeedRow> = rows.iter().map(feed_row).collect::<Result<_, _>>()?;
        let ids: Vec<FeedId> = feeds.iter().map(|feed| feed.id).collect();
        let sums: Vec<(i64, String, i64)> = work.collect(SUMS, [json(&ids)]).await?;
        let mut by_feed: BTreeMap<(i64, Outcome), i64> = BTreeMap::new();
        for (feed, word, lines) in sums {
            *by_feed.entry((feed, Outcome::of(&word)?.0)).or_default() += lines;
        }
        for feed in &mut feeds {
            feed.count(&by_feed);
        }
        Ok(feeds)
    }

    /// The products a feed held back and why, by code; the first 10,000.
    ///
    /// # Errors
    /// The database's.
    pub async fn feed_held(&self, feed: FeedId) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT p.code, h.reason FROM feed_held h JOIN product p ON p.id = h.product_id \
                   WHERE h.feed_id = $1 ORDER BY p.code LIMIT 10000";
        let rows = Work::new(self.reading()).all(sql, [feed.0.into()]).await?;
        rows.iter().map(|row| Ok((row.try_get("", "code")?, row.try_get("", "reason")?))).collect()
    }

    /// Every line of a feed, in the order of its batches.
    ///
    /// # Errors
    /// The database's.
    pub async fn feed_lines(
        &self,
        feed: FeedId,
    ) -> Result<impl Stream<Item = Result<FeedLine, StoreError>> + Send + '_, StoreError> {
        let body = match self.is_postgres() {
            true => "json_array_elements(CAST(s.body AS json)) AS j",
            false => "json_each(s.body) AS j",
        };
        let order = if self.is_postgres() { ", l.id" } else { "" };
        let cell = |at: u8, kind: &str| format!("CAST(j.value ->> {at} AS {kind})");
        let whole = |at: u8| cell(at, "BIGINT");
        let sql = format!(
            "SELECT p.code, l.part_number, l.location, {} AS quantity, {} AS on_orders, \
             {} AS backordered, {} AS available_on, {} AS discontinued, \
             COALESCE(e.outcome, b.default_outcome) AS outcome, \
             CASE WHEN e.outcome IS NULL THEN b.default_code ELSE e.code END AS code_of, \
             CASE WHEN e.outcome IS NULL THEN b.default_reason ELSE e.message END AS reason \
             FROM batch b JOIN batch_body s ON s.batch_id = b.id CROSS JOIN {body} \
             JOIN listing l ON l.id = {} JOIN product p ON p.id = l.product_id \
             LEFT JOIN line_exception e ON e.batch_id = b.id AND e.listing_id = l.id \
             WHERE b.feed_id = $1 ORDER BY b.id{order}",
            whole(2),
            whole(3),
            whole(4),
            cell(5, "TEXT"),
            whole(6),
            whole(0),
        );
        let statement = self.statement(sql, [feed.0.into()]);
        let rows = self.reading().stream_raw(statement).await?;
        Ok(rows.map_err(StoreError::from).map(|row| feed_line(&row?)))
    }
}

impl FeedRow {
    fn count(&mut self, sums: &BTreeMap<(i64, Outcome), i64>) {
        let of = |outcome| {
            let lines = sums.get(&(self.id.0, outcome)).copied().unwrap_or_default();
            u64::try_from(lines).unwrap_or_default()
        };
        let [accepted, pending, rejected] =
            [Outcome::Accepted, Outcome::Pending, Outcome::Rejected].map(of);
        let [unknown, superseded, parked] =
            [Outcome::Unknown, Outcome::Superseded, Outcome::Parked].map(of);
        (self.accepted, self.pending, self.rejected) = (accepted, pending, rejected);
        (self.unknown, self.superseded, self.parked) = (unknown, superseded, parked);
        self.planned = accepted + pending + rejected + unknown + superseded + parked;
    }
}

fn feed_row(row: &QueryResult) -> Result<FeedRow, StoreError> {
    let (kind, basis): (String, String) = (row.try_get("", "kind")?, row.try_get("", "basis")?);
    let (cause, state): (String, String) = (row.try_get("", "cause")?, row.try_get("", "state")?);
    let state = FeedState::ALL.into_iter().find(|known| known.word() == state);
    let finished_at: Option<i64> = row.try_get("", "finished_at")?;
    let held: i64 = row.try_get("", "held")?;
    let is_true_up = kind == FeedKind::TrueUp.to_string();
    Ok(FeedRow {
        id: FeedId(row.try_get("", "id")?),
        channel: name_of(row)?,
        kind: if is_true_up { FeedKind::TrueUp } else { FeedKind::Differential },
        basis: if basis == "external" { Basis::External } else { Basis::Real },
        cause: if cause == "command" { Cause::Command } else { Cause::Schedule },
        state: state.ok_or_else(|| corrupt("a feed in another state"))?,
        started_at: instant(row.try_get("", "started_at")?)?,
        finished_at: finished_at.map(instant).transpose()?,
        planned: 0,
        accepted: 0,
        pending: 0,
        rejected: 0,
        unknown: 0,
        superseded: 0,
        parked: 0,
        held: held.try_into().unwrap_or_default(),
        message: row.try_get("", "message")?,
    })
}

fn feed_line(row: &QueryResult) -> Result<FeedLine, StoreError> {
    let (code, part): (String, String) =
        (row.try_get("", "code")?, row.try_get("", "part_number")?);
    let available_on: Option<String> = row.try_get("", "available_on")?;
    let date = |text: String| text.parse::<Date>().map_err(|_| corrupt("a date"));
    let discontinued: i64 = row.try_get("", "discontinued")?;
    let outcome: String = row.try_get("", "outcome")?;
    let (outcome, is_confirmed) = Outcome::of(&outcome)?;
    let code_of: Option<String> = row.try_get("", "code_of")?;
    let reason: Option<String> = row.try_get("", "reason")?;
    Ok(FeedLine {
        product_code: code.try_into().map_err(|_| corrupt("a product code"))?,
        part_number: part.try_into().map_err(|_| corrupt("a part number"))?,
        location: location_of(row.try_get("", "location")?)?,
        level: Level {
            quantity: row.try_get("", "quantity")?,
            on_orders: row.try_get("", "on_orders")?,
            backordered: row.try_get("", "backordered")?,
            next_available_on: available_on.map(date).transpose()?,
            discontinued: discontinued != 0,
        },
        outcome,
        is_confirmed,
        reason: match (code_of, reason) {
            (Some(code), Some(reason)) => Some(format!("{code}: {reason}")),
            (code, reason) => reason.or(code),
        },
    })
}
