//! Fixed counts per product: set as stated.

use jiff::Timestamp;
use sea_orm::Value;
use trueup_stock::{ExternalStockRecord, Numbered};

use super::import::BadRows;
use super::marks::mark_dirty;
use super::refused::{Why, drop_refused, refuse_repeated};
use super::stage::{Record, sealed::Staged};
use super::stock::{STAGE, refuse_unknown_products};
use crate::StoreError;
use crate::sql::{Sql, Temporary};

impl Record for ExternalStockRecord {}

const STAGED: Temporary = (
    "staged",
    "seq {key}, at_row BIGINT NOT NULL, product_code TEXT NOT NULL, quantity BIGINT NOT NULL, \
     product_id BIGINT",
);

impl Staged for ExternalStockRecord {
    const NAME: &'static str = "external stock";
    const TABLES: &'static [Temporary] = &[STAGED];
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
        refuse_repeated(sql, Why::SameProduct, "product_code", None).await
    }

    async fn merge(sql: &Sql<'_>, now: Timestamp) -> Result<u64, StoreError> {
        drop_refused(sql).await?;
        sql.analyze(Self::TABLES).await?;
        let applied = sql.run(MARK_CHANGED, []).await?;
        sql.script(UPSERT).await?;
        mark_dirty(sql, now).await?;
        Ok(applied)
    }
}

fn columns((seq, numbered): (i64, Numbered<ExternalStockRecord>)) -> [Value; 4] {
    let count = numbered.record;
    let row = numbered.row.cast_signed();
    let code = String::from(count.product);
    [seq.into(), row.into(), code.into(), count.quantity.to_scaled().into()]
}

const MARK_CHANGED: &str = "
INSERT INTO marked
SELECT s.product_id FROM staged s LEFT JOIN external_stock e ON e.product_id = s.product_id
WHERE e.quantity IS NULL OR e.quantity <> s.quantity
";

const UPSERT: &str = "
INSERT INTO external_stock (product_id, quantity)
SELECT s.product_id, s.quantity FROM staged s JOIN marked m ON m.product_id = s.product_id
WHERE true
ON CONFLICT (product_id) DO UPDATE SET quantity = excluded.quantity
";
