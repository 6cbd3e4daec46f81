//! Flags against values: one pass over the rows of a channel.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::Suspect;

use super::report::Defects;
use crate::delivery::time::{kept, micros};
use crate::delivery::words::Work;
use crate::leases::fence;
use crate::sql::json;
use crate::{Durability, Lease, Store, StoreError};

/// Rows that are healed at a time.
const ROWS: usize = 5_000;

/// Whatever waits longer than this, and than twice its settle time, waits for nothing.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(48);

/// Whether what was acknowledged is not what is wanted.
const DIFFERS: &str = "(d.ack_quantity IS DISTINCT FROM d.want_quantity \
    OR d.ack_on_orders IS DISTINCT FROM d.want_on_orders \
    OR d.ack_backordered IS DISTINCT FROM d.want_backordered \
    OR d.ack_available_on IS DISTINCT FROM d.want_available_on \
    OR d.ack_discontinued IS DISTINCT FROM d.want_discontinued)";

const DOUBTED: &str = "d.listing_id IN (SELECT s.listing_id FROM suspect s)";

/// Whether it waits for the end of a True-Up that it is not in and that is under way.
const ATTENDED: &str = "EXISTS (SELECT 1 FROM suspect s JOIN batch b ON b.id = s.batch_id \
    WHERE s.listing_id = d.listing_id AND s.settle_until = d.not_before \
    AND b.finished_at IS NULL)";

/// Why a row is wrong, or `NULL`. `$2` is the last instant that anything may wait for.
fn defect() -> String {
    format!(
        "CASE d.state \
         WHEN 0 THEN CASE WHEN d.want_is_last <> 0 OR {DIFFERS} OR {DOUBTED} \
         THEN 'false_clean' END \
         WHEN 1 THEN CASE \
         WHEN d.priority NOT IN (0, 1, 2, 3, 4) OR d.not_before > $2 AND NOT {ATTENDED} THEN 'out_of_reach' \
         WHEN d.priority <> 4 AND (d.want_is_last <> 0 AND d.ack_quantity IS NULL \
         OR NOT {DIFFERS}) AND NOT {DOUBTED} THEN 'due_without_reason' END \
         WHEN 2 THEN CASE WHEN NOT EXISTS (SELECT 1 FROM batch b WHERE b.id = d.batch_id \
         AND b.channel_id = d.channel_id AND b.finished_at IS NULL) THEN 'lost_in_flight' END \
         WHEN 3 THEN CASE WHEN d.park_reason IS NULL THEN 'parked_without_reason' END \
         WHEN 4 THEN CASE WHEN d.want_is_last = 0 OR (d.ack_quantity IS NOT NULL AND {DIFFERS}) \
         OR {DOUBTED} THEN 'false_retired' END \
         ELSE 'unknown_state' END"
    )
}

impl Store {
    /// Holds the flags of every listing of a channel against its values, and heals what is wrong.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    pub async fn audit_flags(&self, lease: &Lease, now: Timestamp) -> Result<Defects, StoreError> {
        let now = kept(now);
        let mut defects = Defects::default();
        loop {
            let transaction = self.write(Durability::Full).await?;
            let work = Work::new(&*transaction);
            fence(&work, lease).await?;
            let auditing = Auditing { work: &work, channel: lease.channel().0, now };
            let found = auditing.found().await?;
            if found.is_empty() {
                return Ok(defects);
            }
            auditing.heal(&found).await?;
            transaction.commit().await?;
            let is_last = found.len() < ROWS;
            for (_, defect, product) in found {
                defects.add(&defect, product);
            }
            if is_last {
                return Ok(defects);
            }
        }
    }
}

/// A listing, its defect, and its product's code.
type Found = (i64, String, String);

struct Auditing<'a> {
    work: &'a Work<'a>,
    channel: i64,
    now: Timestamp,
}

