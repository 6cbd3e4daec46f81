//! What the engine is asked about: one product as one channel sees it.

use std::collections::BTreeMap;

use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use sea_orm::{DatabaseExecutor, QueryResult};
use trueup_stock::{Candidate, DemandProfile, LocationCode, PartNumber, Quantity};

use crate::rows::{AFTER_PRODUCT, PRODUCT_COLUMNS, parse_code, read_product, read_quantity};
use crate::sql::{Demand, Sql, json};
use crate::{ChannelId, Products, Store, StoreError};

/// How many candidates are read at a time.
const PAGE: usize = 2000;

/// Which products a preview is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateScope {
    /// All products, on the channel or not.
    All,
    /// These.
    Products(Products),
    /// Those that a Differential would look at: marked as changed, or with a listing that is due
    /// or parked.
    Dirty,
}

impl Store {
    /// Products as a channel sees them, sorted by code, for previews: nothing is taken or changed.
    ///
    /// Pages are read one after the other, so that what changes meanwhile may be in one and not in
    /// another.
    ///
    /// # Errors
    /// A database that does not answer, within the stream.
    pub fn candidates(
        &self,
        channel: ChannelId,
        scope: CandidateScope,
        profile: DemandProfile,
    ) -> impl Stream<Item = Result<Candidate, StoreError>> + Send + '_ {
        let codes = match &scope {
            CandidateScope::Products(Products::Codes(codes)) => {
                let rows: Vec<_> = codes.iter().map(|code| (code.as_str(),)).collect();
                json(&rows)
            }
            CandidateScope::All
            | CandidateScope::Products(Products::All)
            | CandidateScope::Dirty => json(&[(); 0]),
        };
        let from = match scope {
            CandidateScope::All | CandidateScope::Products(Products::All) => ALL,
            CandidateScope::Products(Products::Codes(_)) => CODES,
            CandidateScope::Dirty => DIRTY,
        };
        let pages = stream::try_unfold(Some(String::new()), move |after| {
            let codes = codes.clone();
            async move {
                let Some(after) = after else {
                    return Ok::<_, StoreError>(None);
                };
                let sql = Sql::new(self.reading());
                let query = format!(
                    "SELECT p.id, p.code FROM {from} AND p.code > $2 ORDER BY p.code LIMIT {PAGE}"
                );
                let values = [codes, after.into(), channel.0.into()];
                let rows = sql.all(&query, values).await?;
                let ids: Vec<i64> =
                    rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
                let last: Option<String> = match rows.last() {
                    Some(row) if rows.len() == PAGE => Some(row.try_get_by_index(1)?),
                    Some(_) | None => None,
                };
                let mut page = candidates_of(self.reading(), channel, &ids, profile).await?;
                page.sort_by(|(_, a), (_, b)| a.product.code.cmp(&b.product.code));
                let page = page.into_iter().map(|(_, candidate)| Ok(candidate));
                Ok(Some((stream::iter(page), last)))
            }
        });
        pages.try_flatten().boxed()
    }
}

/// Every query names each of its three parameters, because PostgreSQL must know their types.
const ALL: &str = "product p WHERE $1 = $1 AND $3 = $3";
const CODES: &str = "product p
    WHERE p.code IN (SELECT j.value ->> 0 FROM {rows}) AND $3 = $3";
const DIRTY: &str = "product p WHERE $1 = $1 AND p.id IN (
    SELECT product_id FROM dirty_product WHERE channel_id = $3
    UNION
    SELECT l.product_id FROM delivery d JOIN listing l ON l.id = d.listing_id
    WHERE d.channel_id = $3 AND d.state IN (1, 3))";

