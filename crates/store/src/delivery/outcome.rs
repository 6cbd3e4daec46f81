//! Recording what became of the lines of a batch.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{Event, ListingId, Parked, mutant};

use super::batch::{ClaimedBatch, ClaimedLine};
use super::fate::{BatchOutcome, LineOutcome, Recorded};
use super::journal::{About, note, note_all};
use super::kept::answered;
use super::left_out::{end, lands_until};
use super::row::Row;
use super::rows::{Change, load};
use super::settled::save_outcomes;
use super::time::{kept, micros};
use super::words::Work;
use crate::sql::json;
use crate::{Durability, Lease, Store, StoreError};

/// How long a parked listing waits until a True-Up tries it again.
const PROBE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// How often in a row an outdated line is planned again by the same feed.
const REPLANS_MAX: u32 = 2;
/// Due before any feed began.
const AT_ONCE: Timestamp = Timestamp::UNIX_EPOCH;

/// What turns an outcome into an event.
struct Reading<'a> {
    fingerprint: i64,
    retry_at: &'a (dyn Fn(u32) -> Timestamp + Sync),
    settle: SignedDuration,
    now: Timestamp,
}

impl Reading<'_> {
    fn event(
        &self,
        row: &Row,
        batch: &ClaimedBatch,
        line: &ClaimedLine,
        as_: &LineOutcome,
    ) -> Event {
        let (sent, now) = (batch.sent(line), self.now);
        let not_before = || kept((self.retry_at)(row.listing.attempts.saturating_add(1)));
        match as_ {
            LineOutcome::Accepted { .. } => Event::Accepted { sent, now },
            LineOutcome::Rejected { code, message } => {
                let probe_at = now.saturating_add(PROBE_AFTER).unwrap_or(Timestamp::MAX);
                let (reason, fingerprint) = (format!("{code}: {message}"), self.fingerprint);
                let parked = Parked { reason, fingerprint, probe_at: kept(probe_at) };
                Event::Rejected { sent, parked, now }
            }
            LineOutcome::NotApplied { .. } => Event::NotApplied { sent, not_before: not_before() },
            LineOutcome::Outdated { .. } => {
                let is_patient = row.listing.attempts < REPLANS_MAX;
                let not_before = if is_patient { AT_ONCE } else { not_before() };
                Event::NotApplied { sent, not_before }
            }
            LineOutcome::Unknown { .. } => {
                Event::Unknown { sent, now, settle: self.settle, not_before: not_before() }
            }
        }
    }
}

impl Store {
    /// Records that a batch is worked on under a ticket: its lines stay in flight, except those the
    /// outcome singles out, whose fate is recorded at once. The outcome's default is not looked at.
    ///
    /// # Errors
    /// The database's.
    #[expect(clippy::too_many_arguments, reason = "the same as record_outcome, and a ticket")]
    pub async fn record_ticket(
        &self,
        lease: &Lease,
        batch: &ClaimedBatch,
        ticket: &str,
        outcome: &BatchOutcome,
        fingerprint: i64,
        retry_at: &(dyn Fn(u32) -> Timestamp + Sync),
        settle: SignedDuration,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        let sql = "UPDATE batch SET state = 'ticket', ticket = $3, handle = COALESCE($4, handle) \
                   WHERE id = $1 AND epoch = $2 AND finished_at IS NULL";
        let handle = outcome.handle.clone();
        let values = [batch.id.0.into(), lease.epoch().into(), ticket.into(), handle.into()];
        let recorded = if work.run(sql, values).await? == 0 {
            Recorded::LateNews
        } else {
            let reading = Reading { fingerprint, retry_at, settle, now };
            let listings: Vec<ListingId> = outcome.exceptions.keys().copied().collect();
            let rows = load(
                &work,
                "listing_id IN {ids} AND batch_id = $2 AND state = 2",
                [json(&listings), batch.id.0.into()],
            );
            move_lines(&work, batch, outcome, &reading, rows.await?).await?;
            Recorded::Done
        };
        journal(&work, lease, batch, recorded, "batch_ticket", now).await?;
        fail::fail_point!("before_t3");
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Records the fate of every line of a batch, once. Not made durable by itself: where it is
    /// lost, the lines are confirmed again.
    ///
    /// `retry_at` is asked with the failed sends of a listing in a row, at least 1; `settle` is how
    /// long a send that was given up could still take effect; `fingerprint` is what a refusal is
    /// about beside the numbers.
    ///
    /// # Errors
    /// The database's.
    #[expect(clippy::too_many_arguments, reason = "one call per transaction")]
    pub async fn record_outcome(
        &self,
        lease: &Lease,
        batch: &ClaimedBatch,
        outcome: &BatchOutcome,
        fingerprint: i64,
        retry_at: &(dyn Fn(u32) -> Timestamp + Sync),
        settle: SignedDuration,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Relaxed).await?;
        let work = Work::new(&*transaction);
        let recorded = if finish(&work, lease, batch, outcome, now).await? {
            end(&work, batch.id, lands_until(outcome, settle, now), now).await?;
            let reading = Reading { fingerprint, retry_at, settle, now };
            let rows = load(&work, "batch_id = $1 AND state = 2", [batch.id.0.into()]).await?;
            move_lines(&work, batch, outcome, &reading, rows).await?;
            Recorded::Done
        } else {
            Recorded::LateNews
        };
        journal(&work, lease, batch, recorded, "batch_answered", now).await?;
        fail::fail_point!("before_t3");
        transaction.commit().await?;
        Ok(recorded)
    }
}

