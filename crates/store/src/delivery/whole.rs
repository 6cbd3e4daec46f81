//! Claiming a feed in which an absent line means zero: complete, from one snapshot, or not at all.

use jiff::Timestamp;
use trueup_delivery::mutant;
use trueup_stock::DemandProfile;

use super::batch::{ClaimedBatch, ClaimedLine, NamedLine};
use super::claim::{NAMED_LINE, Taking};
use super::impact::{Impact, Judged, impact};
use super::refresh::{Computing, Planner, Refreshing};
use super::time::kept;
use super::words::Work;
use crate::leases::fence_send;
use crate::{ChannelId, Durability, FeedId, Lease, Store, StoreError};

/// How complete a feed would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Its lines.
    pub lines: u64,
    /// Listings that may show more than 0 and would be absent: those whose product is held back,
    /// and those of open tickets.
    pub omitted_nonzero: u64,
    /// Listings that are in flight: those of open tickets.
    pub in_flight: u64,
    /// The lines of the channel's last True-Up.
    pub lines_last_time: Option<u64>,
}

/// A whole feed, and the products on the channel that are held back from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The feed, claimed or not.
    pub claim: WholeClaim,
    /// How many products are held back.
    pub held: u64,
}

/// A whole feed, claimed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WholeClaim {
    /// It is.
    Claimed(ClaimedBatch),
    /// The guard refused it, with this reason. Nothing changed.
    Refused(String),
    /// There is no listing.
    Empty,
}

impl Store {
    /// Computes everything and claims every listing that is not retired, in one durable
    /// transaction. A listing whose product is held back is left out, and the guard is told.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    #[expect(clippy::too_many_arguments, reason = "one call per transaction")]
    pub async fn claim_everything(
        &self,
        lease: &Lease,
        feed: FeedId,
        profile: DemandProfile,
        planner: &Planner<'_>,
        fingerprint: i64,
        deadline: Timestamp,
        judged: Judged,
        guard: &(dyn Fn(&Completeness, &Impact) -> Result<(), String> + Sync),
        now: Timestamp,
    ) -> Result<Whole, StoreError> {
        let now = kept(now);
        let computing = Computing { profile, planner, fingerprint, now };
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence_send(&work, lease).await?;
        let refreshing = Refreshing { work: &work, connection: &transaction };
        let held = refreshing.everything(lease.channel(), Some(lease), computing).await?;
        let lines = lines(&work, lease.channel()).await?;
        let completeness = completeness(&work, lease.channel(), lines.len()).await?;
        let impact = impact(&work, lease.channel(), judged).await?;
        if let Err(reason) = guard(&completeness, &impact) {
            return Ok(Whole { claim: WholeClaim::Refused(reason), held });
        }
        let claim = match lines.is_empty() {
            true => WholeClaim::Empty,
            false => {
                let taking = Taking { lease, feed, deadline, is_whole: true, now };
                WholeClaim::Claimed(taking.take(&work, lines).await?)
            }
        };
        fail::fail_point!("before_t2");
        transaction.commit().await?;
        Ok(Whole { claim, held })
    }
}

async fn lines(work: &Work<'_>, channel: ChannelId) -> Result<Vec<ClaimedLine>, StoreError> {
    let states = if mutant!(WholeLeavesOutParked) { "0, 1" } else { "0, 1, 3" };
    let sql = format!(
        "SELECT CAST({{collect}}({NAMED_LINE}) AS TEXT) FROM (SELECT * FROM delivery \
         WHERE channel_id = $1 AND is_held = 0 AND state IN ({states}) ORDER BY listing_id {{locked}}) AS d \
         JOIN listing l ON l.id = d.listing_id"
    );
    let mut lines: Vec<NamedLine> = work.collect(&sql, [channel.0.into()]).await?;
    lines.sort_by_key(|line| line.3.0);
    lines.into_iter().map(ClaimedLine::named).collect()
}

/// How complete a feed of so many lines is.
pub(crate) async fn completeness(
    work: &Work<'_>,
    channel: ChannelId,
    lines: usize,
) -> Result<Completeness, StoreError> {
    let sql = "SELECT COUNT(*) FROM delivery WHERE channel_id = $1 AND state = 2";
    let flying = work.number(sql, [channel.0.into()]).await?;
    let sql = "SELECT COUNT(*) FROM delivery d WHERE d.channel_id = $1 \
         AND (d.state = 2 OR d.is_held = 1 AND d.state <> 4) AND (d.ack_quantity > 0 \
         OR d.state = 2 AND (d.want_quantity > 0 OR d.want_generation > 1) \
         OR EXISTS (SELECT 1 FROM suspect s \
         WHERE s.listing_id = d.listing_id AND s.quantity > 0))";
    let nonzero = work.number(sql, [channel.0.into()]).await?;
    let sql = "SELECT CAST(SUM(lines) AS BIGINT) FROM batch WHERE feed_id = (SELECT MAX(id) \
               FROM feed WHERE channel_id = $1 AND kind = 'true_up' AND state = 'done')";
    let last = work.number(sql, [channel.0.into()]).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Completeness {
        lines: u64::try_from(lines).unwrap_or(u64::MAX),
        omitted_nonzero: count(nonzero),
        in_flight: count(flying),
        lines_last_time: Some(count(last)).filter(|lines| *lines > 0),
    })
}
