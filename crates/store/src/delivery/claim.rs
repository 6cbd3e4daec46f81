//! Claiming: the durable intent to send certain lines.

use jiff::Timestamp;
use sea_orm::Value;
use trueup_delivery::{BatchId, ListingId, Priority, mutant};

use super::batch::{ClaimedBatch, ClaimedLine, NamedLine, insert};
use super::journal::{SHARED, head, note_all};
use super::kept::claimed;
use super::left_out::doubt;
use super::time::{kept, micros};
use super::waiting::Waiting;
use super::words::Work;
use crate::leases::fence_send;
use crate::sql::json;
use crate::{Durability, FeedId, Lease, Store, StoreError};

/// Which lines to claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// At most so many lines per batch.
    pub limit: usize,
    /// Due lines, or all of them in turn.
    pub selection: Claimable,
    /// Whether the lines of a batch must be of one marketplace location: that of its first line. A
    /// walk then passes over the other locations' lines; walking again from the start finds them,
    /// until there is no batch.
    pub is_one_location: bool,
    /// Whether a person asks, so that lines that wait for their next try are claimed as well; each
    /// once per feed.
    pub is_urgent: bool,
    /// Claims lines that were due by then. The start of the feed, so that none is claimed twice
    /// because it failed.
    pub due_by: Timestamp,
    /// Lines that wait for a person's word and are passed over.
    pub waiting: Waiting,
    /// The last instant at which the request may begin or end; part of the record, so that a
    /// successor knows how long a lost sender could still send.
    pub deadline: Timestamp,
}

/// Due lines, or all of them in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimable {
    /// What is due, what may oversell first.
    Due,
    /// Every listing after this one, in the order of their keys, that is not held, in flight, retired or
    /// in this feed already. Parked ones only once their time for another try has come.
    Walk {
        /// Where the last batch ended.
        after: ListingId,
    },
}

impl Store {
    /// Claims the next lines of a feed; `None` where there are none. Durable: what is claimed and
    /// not answered counts as sent.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    pub async fn claim(
        &self,
        lease: &Lease,
        feed: FeedId,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Option<ClaimedBatch>, StoreError> {
        Ok(self.claim_many(lease, feed, claim, 1, now).await?.pop())
    }

    /// Claims up to so many batches in one durable transaction, which saves most of a long feed's
    /// waiting for the disk. All of them count as sent until answered, so that an interruption
    /// leaves that many more lines to confirm.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    pub async fn claim_many(
        &self,
        lease: &Lease,
        feed: FeedId,
        claim: &Claim,
        batches_max: usize,
        now: Timestamp,
    ) -> Result<Vec<ClaimedBatch>, StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence_send(&work, lease).await?;
        let mut claim = claim.clone();
        let mut batches = Vec::new();
        while batches.len() < batches_max {
            let lines = pick(&work, lease, feed, &claim, now).await?;
            let Some(last) = lines.last() else { break };
            if let Claimable::Walk { after } = &mut claim.selection {
                *after = last.listing;
            }
            let taking = Taking { lease, feed, deadline: claim.deadline, is_whole: false, now };
            batches.push(taking.take(&work, lines).await?);
        }
        if batches.is_empty() {
            return Ok(batches);
        }
        fail::fail_point!("before_t2");
        if !mutant!(ClaimsUnrecorded) {
            transaction.commit().await?;
        }
        Ok(batches)
    }
}

/// What a batch is claimed for.
#[derive(Debug)]
pub(crate) struct Taking<'a> {
    pub(crate) lease: &'a Lease,
    pub(crate) feed: FeedId,
    pub(crate) deadline: Timestamp,
    /// Whether an absent line means 0.
    pub(crate) is_whole: bool,
    pub(crate) now: Timestamp,
}

impl Taking<'_> {
    /// Puts lines in flight in a new batch.
    pub(crate) async fn take(
        &self,
        work: &Work<'_>,
        lines: Vec<ClaimedLine>,
    ) -> Result<ClaimedBatch, StoreError> {
        let Self { lease, now, .. } = *self;
        let ids: Vec<i64> = lines.iter().map(|line| line.listing.0).collect();
        doubt(work, lease.channel(), &ids, now).await?;
        let (batch, body) = insert(work, self, lines).await?;
        self.put_in_flight(work, batch.id, &ids).await?;
        let inputs = head(work, SHARED).await?;
        let news = vec![claimed(lease.channel(), lease.epoch(), &batch, &body, &inputs)];
        note_all(work, Some(lease.channel()), news, now).await?;
        Ok(batch)
    }

    async fn put_in_flight(
        &self,
        work: &Work<'_>,
        batch: BatchId,
        ids: &[i64],
    ) -> Result<(), StoreError> {
        let whole = if self.is_whole { "whole_batch_id = $2, " } else { "" };
        let sql = format!(
            "UPDATE delivery SET state = 2, batch_id = $2, {whole}feed_id = $3, \
             park_reason = NULL, park_fingerprint = NULL WHERE listing_id IN {{ids}}"
        );
        work.run(&sql, [json(&ids), batch.0.into(), self.feed.0.into()]).await?;
        Ok(())
    }
}