/// Gives a batch its outcome; whether it had none and is still the lease's.
async fn finish(
    work: &Work<'_>,
    lease: &Lease,
    batch: &ClaimedBatch,
    outcome: &BatchOutcome,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let own = if mutant!(NoEpochCheck) { "$2 = $2" } else { "epoch = $2" };
    let sql = format!(
        "UPDATE batch SET state = 'done', finished_at = $3, default_outcome = $4, \
         default_code = $5, default_reason = $6, handle = COALESCE($7, handle) \
         WHERE id = $1 AND {own} AND finished_at IS NULL"
    );
    let (word, code, reason) = outcome.default.texts();
    let values = [
        batch.id.0.into(),
        lease.epoch().into(),
        micros(now).into(),
        word.into(),
        code.into(),
        reason.into(),
        outcome.handle.clone().into(),
    ];
    Ok(work.run(&sql, values).await? > 0)
}

async fn move_lines(
    work: &Work<'_>,
    batch: &ClaimedBatch,
    outcome: &BatchOutcome,
    reading: &Reading<'_>,
    rows: Vec<Row>,
) -> Result<(), StoreError> {
    let lines: HashMap<ListingId, &ClaimedLine> =
        batch.lines.iter().map(|line| (line.listing, line)).collect();
    let moved = rows.into_iter().filter_map(|row| {
        let line = lines.get(&row.id)?;
        let fate = outcome.exceptions.get(&row.id).unwrap_or(&outcome.default);
        if mutant!(StopsAtFirstBadLine) && !outcome.exceptions.is_empty() {
            outcome.exceptions.get(&row.id)?;
        }
        let event = reading.event(&row, batch, line, fate);
        Change::of(row, event, reading.now)
    });
    save_outcomes(work, batch.id, moved.collect(), reading.now).await?;
    add_exceptions(work, batch, outcome, &lines).await?;
    add_remote_ids(work, outcome, &lines).await
}

/// A line keeps the first outcome that is recorded for it.
async fn add_exceptions(
    work: &Work<'_>,
    batch: &ClaimedBatch,
    outcome: &BatchOutcome,
    lines: &HashMap<ListingId, &ClaimedLine>,
) -> Result<(), StoreError> {
    let own = outcome.exceptions.iter().filter(|(listing, _)| lines.contains_key(listing));
    let rows: Vec<_> = own.map(|(listing, fate)| (listing, fate.texts())).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO line_exception (batch_id, listing_id, outcome, code, message) \
               SELECT $2, CAST(j.value ->> 0 AS BIGINT), j.value -> 1 ->> 0, j.value -> 1 ->> 1, \
               j.value -> 1 ->> 2 FROM {rows} WHERE true ON CONFLICT DO NOTHING";
    work.run(sql, [json(&rows), batch.id.0.into()]).await?;
    Ok(())
}

async fn add_remote_ids(
    work: &Work<'_>,
    outcome: &BatchOutcome,
    lines: &HashMap<ListingId, &ClaimedLine>,
) -> Result<(), StoreError> {
    let own = outcome.remote_ids.iter().filter(|(listing, _)| lines.contains_key(listing));
    let rows: Vec<_> = own.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE listing SET remote_id = j.value ->> 1 FROM {rows} \
               WHERE listing.id = CAST(j.value ->> 0 AS BIGINT)";
    work.run(sql, [json(&rows)]).await?;
    Ok(())
}

async fn journal(
    work: &Work<'_>,
    lease: &Lease,
    batch: &ClaimedBatch,
    recorded: Recorded,
    event: &'static str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let channel = lease.channel();
    match recorded {
        Recorded::Done => {
            let news = vec![answered(work, channel, batch.id.0, event).await?];
            note_all(work, Some(channel), news, now).await
        }
        Recorded::LateNews => note(work, about(lease, batch), "batch_late", &batch.key, now).await,
    }
}

/// The batch as what an entry is about.
pub(crate) const fn about(lease: &Lease, batch: &ClaimedBatch) -> About {
    About { channel: Some(lease.channel()), feed: Some(batch.feed), batch: Some(batch.id.0) }
}
