//! Stock by location: set as stated.

use jiff::Timestamp;
use sea_orm::Value;
use trueup_stock::{Numbered, StockRecord};

use super::import::BadRows;
use super::marks::mark_dirty;
use super::refused::{Why, drop_refused, refuse_repeated};
use super::stage::{Record, sealed::Staged};
use crate::StoreError;
use crate::sql::{Sql, Temporary};

impl Record for StockRecord {}

const STAGED: Temporary = (
    "staged",
    "seq {key}, at_row BIGINT NOT NULL, product_code TEXT NOT NULL, location TEXT NOT NULL, \
     quantity BIGINT NOT NULL, product_id BIGINT",
);

/// Puts rows in with the product of the code in their third column, where there is one yet.
pub(super) const STAGE: &str = "INSERT INTO staged SELECT v.*, p.id
    FROM {values} LEFT JOIN product p ON p.code = v.column3";

/// The rows that make a difference.
const CHANGED: Temporary = ("changed", "seq {key}, location_id BIGINT NOT NULL");

impl Staged for StockRecord {
    const NAME: &'static str = "stock";
    const TABLES: &'static [Temporary] = &[STAGED, CHANGED];
    type Open = ();

    async fn stage(
        sql: &Sql<'_>,
        _open: &mut (),
        first: i64,
        rows: Vec<Numbered<Self>>,
    ) -> Result<(), StoreError> {
        sql.put(STAGE, (first..).zip(rows).map(columns)).await
    }

    async fn judge(sql: &Sql<'_>, _bad_rows: BadRows) -> Result<(), StoreError> {
        refuse_unknown_products(sql).await?;
        refuse_repeated(sql, Why::SameStock, "product_code", Some("location")).await
    }

    async fn merge(sql: &Sql<'_>, now: Timestamp) -> Result<u64, StoreError> {
        drop_refused(sql).await?;
        sql.analyze(Self::TABLES).await?;
        sql.script(ADD_LOCATIONS).await?;
        let applied = sql.run(FIND_CHANGED, []).await?;
        sql.analyze(&[CHANGED]).await?;
        sql.script(UPSERT).await?;
        mark_dirty(sql, now).await?;
        Ok(applied)
    }
}

fn columns((seq, numbered): (i64, Numbered<StockRecord>)) -> [Value; 5] {
    let stock = numbered.record;
    [
        seq.into(),
        numbered.row.cast_signed().into(),
        String::from(stock.product).into(),
        String::from(stock.location).into(),
        stock.quantity.to_scaled().into(),
    ]
}

/// Refuses the rows of `staged` whose product does not exist, now that all rows are there: one may
/// have come since its row was staged.
pub(super) async fn refuse_unknown_products(sql: &Sql<'_>) -> Result<(), StoreError> {
    let why = Why::UnknownProduct.number();
    sql.script(&format!(
        "UPDATE staged SET product_id = (SELECT id FROM product WHERE code = product_code)
         WHERE product_id IS NULL;
         INSERT INTO refused (seq, at_row, why, what)
         SELECT seq, at_row, {why}, product_code FROM staged WHERE product_id IS NULL"
    ))
    .await
}

const ADD_LOCATIONS: &str = "
INSERT INTO location (code)
SELECT DISTINCT s.location FROM staged s
WHERE NOT EXISTS (SELECT 1 FROM location l WHERE l.code = s.location)
ORDER BY s.location
ON CONFLICT (code) DO NOTHING
";

const FIND_CHANGED: &str = "
INSERT INTO changed
SELECT s.seq, l.id
FROM staged s JOIN location l ON l.code = s.location
LEFT JOIN stock k ON k.product_id = s.product_id AND k.location_id = l.id
WHERE k.quantity IS NULL OR k.quantity <> s.quantity
";

const UPSERT: &str = "
INSERT INTO stock (product_id, location_id, quantity)
SELECT s.product_id, c.location_id, s.quantity
FROM changed c JOIN staged s ON s.seq = c.seq
WHERE true
ON CONFLICT (product_id, location_id) DO UPDATE SET quantity = excluded.quantity;
INSERT INTO marked
SELECT DISTINCT s.product_id FROM changed c JOIN staged s ON s.seq = c.seq;
";
