//! Data that is allowed and will surprise.

use std::fmt;

use sea_orm::QueryResult;
use serde::Serialize;
use trueup_stock::{
    ChannelName, DemandProfile, OrderCode, OrderState, PartNumber, ProductCode, Quantity, Standing,
};

use crate::rows::parse_code;
use crate::sql::{Sql, exact_sum};
use crate::{Store, StoreError};

/// How many findings of one kind are reported.
pub const FINDINGS_MAX: usize = 100;

/// Something that will surprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "finding")]
#[non_exhaustive]
pub enum Finding {
    /// Units left the house, and lower availability until the order's ASN is sent.
    ShippedWithoutAsn {
        /// The order.
        order_code: OrderCode,
        /// The product.
        product_code: ProductCode,
        /// How many units of it.
        units: Quantity,
    },
    /// A cancelled order lowers availability until it is archived.
    CancelledNotArchived {
        /// The order.
        order_code: OrderCode,
        /// The product.
        product_code: ProductCode,
        /// How many units of it.
        units: Quantity,
    },
    /// Product codes that people would read as one.
    SimilarCodes {
        /// The codes.
        product_codes: Vec<ProductCode>,
    },
    /// Products that a channel could not tell apart; none of them is sent.
    SharedPartNumber {
        /// The channel.
        channel: ChannelName,
        /// The part number.
        part_number: PartNumber,
        /// The products.
        product_codes: Vec<ProductCode>,
    },
    /// A product on a channel whose stock nobody stated: it is held back.
    NoStockRecord {
        /// The channel.
        channel: ChannelName,
        /// The product.
        product_code: ProductCode,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShippedWithoutAsn { order_code, product_code, units } => write!(
                f,
                "order `{order_code}` shipped {units} of `{product_code}` without ASN: they count \
                 as on order until the ASN is sent or the order is archived"
            ),
            Self::CancelledNotArchived { order_code, product_code, units } => write!(
                f,
                "order `{order_code}` is cancelled and not archived: {units} of `{product_code}` \
                 count as on order until it is"
            ),
            Self::SimilarCodes { product_codes } => write!(
                f,
                "the product codes {} differ only in letter case or blanks",
                quoted(product_codes)
            ),
            Self::SharedPartNumber { channel, part_number, product_codes } => write!(
                f,
                "channel `{channel}` knows the products {} by one part number, `{part_number}`: \
                 none of them is sent",
                quoted(product_codes)
            ),
            Self::NoStockRecord { channel, product_code } => write!(
                f,
                "product `{product_code}` is on channel `{channel}` and has no stock record: it is \
                 not sent, because unknown is not zero"
            ),
        }
    }
}

fn quoted(codes: &[ProductCode]) -> String {
    let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    codes.join(", ")
}

impl Store {
    /// Data that will surprise, at most [`FINDINGS_MAX`] findings of each kind, the costliest first.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn doctor(&self, profile: DemandProfile) -> Result<Vec<Finding>, StoreError> {
        let sql = Sql::new(self.reading());
        let mut findings = shipped_without_asn(&sql, profile).await?;
        findings.extend(cancelled_not_archived(&sql, profile).await?);
        findings.extend(similar_codes(&sql).await?);
        findings.extend(shared_part_numbers(&sql).await?);
        findings.extend(without_stock(&sql).await?);
        Ok(findings)
    }
}

async fn shipped_without_asn(
    sql: &Sql<'_>,
    profile: DemandProfile,
) -> Result<Vec<Finding>, StoreError> {
    // Under the other profile, what was shipped costs nothing any more.
    let DemandProfile::Documented = profile else {
        return Ok(Vec::new());
    };
    let shipped = "CASE WHEN l.shipped < l.ordered THEN l.shipped ELSE l.ordered END";
    let query = costly_orders(profile, shipped, |state| state != OrderState::Cancelled);
    let rows = sql.all(&query, []).await?;
    let findings = rows.iter().map(|row| {
        let (order_code, product_code, units) = read_cost(row)?;
        Ok(Finding::ShippedWithoutAsn { order_code, product_code, units })
    });
    findings.collect()
}

async fn cancelled_not_archived(
    sql: &Sql<'_>,
    profile: DemandProfile,
) -> Result<Vec<Finding>, StoreError> {
    let query = costly_orders(profile, "l.ordered", |state| state == OrderState::Cancelled);
    let rows = sql.all(&query, []).await?;
    let findings = rows.iter().map(|row| {
        let (order_code, product_code, units) = read_cost(row)?;
        Ok(Finding::CancelledNotArchived { order_code, product_code, units })
    });
    findings.collect()
}