async fn pick(
    work: &Work<'_>,
    lease: &Lease,
    feed: FeedId,
    claim: &Claim,
    now: Timestamp,
) -> Result<Vec<ClaimedLine>, StoreError> {
    let lines = query(work, lease, feed, claim, now, None).await?;
    let Some(first) = lines.first().filter(|_| claim.is_one_location) else { return Ok(lines) };
    if lines.iter().all(|line| line.location == first.location) {
        return Ok(lines);
    }
    let location = super::batch::location_text(first.location.as_ref()).to_owned();
    query(work, lease, feed, claim, now, Some(location)).await
}

async fn query(
    work: &Work<'_>,
    lease: &Lease,
    feed: FeedId,
    claim: &Claim,
    now: Timestamp,
    location: Option<String>,
) -> Result<Vec<ClaimedLine>, StoreError> {
    let mut only = claim.waiting.others();
    if location.is_some() {
        only.push_str(HERE);
    }
    if lease.effect().adds() {
        only.push_str(&settled(micros(now)));
    }
    let (picked, bound) = match claim.selection {
        Claimable::Due => (due(claim.is_urgent, &only), micros(claim.due_by)),
        Claimable::Walk { after } => (walk(micros(now), &only), after.0),
    };
    let limit = i64::try_from(claim.limit.max(1)).unwrap_or(i64::MAX);
    let mut values: Vec<Value> =
        vec![lease.channel().0.into(), bound.into(), limit.into(), feed.0.into()];
    values.extend(location.map(Value::from));
    let sql = format!(
        "SELECT CAST({{collect}}({{array}}(k.priority, k.not_before, {NAMED_LINE})) AS TEXT) \
         FROM ({picked}) AS k JOIN delivery d ON d.listing_id = k.listing_id \
         JOIN listing l ON l.id = k.listing_id"
    );
    let mut lines: Vec<(i64, i64, NamedLine)> = work.collect(&sql, values).await?;
    lines.sort_by_key(|(priority, not_before, line)| (*priority, *not_before, line.3.0));
    lines.into_iter().map(|(_, _, line)| ClaimedLine::named(line)).collect()
}

/// The wanted line of listing `l` and delivery `d`, as JSON.
pub(crate) const NAMED_LINE: &str = "{array}(l.part_number, l.location, l.remote_id, \
    {array}(d.listing_id, d.want_generation, d.want_quantity, d.want_on_orders, \
    d.want_backordered, d.want_available_on, d.want_discontinued))";

/// Each priority is a range of its own in the index, so that lines that wait are never looked at.
fn due(is_urgent: bool, only: &str) -> String {
    let when = match is_urgent {
        true => "(not_before <= $2 OR feed_id IS NULL OR feed_id <> $4)",
        false => "not_before <= $2 AND $4 = $4",
    };
    let arms = Priority::ALL.map(|priority| {
        let priority = priority.to_number();
        format!(
            "SELECT * FROM (SELECT listing_id, priority, not_before FROM delivery \
             WHERE channel_id = $1 AND state = 1 AND is_held = 0 AND priority = {priority} AND {when}{only} \
             ORDER BY not_before, listing_id LIMIT $3 {{skipping}}) AS p{priority}"
        )
    });
    let arms = arms.join(" UNION ALL ");
    format!("{arms} ORDER BY priority, not_before, listing_id LIMIT $3")
}

fn walk(now: i64, only: &str) -> String {
    let states = if mutant!(ClaimsTwice) { "0, 1, 2" } else { "0, 1" };
    format!(
        "SELECT listing_id, 0 AS priority, 0 AS not_before FROM delivery \
         WHERE channel_id = $1 AND listing_id > $2 \
         AND is_held = 0 AND (state IN ({states}) OR (state = 3 AND not_before <= {now})) \
         AND (feed_id IS NULL OR feed_id <> $4){only} ORDER BY listing_id LIMIT $3 {{skipping}}"
    )
}

/// Of one location alone.
const HERE: &str =
    " AND EXISTS (SELECT 1 FROM listing h WHERE h.id = delivery.listing_id AND h.location = $5)";

/// Only those of which no send can still land: a difference computed before would be wrong.
fn settled(now: i64) -> String {
    format!(
        " AND NOT EXISTS (SELECT 1 FROM suspect s WHERE s.listing_id = delivery.listing_id \
         AND s.settle_until > {now})"
    )
}