impl Auditing<'_> {
    async fn found(&self) -> Result<Vec<Found>, StoreError> {
        let settle = "SELECT settle_seconds FROM channel WHERE id = $1";
        let settle = self.work.number(settle, [self.channel.into()]).await?;
        let wait = WAIT_MAX.max(SignedDuration::from_secs(settle.saturating_mul(2)));
        let until = self.now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let sql = format!(
            "SELECT CAST({{collect}}({{array}}(f.listing_id, f.defect, p.code)) AS TEXT) FROM (\
             SELECT * FROM (SELECT d.listing_id, {} AS defect FROM delivery d \
             WHERE d.channel_id = $1) AS g WHERE g.defect IS NOT NULL \
             ORDER BY g.listing_id LIMIT {ROWS}) AS f JOIN listing l ON l.id = f.listing_id \
             JOIN product p ON p.id = l.product_id",
            defect()
        );
        self.work.collect(&sql, [self.channel.into(), micros(until).into()]).await
    }

    async fn heal(&self, found: &[Found]) -> Result<(), StoreError> {
        let of = |defects: &[&str]| -> Vec<i64> {
            let of_these = found.iter().filter(|(_, defect, _)| defects.contains(&defect.as_str()));
            of_these.map(|(listing, ..)| *listing).collect()
        };
        self.doubt(&of(&["unknown_state", "lost_in_flight"])).await?;
        self.settle(&of(&["out_of_reach"])).await?;
        self.rest(&of(&["due_without_reason"])).await?;
        let due = [
            "unknown_state",
            "lost_in_flight",
            "false_clean",
            "false_retired",
            "out_of_reach",
            "parked_without_reason",
        ];
        self.set_due(&of(&due)).await
    }

    /// What was in flight may have taken effect, or may still do so.
    async fn doubt(&self, listings: &[i64]) -> Result<(), StoreError> {
        let sql = "INSERT INTO suspect (listing_id, batch_id, quantity, settle_until) \
            SELECT d.listing_id, COALESCE(d.batch_id, 0), d.want_quantity, \
            $2 + c.settle_seconds * 1000000 FROM delivery d JOIN channel c ON c.id = d.channel_id \
            WHERE d.listing_id IN {ids} ON CONFLICT (listing_id, batch_id) DO UPDATE SET \
            settle_until = excluded.settle_until";
        self.run(sql, listings).await
    }

    /// Whatever such a listing waits for is not under way any more.
    async fn settle(&self, listings: &[i64]) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE suspect SET settle_until = $2 WHERE listing_id IN {{ids}} \
             AND settle_until = {} AND batch_id NOT IN (\
             SELECT id FROM batch WHERE finished_at IS NULL)",
            micros(Suspect::UNDER_WAY)
        );
        self.run(&sql, listings).await
    }

    async fn rest(&self, listings: &[i64]) -> Result<(), StoreError> {
        let sql = "UPDATE delivery SET state = CASE WHEN want_is_last <> 0 THEN 4 ELSE 0 END, \
            batch_id = NULL, due_since = NULL WHERE listing_id IN {ids} AND CAST($2 AS BIGINT) = $2";
        self.run(sql, listings).await
    }

    /// What is certain is only confirmed; what may oversell goes first.
    async fn set_due(&self, listings: &[i64]) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE delivery AS d SET state = 1, not_before = $2, attempts = 0, batch_id = NULL, \
             feed_id = NULL, park_reason = NULL, park_fingerprint = NULL, \
             due_since = COALESCE(due_since, $2), priority = CASE \
             WHEN NOT {DIFFERS} AND NOT {DOUBTED} THEN 4 \
             WHEN ack_quantity > want_quantity AND want_quantity = 0 THEN 0 \
             WHEN ack_quantity > want_quantity THEN 1 ELSE 2 END WHERE d.listing_id IN {{ids}}"
        );
        self.run(&sql, listings).await
    }

    async fn run(&self, sql: &str, listings: &[i64]) -> Result<(), StoreError> {
        if !listings.is_empty() {
            self.work.run(sql, [json(&listings), micros(self.now).into()]).await?;
        }
        Ok(())
    }
}