/// Orders that count under the profile, with what some of them cost per product.
fn costly_orders(
    profile: DemandProfile,
    amount: &str,
    is_meant: impl Fn(OrderState) -> bool,
) -> String {
    let standings = profile.counting().filter(|standing| is_meant(standing.state));
    let numbers: Vec<String> =
        standings.map(Standing::to_number).map(|number| number.to_string()).collect();
    let numbers = match numbers.is_empty() {
        true => "NULL".to_owned(),
        false => numbers.join(", "),
    };
    let units = exact_sum(amount);
    format!(
        "SELECT o.code AS order_code, p.code AS product_code, cost.units FROM (
             SELECT l.order_id, l.product_id, {units} AS units FROM order_line l
             WHERE l.standing IN ({numbers}) AND {amount} > 0
             GROUP BY l.order_id, l.product_id
             ORDER BY units DESC, l.order_id, l.product_id LIMIT {FINDINGS_MAX}
         ) AS cost
         JOIN sales_order o ON o.id = cost.order_id JOIN product p ON p.id = cost.product_id
         ORDER BY cost.units DESC, o.code, p.code"
    )
}

fn read_cost(row: &QueryResult) -> Result<(OrderCode, ProductCode, Quantity), StoreError> {
    let order: String = row.try_get("", "order_code")?;
    let product: String = row.try_get("", "product_code")?;
    let units: i64 = row.try_get("", "units")?;
    let units = Quantity::from_scaled(units);
    Ok((parse_code(&order)?, parse_code(&product)?, units))
}

async fn similar_codes(sql: &Sql<'_>) -> Result<Vec<Finding>, StoreError> {
    let plain = "lower(replace(code, ' ', ''))";
    let query = format!(
        "SELECT {plain} AS common, code FROM product WHERE {plain} IN (
             SELECT {plain} FROM product GROUP BY {plain} HAVING COUNT(*) > 1
             ORDER BY {plain} LIMIT {FINDINGS_MAX})
         ORDER BY common, code LIMIT {CODES_MAX}"
    );
    let rows = sql.all(&query, []).await?;
    let groups = grouped(&rows, |row| Ok(row.try_get("", "common")?))?;
    let findings = groups
        .into_iter()
        .map(|(_, product_codes): (String, _)| Finding::SimilarCodes { product_codes });
    Ok(findings.collect())
}

/// How many codes are read for all groups of one kind.
const CODES_MAX: usize = FINDINGS_MAX * 10;

async fn shared_part_numbers(sql: &Sql<'_>) -> Result<Vec<Finding>, StoreError> {
    let query = format!(
        "WITH known AS (
             SELECT o.channel_id, COALESCE(a.part_number, p.code) AS part_number, p.code
             FROM opt_in o JOIN product p ON p.id = o.product_id
             LEFT JOIN alias a ON a.channel_id = o.channel_id AND a.product_id = o.product_id
         ), shared AS (
             SELECT channel_id, part_number FROM known
             WHERE part_number IN (SELECT part_number FROM alias)
             GROUP BY channel_id, part_number HAVING COUNT(*) > 1
             ORDER BY channel_id, part_number LIMIT {FINDINGS_MAX}
         )
         SELECT c.name, k.part_number, k.code
         FROM shared s
         JOIN known k ON k.channel_id = s.channel_id AND k.part_number = s.part_number
         JOIN channel c ON c.id = s.channel_id
         ORDER BY c.name, k.part_number, k.code LIMIT {CODES_MAX}"
    );
    let rows = sql.all(&query, []).await?;
    let groups = grouped(&rows, |row| {
        let channel: String = row.try_get("", "name")?;
        let part_number: String = row.try_get("", "part_number")?;
        Ok((channel, part_number))
    })?;
    let findings = groups.into_iter().map(|((channel, part_number), product_codes)| {
        Ok(Finding::SharedPartNumber {
            channel: parse_code(&channel)?,
            part_number: parse_code(&part_number)?,
            product_codes,
        })
    });
    findings.collect()
}

/// The codes of rows that follow each other and have the same key.
fn grouped<K: PartialEq>(
    rows: &[QueryResult],
    key: impl Fn(&QueryResult) -> Result<K, StoreError>,
) -> Result<Vec<(K, Vec<ProductCode>)>, StoreError> {
    let mut groups: Vec<(K, Vec<ProductCode>)> = Vec::new();
    for row in rows {
        let code: String = row.try_get("", "code")?;
        let (key, code) = (key(row)?, parse_code(&code)?);
        match groups.last_mut() {
            Some((last, codes)) if *last == key => codes.push(code),
            Some(_) | None => groups.push((key, vec![code])),
        }
    }
    Ok(groups)
}

async fn without_stock(sql: &Sql<'_>) -> Result<Vec<Finding>, StoreError> {
    let query = format!(
        "SELECT c.name, p.code FROM opt_in o
         JOIN channel c ON c.id = o.channel_id JOIN product p ON p.id = o.product_id
         WHERE p.active AND NOT EXISTS (SELECT 1 FROM stock k WHERE k.product_id = p.id)
         ORDER BY c.name, p.code LIMIT {FINDINGS_MAX}"
    );
    let rows = sql.all(&query, []).await?;
    let findings = rows.iter().map(|row| {
        let channel: String = row.try_get("", "name")?;
        let product: String = row.try_get("", "code")?;
        Ok(Finding::NoStockRecord {
            channel: parse_code(&channel)?,
            product_code: parse_code(&product)?,
        })
    });
    findings.collect()
}
