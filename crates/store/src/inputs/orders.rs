//! Sales orders: one that appears is replaced whole, one that does not stays as it is.

use jiff::Timestamp;
use sea_orm::Value;
use trueup_stock::{Numbered, OrderCode, OrderLineRecord};

use super::import::BadRows;
use super::order_rules;
use super::order_tables;
use super::runs::{Run, Runs};
use super::stage::{Record, sealed::Staged};
use crate::StoreError;
use crate::sql::{Sql, Temporary};

impl Record for OrderLineRecord {}

/// `product_code` is kept only where no product has it yet.
const STAGED: Temporary = (
    "staged",
    "seq {key}, at_row BIGINT NOT NULL, line TEXT, product_id BIGINT, product_code TEXT, \
     ordered BIGINT NOT NULL, shipped BIGINT NOT NULL, cancelled BIGINT NOT NULL",
);

/// Rows `first` to `first + rows - 1` belong to one order and have one standing; see [`Runs`].
const RUN: Temporary = (
    "run",
    "first {key}, code TEXT NOT NULL, standing SMALLINT NOT NULL, rows BIGINT NOT NULL, \
     is_numbered SMALLINT NOT NULL, is_doubtful SMALLINT NOT NULL",
);

impl Staged for OrderLineRecord {
    const NAME: &'static str = "orders";
    const TABLES: &'static [Temporary] = &[STAGED, RUN];
    type Open = Runs;

    fn fault(&self) -> Option<(&'static str, String)> {
        let line = self.line.as_ref()?;
        let why = "the line holds a NUL character; remove it";
        line.contains('\0').then(|| ("line", why.to_owned()))
    }

    fn order(&self) -> Option<&OrderCode> {
        Some(&self.order)
    }

    async fn stage(
        sql: &Sql<'_>,
        open: &mut Runs,
        first: i64,
        rows: Vec<Numbered<Self>>,
    ) -> Result<(), StoreError> {
        for (seq, numbered) in (first..).zip(&rows) {
            open.take(seq, &numbered.record);
        }
        let insert = "INSERT INTO staged
            SELECT v.column1, v.column2, v.column3, p.id,
                CASE WHEN p.id IS NULL THEN v.column4 END, v.column5, v.column6, v.column7
            FROM {values} LEFT JOIN product p ON p.code = v.column4";
        sql.put(insert, (first..).zip(rows).map(columns)).await?;
        put_runs(sql, open).await
    }

    async fn close(sql: &Sql<'_>, open: &mut Runs) -> Result<(), StoreError> {
        open.end();
        put_runs(sql, open).await
    }

    async fn judge(sql: &Sql<'_>, bad_rows: BadRows) -> Result<(), StoreError> {
        order_rules::judge(sql).await?;
        if bad_rows == BadRows::Skip {
            order_rules::refuse_rest_of_orders(sql).await?;
        }
        Ok(())
    }

    async fn merge(sql: &Sql<'_>, now: Timestamp) -> Result<u64, StoreError> {
        order_tables::merge(sql, now).await
    }
}

fn columns((seq, numbered): (i64, Numbered<OrderLineRecord>)) -> [Value; 7] {
    let line = numbered.record;
    [
        seq.into(),
        numbered.row.cast_signed().into(),
        line.line.into(),
        String::from(line.product).into(),
        line.quantities.ordered.to_scaled().into(),
        line.quantities.shipped.to_scaled().into(),
        line.quantities.cancelled.to_scaled().into(),
    ]
}

async fn put_runs(sql: &Sql<'_>, open: &mut Runs) -> Result<(), StoreError> {
    let runs = open.take_ended().into_iter().map(Run::columns);
    sql.put("INSERT INTO run SELECT * FROM {values}", runs).await
}
