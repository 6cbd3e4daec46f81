//! Opening and closing feeds.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json as facts;
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;

use super::batch::{BodyLine, insert_body, next_id};
use super::journal::{About, News, note_all};
use super::kept::answer_facts;
use super::schedules::planned_in;
use super::time::{kept, micros};
use super::words::Work;
use crate::leases::fence;
use crate::sql::json;
use crate::{ChannelId, Durability, FeedId, Lease, Store, StoreError};

/// A feed about to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewFeed {
    /// True-Up or Differential.
    pub kind: FeedKind,
    /// Real figures or external stock.
    pub basis: Basis,
    /// Who asked for it.
    pub cause: Cause,
}

/// Who asked for a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The channel's schedule.
    Schedule,
    /// A person.
    Command,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Schedule => "schedule",
            Self::Command => "command",
        })
    }
}

/// How a feed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedEnd {
    /// Everything that was to be sent was sent.
    Done,
    /// It gave up; what was not sent stays due.
    Failed,
    /// Part of it, or all, waits for a person.
    Held,
}

impl FeedEnd {
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Held => "held",
        }
    }
}

/// The text of a basis.
pub(crate) const fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Real => "real",
        Basis::External => "external",
    }
}

/// Parked listings that were not part of a feed, with their reasons.
type Passed = (BodyLine, String);

impl Store {
    /// Opens a feed.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    pub async fn open_feed(
        &self,
        lease: &Lease,
        new: NewFeed,
        now: Timestamp,
    ) -> Result<FeedId, StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Relaxed).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let sql = "INSERT INTO feed (channel_id, kind, basis, cause, state, epoch, started_at, held) \
                   VALUES ($1, $2, $3, $4, 'running', $5, $6, 0) RETURNING id";
        let values = [
            lease.channel().0.into(),
            new.kind.to_string().into(),
            basis_word(new.basis).into(),
            new.cause.to_string().into(),
            lease.epoch().into(),
            micros(now).into(),
        ];
        let feed = FeedId(work.number(sql, values).await?);
        let about = About { channel: Some(lease.channel()), feed: Some(feed), batch: None };
        let facts = facts!({
            "kind": new.kind.to_string(), "basis": basis_word(new.basis),
            "cause": new.cause.to_string(), "epoch": lease.epoch(),
        });
        let news = vec![about.news("feed_opened", &facts)];
        note_all(&work, Some(lease.channel()), news, now).await?;
        transaction.commit().await?;
        Ok(feed)
    }

    /// Closes a feed, and notes the run of the schedule that it was. Parked listings that a True-Up
    /// passed over become lines of it, so that it accounts for every listing. Not made durable by
    /// itself.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    #[expect(clippy::too_many_arguments, reason = "one call per transaction")]
    pub async fn close_feed(
        &self,
        lease: &Lease,
        feed: FeedId,
        end: FeedEnd,
        held: u64,
        message: Option<&str>,
        planned: Option<(&str, Timestamp)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Relaxed).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let sql = "UPDATE feed SET state = $3, finished_at = $4, held = $5, message = $6 \
                   WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING kind";
        let values = [
            feed.0.into(),
            lease.epoch().into(),
            end.word().into(),
            micros(now).into(),
            i64::try_from(held).unwrap_or(i64::MAX).into(),
            message.into(),
        ];
        let mut news = Vec::new();
        if let Some(row) = work.first(sql, values).await? {
            let kind: String = row.try_get("", "kind")?;
            if end == FeedEnd::Done && kind == FeedKind::TrueUp.to_string() {
                news.extend(pass_parked(&work, lease, feed, now).await?);
            }
            let about = About { channel: Some(lease.channel()), feed: Some(feed), batch: None };
            let facts = facts!({ "state": end.word(), "held": held, "message": message });
            news.push(about.news("feed_closed", &facts));
        }
        if let Some((schedule, at)) = planned {
            planned_in(&work, lease.channel(), schedule, at, 0).await?;
        }
        note_all(&work, Some(lease.channel()), news, now).await?;
        fail::fail_point!("before_t4");
        transaction.commit().await
    }
}

/// Makes the parked listings that a True-Up did not send a batch of its own, which nobody sends.
async fn pass_parked(
    work: &Work<'_>,
    lease: &Lease,
    feed: FeedId,
    now: Timestamp,
) -> Result<Option<News>, StoreError> {
    let passed = passed(work, lease.channel(), feed).await?;
    if passed.is_empty() {
        return Ok(None);
    }
    let id = next_id(work).await?;
    let (channel, epoch) = (lease.channel().0, lease.epoch());
    let sql = "INSERT INTO batch (id, feed_id, channel_id, epoch, batch_key, state, started_at, \
               deadline, finished_at, lines, default_outcome) \
               VALUES ($1, $2, $3, $4, $5, 'done', $6, $6, $6, $7, 'parked')";
    let count = i64::try_from(passed.len()).unwrap_or(i64::MAX);
    let values = [
        id.into(),
        feed.0.into(),
        channel.into(),
        epoch.into(),
        format!("parked{channel}-{epoch}-{id}").into(),
        micros(now).into(),
        count.into(),
    ];
    work.run(sql, values).await?;
    let body: Vec<&BodyLine> = passed.iter().map(|(line, _)| line).collect();
    let digest = insert_body(work, id, &body).await?;
    let reasons: Vec<(i64, &str)> =
        passed.iter().map(|(line, reason)| (line.0, reason.as_str())).collect();
    let sql = "INSERT INTO line_exception (batch_id, listing_id, outcome, message) \
               SELECT $2, CAST(j.value ->> 0 AS BIGINT), 'parked', j.value ->> 1 FROM {rows}";
    work.run(sql, [json(&reasons), id.into()]).await?;
    let mut facts = answer_facts(work, id).await?;
    facts["body"] = digest.into();
    let about = About { channel: Some(lease.channel()), feed: Some(feed), batch: Some(id) };
    Ok(Some(about.news("batch_parked", &facts)))
}

async fn passed(
    work: &Work<'_>,
    channel: ChannelId,
    feed: FeedId,
) -> Result<Vec<Passed>, StoreError> {
    let sql = "SELECT CAST({collect}({array}({array}(listing_id, want_generation, want_quantity, \
               want_on_orders, want_backordered, want_available_on, want_discontinued), \
               COALESCE(park_reason, ''))) AS TEXT) FROM delivery \
               WHERE channel_id = $1 AND state = 3 AND (feed_id IS NULL OR feed_id <> $2)";
    work.collect(sql, [channel.0.into(), feed.0.into()]).await
}