/// Products as a channel sees them, by key; in a transaction, as that transaction sees them. Keys of
/// no product are left out.
pub(crate) async fn candidates_of<'c>(
    connection: impl Into<DatabaseExecutor<'c>>,
    channel: ChannelId,
    products: &[i64],
    profile: DemandProfile,
) -> Result<Vec<(i64, Candidate)>, StoreError> {
    let sql = Sql::new(connection);
    let keys = json(&products);
    let rows = sql.all(&products_query(profile), [keys.clone(), channel.0.into()]).await?;
    let mut stock = BTreeMap::new();
    for row in sql.all(STOCK, [keys]).await? {
        let (product, record) = read_stock(&row)?;
        stock.entry(product).or_insert_with(Vec::new).push(record);
    }
    rows.iter()
        .map(|row| {
            let id: i64 = row.try_get_by_index(AFTER_PRODUCT)?;
            let stock = stock.remove(&id).unwrap_or_default();
            Ok((id, read(row, stock)?))
        })
        .collect()
}

const STOCK: &str = "
SELECT k.product_id, l.code, k.quantity
FROM {rows} JOIN stock k ON k.product_id = CAST(CAST(j.value AS TEXT) AS BIGINT)
JOIN location l ON l.id = k.location_id
ORDER BY k.product_id, l.code
";

/// A part number stands for a second product where that one has it as its alias, or as its code and
/// no alias. Only the first is named.
fn products_query(profile: DemandProfile) -> String {
    let on_orders = Demand::of(profile).of_product();
    format!(
        "SELECT {PRODUCT_COLUMNS}, p.id, own.part_number, e.quantity,
             {on_orders}, o.product_id IS NOT NULL,
             CASE WHEN o.product_id IS NOT NULL THEN COALESCE(
                 (SELECT MIN(q.code) FROM alias a
                  JOIN opt_in i ON i.channel_id = a.channel_id AND i.product_id = a.product_id
                  JOIN product q ON q.id = a.product_id
                  WHERE a.channel_id = $2 AND a.product_id <> p.id
                      AND a.part_number = COALESCE(own.part_number, p.code)),
                 (SELECT q.code FROM product q
                  JOIN opt_in i ON i.channel_id = $2 AND i.product_id = q.id
                  WHERE q.code = own.part_number AND q.id <> p.id AND NOT EXISTS (
                      SELECT 1 FROM alias a WHERE a.channel_id = $2 AND a.product_id = q.id)))
             END
         FROM {{rows}} JOIN product p ON p.id = CAST(CAST(j.value AS TEXT) AS BIGINT)
         LEFT JOIN opt_in o ON o.channel_id = $2 AND o.product_id = p.id
         LEFT JOIN alias own ON own.channel_id = $2 AND own.product_id = p.id
         LEFT JOIN external_stock e ON e.product_id = p.id
         ORDER BY p.id"
    )
}

fn read_stock(row: &QueryResult) -> Result<(i64, (LocationCode, Quantity)), StoreError> {
    let product: i64 = row.try_get_by_index(0)?;
    let location: String = row.try_get_by_index(1)?;
    let quantity: i64 = row.try_get_by_index(2)?;
    let record = (parse_code(&location)?, Quantity::from_scaled(quantity));
    Ok((product, record))
}

fn read(row: &QueryResult, stock: Vec<(LocationCode, Quantity)>) -> Result<Candidate, StoreError> {
    let product = read_product(row)?;
    let alias: Option<String> = row.try_get_by_index(AFTER_PRODUCT + 1)?;
    let part_number: PartNumber = parse_code(alias.as_deref().unwrap_or(product.code.as_str()))?;
    let shared_with: Option<String> = row.try_get_by_index(AFTER_PRODUCT + 5)?;
    Ok(Candidate {
        part_number,
        stock,
        external: read_quantity(row, AFTER_PRODUCT + 2)?,
        on_orders: read_quantity(row, AFTER_PRODUCT + 3)?.unwrap_or_default(),
        opted_in: row.try_get_by_index(AFTER_PRODUCT + 4)?,
        shares_part_number_with: shared_with.as_deref().map(parse_code).transpose()?,
        product,
    })
}
