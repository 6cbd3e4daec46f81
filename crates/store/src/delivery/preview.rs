//! A feed as it would be: the steps of a real one, undone.

use jiff::Timestamp;
use trueup_delivery::ListingId;
use trueup_marketplace::FeedKind;
use trueup_stock::{DemandProfile, Level, PartNumber, ProductCode, RemoteLocation};

use super::batch::{ClaimedLine, NamedLine};
use super::claim::NAMED_LINE;
use super::impact::{Impact, Judged, count, impact};
use super::refresh::{Computing, Planner, Refresh, Refreshing};
use super::time::kept;
use super::whole::{Completeness, completeness};
use super::words::{Work, corrupt};
use crate::{ChannelId, Durability, Store, StoreError};

/// What a feed would send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previewed {
    /// Its lines, by product.
    pub lines: Vec<PreviewedLine>,
    /// How complete it would be.
    pub completeness: Completeness,
    /// What it would do to what is shown.
    pub impact: Impact,
}

/// A line of such a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewedLine {
    /// Which listing; a number of no meaning where it would be new.
    pub listing: ListingId,
    /// The product.
    pub product_code: ProductCode,
    /// What the marketplace calls it.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// The marketplace's own id of the listing, where one is known.
    pub remote_id: Option<String>,
    /// What to show.
    pub level: Level,
    /// Whether this is the last zero of a product that left.
    pub is_last: bool,
    /// The quantity that was acknowledged last.
    pub acknowledged: Option<i64>,
}

impl Store {
    /// Computes what a feed would send now, in a transaction that is undone. Needs no lease.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview(
        &self,
        channel: ChannelId,
        judged: Judged,
        profile: DemandProfile,
        planner: &Planner<'_>,
        fingerprint: i64,
        now: Timestamp,
    ) -> Result<Previewed, StoreError> {
        let now = kept(now);
        let computing = Computing { profile, planner, fingerprint, now };
        let transaction = self.write(Durability::Relaxed).await?;
        let work = Work::new(&*transaction);
        let refreshing = Refreshing { work: &work, connection: &transaction };
        let states = match judged.kind {
            FeedKind::TrueUp => {
                refreshing.everything(channel, None, computing).await?;
                "d.is_held = 0 AND d.state IN (0, 1, 3)"
            }
            FeedKind::Differential => {
                let scope = Refresh::Dirty { limit: 2_000 };
                while refreshing.step(channel, None, scope, computing).await?.products > 0 {}
                "d.is_held = 0 AND d.state = 1"
            }
        };
        let lines = lines(&work, channel, states).await?;
        let completeness = completeness(&work, channel, lines.len()).await?;
        let mut impact = impact(&work, channel, judged).await?;
        impact.shown = Some(count(&work, channel, now).await?);
        Ok(Previewed { lines, completeness, impact })
    }
}

async fn lines(
    work: &Work<'_>,
    channel: ChannelId,
    states: &str,
) -> Result<Vec<PreviewedLine>, StoreError> {
    let sql = format!(
        "SELECT CAST({{collect}}({{array}}(p.code, d.want_is_last, d.ack_quantity, {NAMED_LINE})) \
         AS TEXT) FROM delivery d JOIN listing l ON l.id = d.listing_id \
         JOIN product p ON p.id = l.product_id WHERE d.channel_id = $1 AND {states}"
    );
    let rows: Vec<(String, i64, Option<i64>, NamedLine)> =
        work.collect(&sql, [channel.0.into()]).await?;
    let lines = rows.into_iter().map(|(code, is_last, acknowledged, line)| {
        let ClaimedLine { listing, part_number, location, remote_id, level, .. } =
            ClaimedLine::named(line)?;
        let product_code = code.try_into().map_err(|_| corrupt("a product code"))?;
        let is_last = is_last != 0;
        Ok(PreviewedLine {
            listing,
            product_code,
            part_number,
            location,
            remote_id,
            level,
            is_last,
            acknowledged,
        })
    });
    let mut lines: Vec<PreviewedLine> = lines.collect::<Result<_, StoreError>>()?;
    lines.sort_by(|one, other| {
        (&one.product_code, &one.location).cmp(&(&other.product_code, &other.location))
    });
    Ok(lines)
}
