//! The history of feeds.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use sea_orm::{QueryResult, Value};
use serde::Serialize;
use trueup_marketplace::FeedKind;
use trueup_stock::{Basis, ChannelName};

use crate::delivery::Cause;
use crate::delivery::channels::name_of;
use crate::delivery::time::instant;
use crate::delivery::words::{Work, corrupt};
use crate::feed_lines::Outcome;
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
    /// Part of it, or all, waits for a person.
    Held,
    /// It was held. What it held was approved and sent, or is not wanted any more.
    Released,
}

impl FeedState {
    const ALL: [Self; 6] =
        [Self::Running, Self::Done, Self::Failed, Self::Interrupted, Self::Held, Self::Released];

    const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Held => "held",
            Self::Released => "released",
        }
    }
}

impl fmt::Display for FeedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
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
