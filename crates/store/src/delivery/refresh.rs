//! From changed inputs to wanted levels.

use std::fmt;

use jiff::Timestamp;
use sea_orm::DatabaseTransaction;
use trueup_delivery::mutant;
use trueup_stock::{Candidate, DemandProfile, Held, Wanted};

use super::journal::{About, SHARED, head, note_all};
use super::reconcile::{Planned, reconcile};
use super::time::kept;
use super::words::Work;
use crate::candidates::candidates_of;
use crate::leases::{fence, require_terms};
use crate::sql::json;
use crate::{ChannelId, Durability, Lease, Store, StoreError};

/// How many held products of a feed are kept by name.
const HELD_MAX: i64 = 10_000;

/// The products on channel `$1`, or with a listing there, after `$2`; at most `$3`. Each half is cut
/// before the two are joined, so that neither is read whole.
pub(crate) const EVERYTHING: &str = "SELECT CAST({collect}(product_id) AS TEXT) FROM (\
    SELECT product_id FROM (SELECT product_id FROM opt_in WHERE channel_id = $1 \
    AND product_id > $2 ORDER BY product_id LIMIT $3) AS o \
    UNION SELECT product_id FROM (SELECT DISTINCT product_id FROM listing \
    WHERE channel_id = $1 AND product_id > $2 ORDER BY product_id LIMIT $3) AS l \
    ORDER BY product_id LIMIT $3) AS p";

/// What a channel should show of a product, as its terms say.
pub type Planner<'a> = dyn Fn(&Candidate) -> Result<Vec<Wanted>, Held> + Sync + 'a;

/// Which products to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// Those that are marked.
    Dirty {
        /// At most so many.
        limit: usize,
    },
    /// Every product that is opted in to the channel or has a listing there.
    Everything {
        /// After this one; `None` for the first step.
        after: Option<i64>,
        /// At most so many.
        limit: usize,
    },
}

/// What a refresh did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Products that were computed.
    pub products: u64,
    /// Listings whose wanted level changed, and new ones.
    pub changed: u64,
    /// Products that are on the channel and held back.
    pub held: u64,
    /// Where the next step of [`Refresh::Everything`] goes on; `None` after the last.
    pub next: Option<i64>,
}

impl Refreshed {
    /// From which inputs and by which rules levels changed.
    async fn note(
        &self,
        work: &Work<'_>,
        lease: &Lease,
        fingerprint: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Self { products, changed, held, .. } = self;
        if *changed == 0 {
            return Ok(());
        }
        let inputs = head(work, SHARED).await?;
        let facts = serde_json::json!({
            "products": products, "changed": changed, "held": held, "rules": fingerprint,
            "inputs": inputs,
        });
        let news = vec![About::channel(lease.channel()).news("levels_changed", &facts)];
        note_all(work, Some(lease.channel()), news, now).await
    }
}

/// What wanted levels are computed with.
#[derive(Clone, Copy)]
pub(crate) struct Computing<'a> {
    pub(crate) profile: DemandProfile,
    pub(crate) planner: &'a Planner<'a>,
    pub(crate) fingerprint: i64,
    pub(crate) now: Timestamp,
}

impl fmt::Debug for Computing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Computing").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl Store {
    /// Computes what a channel should show of some products and notes it, with priorities. A mark
    /// is taken before the inputs are read, in one durable transaction: a change that is committed
    /// later leaves a new mark, and one committed earlier is read.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], [`crate::StoreErrorKind::Outdated`], or the database's.
    pub async fn refresh(
        &self,
        lease: &Lease,
        scope: Refresh,
        profile: DemandProfile,
        planner: &Planner<'_>,
        fingerprint: i64,
        now: Timestamp,
    ) -> Result<Refreshed, StoreError> {
        let computing = Computing { profile, planner, fingerprint, now: kept(now) };
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let refreshing = Refreshing { work: &work, connection: &transaction };
        let refreshed = refreshing.step(lease.channel(), Some(lease), scope, computing).await?;
        if refreshed.products > 0 {
            refreshed.note(&work, lease, fingerprint, computing.now).await?;
            fail::fail_point!("before_t1");
            transaction.commit().await?;
        }
        Ok(refreshed)
    }
}

/// A refresh within a transaction.
#[derive(Debug)]
pub(crate) struct Refreshing<'a> {
    pub(crate) work: &'a Work<'a>,
    pub(crate) connection: &'a DatabaseTransaction,
}

