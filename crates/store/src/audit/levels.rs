//! Wanted levels against what the engine computes from the inputs there are: this finds lost marks.

use std::collections::HashMap;

use jiff::Timestamp;
use trueup_stock::{Basis, DemandProfile, Level};

use super::report::Defects;
use crate::candidates::candidates_of;
use crate::delivery::batch::location_text;
use crate::delivery::feeds::basis_word;
use crate::delivery::reconcile::Planned;
use crate::delivery::refresh::{EVERYTHING, Planner};
use crate::delivery::time::micros;
use crate::delivery::words::Work;
use crate::leases::{fence, require_terms};
use crate::sql::json;
use crate::{ChannelId, Durability, Lease, Store, StoreError};

/// What a step of the audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditedLevels {
    /// Products that were computed.
    pub products: u64,
    /// What was found.
    pub defects: Defects,
    /// Where the next step goes on; `None` after the last.
    pub next: Option<i64>,
}

/// A listing as the last refresh left it: product, part number, location, whether it is held,
/// whether this is its last zero; quantity, on orders, backordered, next availability date,
/// discontinued.
type Row = (i64, String, String, i64, i64, (i64, i64, i64, Option<jiff::civil::Date>, i64));

impl Store {
    /// Computes some products again from one moment's inputs, and marks those whose listings are
    /// not what comes out, though nothing marked them. A product is right where one of the
    /// planners gives what is wanted: after a True-Up of external stock, that basis is right too.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], [`crate::StoreErrorKind::Outdated`], or the database's.
    pub async fn audit_levels(
        &self,
        lease: &Lease,
        after: Option<i64>,
        limit: usize,
        profile: DemandProfile,
        planners: &[&Planner<'_>],
        now: Timestamp,
    ) -> Result<AuditedLevels, StoreError> {
        let (step, found) = self.compare(lease.channel(), after, limit, profile, planners).await?;
        if found.is_empty() {
            return Ok(step);
        }
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        require_terms(&work, lease).await?;
        let sql = "INSERT INTO dirty_product (channel_id, product_id, rev, since) \
            SELECT $2, p.id, 1, $3 FROM product p WHERE p.id IN {ids} ORDER BY p.id \
            ON CONFLICT (channel_id, product_id) DO UPDATE SET rev = dirty_product.rev + 1";
        let values = [json(&found), lease.channel().0.into(), micros(now).into()];
        work.run(sql, values).await?;
        transaction.commit().await?;
        Ok(step)
    }

    /// All of it is of one moment, in which inputs and marks belong together.
    async fn compare(
        &self,
        channel: ChannelId,
        after: Option<i64>,
        limit: usize,
        profile: DemandProfile,
        planners: &[&Planner<'_>],
    ) -> Result<(AuditedLevels, Vec<i64>), StoreError> {
        let snapshot = self.snapshot().await?;
        let work = Work::new(&snapshot);
        let rows = i64::try_from(limit.max(1)).unwrap_or(i64::MAX);
        let values = [channel.0.into(), after.unwrap_or(i64::MIN).into(), rows.into()];
        let all: Vec<i64> = work.collect(EVERYTHING, values).await?;
        let next = all.iter().max().copied().filter(|_| all.len() >= limit.max(1));
        let products = unmarked(&work, channel, all).await?;
        let mut step = AuditedLevels { next, ..AuditedLevels::default() };
        step.products = u64::try_from(products.len()).unwrap_or(u64::MAX);
        let listings = listings(&work, channel, &products).await?;
        let mut found = Vec::new();
        for (product, candidate) in candidates_of(&snapshot, channel, &products, profile).await? {
            let rows = listings.get(&product).map_or(&[][..], Vec::as_slice);
            let is_right = planners.iter().any(|planner| {
                let (part_number, wanted) = (candidate.part_number.clone(), planner(&candidate));
                is_right(&Planned { product, part_number, wanted }, rows)
            });
            if !is_right {
                step.defects.add("lost_mark", candidate.product.code.to_string());
                found.push(product);
            }
        }
        Ok((step, found))
    }

    /// Whether the last True-Up of a channel carried this basis.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_true_up_was(
        &self,
        channel: ChannelId,
        basis: Basis,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM feed WHERE id = (SELECT MAX(id) FROM feed \
                   WHERE channel_id = $1 AND kind = 'true_up') AND basis = $2";
        let values = [channel.0.into(), basis_word(basis).into()];
        Ok(Work::new(self.reading()).number(sql, values).await? > 0)
    }
}

async fn unmarked(
    work: &Work<'_>,
    channel: ChannelId,
    products: Vec<i64>,
) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT CAST({collect}(product_id) AS TEXT) FROM dirty_product \
               WHERE product_id IN {ids} AND channel_id = $2";
    let marked: Vec<i64> = work.collect(sql, [json(&products), channel.0.into()]).await?;
    let marked: std::collections::HashSet<i64> = marked.into_iter().collect();
    Ok(products.into_iter().filter(|product| !marked.contains(product)).collect())
}

async fn listings(
    work: &Work<'_>,
    channel: ChannelId,
    products: &[i64],
) -> Result<HashMap<i64, Vec<Row>>, StoreError> {
    let sql = "SELECT CAST({collect}({array}(l.product_id, l.part_number, l.location, d.is_held, \
        d.want_is_last, {array}(d.want_quantity, d.want_on_orders, d.want_backordered, \
        d.want_available_on, d.want_discontinued))) AS TEXT) FROM listing l \
        JOIN delivery d ON d.listing_id = l.id \
        WHERE l.channel_id = $2 AND l.product_id IN {ids}";
    let rows: Vec<Row> = work.collect(sql, [json(&products), channel.0.into()]).await?;
    let mut listings: HashMap<i64, Vec<Row>> = HashMap::new();
    for row in rows {
        listings.entry(row.0).or_default().push(row);
    }
    Ok(listings)
}

/// Whether the listings of a product are what a refresh would leave.
fn is_right(planned: &Planned, rows: &[Row]) -> bool {
    let lines = match &planned.wanted {
        Ok(lines) => lines,
        Err(held) if held.is_leaving() => return rows.iter().all(is_last),
        Err(_) => return rows.iter().all(|row| is_last(row) || row.3 != 0),
    };
    let mut wanted: HashMap<&str, Level> = HashMap::new();
    for line in lines {
        wanted.insert(location_text(line.location.as_ref()), line.level);
    }
    let is_planned =
        |row: &&Row| row.1 == planned.part_number.as_str() && wanted.contains_key(row.2.as_str());
    let (told, others): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(is_planned);
    let is_wanted =
        |row: &&Row| row.3 == 0 && !is_last(row) && wanted.get(row.2.as_str()) == Some(&level(row));
    told.len() == wanted.len() && told.iter().all(is_wanted) && others.into_iter().all(is_last)
}

const fn is_last(row: &Row) -> bool {
    row.4 != 0
}

const fn level(row: &Row) -> Level {
    let (quantity, on_orders, backordered, next_available_on, discontinued) = row.5;
    let discontinued = discontinued != 0;
    Level { quantity, on_orders, backordered, next_available_on, discontinued }
}