impl Refreshing<'_> {
    /// Computes the products of a scope. Without a lease nothing is noted of held ones.
    pub(crate) async fn step(
        &self,
        channel: ChannelId,
        lease: Option<&Lease>,
        scope: Refresh,
        computing: Computing<'_>,
    ) -> Result<Refreshed, StoreError> {
        if let Some(lease) = lease {
            require_terms(self.work, lease).await?;
        }
        let (products, next) = self.products(channel, scope).await?;
        if mutant!(TakesMarksApart) {
            self.work.run("COMMIT; BEGIN", []).await?;
        }
        if products.is_empty() {
            return Ok(Refreshed::default());
        }
        let candidates = candidates_of(self.connection, channel, &products, computing.profile);
        let candidates = candidates.await?;
        let plan = |(product, candidate): (i64, Candidate)| {
            let wanted = (computing.planner)(&candidate);
            Planned { product, part_number: candidate.part_number, wanted }
        };
        let planned: Vec<Planned> = candidates.into_iter().map(plan).collect();
        let changed = reconcile(self.work, channel, &planned, computing).await?;
        let held = held(&planned);
        if let Some(lease) = lease {
            self.note_held(lease, &held).await?;
        }
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Refreshed {
            products: count(products.len()),
            changed: count(changed),
            held: count(held.len()),
            next,
        })
    }

    /// Every product, in as many steps as it takes; how many were held back.
    pub(crate) async fn everything(
        &self,
        channel: ChannelId,
        lease: Option<&Lease>,
        computing: Computing<'_>,
    ) -> Result<u64, StoreError> {
        const LIMIT: usize = 2_000;
        let (mut after, mut held) = (None, 0);
        loop {
            let scope = Refresh::Everything { after, limit: LIMIT };
            let step = self.step(channel, lease, scope, computing).await?;
            held += step.held;
            after = step.next;
            if after.is_none() {
                return Ok(held);
            }
        }
    }

    /// The products of a scope, their marks taken, and where the next step goes on.
    async fn products(
        &self,
        channel: ChannelId,
        scope: Refresh,
    ) -> Result<(Vec<i64>, Option<i64>), StoreError> {
        match scope {
            Refresh::Dirty { limit } => {
                let sql = "SELECT CAST({collect}(product_id) AS TEXT) FROM (\
                    SELECT product_id FROM dirty_product WHERE channel_id = $1 \
                    ORDER BY product_id LIMIT $2 {skipping}) AS m";
                let values = [channel.0.into(), rows(limit).into()];
                let products: Vec<i64> = self.work.collect(sql, values).await?;
                self.take_marks(channel, &products).await?;
                Ok((products, None))
            }
            Refresh::Everything { after, limit } => {
                let after = after.unwrap_or(i64::MIN);
                let values = [channel.0.into(), after.into(), rows(limit).into()];
                let products: Vec<i64> = self.work.collect(EVERYTHING, values).await?;
                self.take_free_marks(channel, &products).await?;
                let is_full = products.len() >= limit.max(1);
                let next = products.iter().max().copied().filter(|_| is_full);
                Ok((products, next))
            }
        }
    }

    /// Takes those marks of products that no writer holds; a held one is not outdated by then.
    async fn take_free_marks(
        &self,
        channel: ChannelId,
        products: &[i64],
    ) -> Result<(), StoreError> {
        let sql = "SELECT CAST({collect}(product_id) AS TEXT) FROM (\
            SELECT product_id FROM dirty_product WHERE product_id IN {ids} AND channel_id = $2 \
            ORDER BY product_id {skipping}) AS m";
        let marked: Vec<i64> = self.work.collect(sql, [json(&products), channel.0.into()]).await?;
        self.take_marks(channel, &marked).await
    }

    async fn take_marks(&self, channel: ChannelId, products: &[i64]) -> Result<(), StoreError> {
        if products.is_empty() {
            return Ok(());
        }
        let sql = "DELETE FROM dirty_product WHERE product_id IN {ids} AND channel_id = $2";
        self.work.run(sql, [json(&products), channel.0.into()]).await?;
        Ok(())
    }

    /// Keeps the held products of the feed under way, where there is one.
    async fn note_held(&self, lease: &Lease, held: &[(i64, String)]) -> Result<(), StoreError> {
        if held.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO feed_held (feed_id, product_id, reason) \
            SELECT f.id, CAST(j.value ->> 0 AS BIGINT), j.value ->> 1 FROM {rows} CROSS JOIN (\
            SELECT MAX(id) AS id FROM feed WHERE channel_id = $2 AND epoch = $3 \
            AND state = 'running') AS f WHERE f.id IS NOT NULL AND $4 > \
            (SELECT COUNT(*) FROM feed_held h WHERE h.feed_id = f.id) \
            ON CONFLICT (feed_id, product_id) DO UPDATE SET reason = excluded.reason";
        let (channel, epoch) = (lease.channel().0, lease.epoch());
        let values = [json(&held), channel.into(), epoch.into(), HELD_MAX.into()];
        self.work.run(sql, values).await?;
        Ok(())
    }
}

/// Products that are on the channel and held back. One that nobody put there is not.
fn held(planned: &[Planned]) -> Vec<(i64, String)> {
    let held = planned.iter().filter_map(|planned| match &planned.wanted {
        Ok(_) | Err(Held::NotOptedIn) => None,
        Err(held) => Some((planned.product, held.to_string())),
    });
    held.collect()
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit.max(1)).unwrap_or(i64::MAX)
}
