//! Sales orders: one that appears is replaced whole, one that does not stays as it is.

use jiff::Timestamp;
use trueup_stock::{Numbered, OrderCode, OrderLineRecord};

use super::import::BadRows;
use super::order_rules;
use super::order_tables;
use super::runs::Runs;
use super::stage::{Record, sealed::Staged};
use crate::StoreError;
use crate::sql::{Sql, Temporary, json};

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
            SELECT $2 + j.at, CAST(j.value ->> 0 AS BIGINT), j.value ->> 1, p.id,
                CASE WHEN p.id IS NULL THEN j.value ->> 2 END,
                CAST(j.value ->> 3 AS BIGINT), CAST(j.value ->> 4 AS BIGINT),
                CAST(j.value ->> 5 AS BIGINT)
            FROM {rows} LEFT JOIN product p ON p.code = j.value ->> 2";
        let rows: Vec<_> = rows.iter().map(columns).collect();
        sql.run(insert, [json(&rows), first.into()]).await?;
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

fn columns(numbered: &Numbered<OrderLineRecord>) -> impl serde::Serialize + '_ {
    let line = &numbered.record;
    (
        numbered.row,
        &line.line,
        line.product.as_str(),
        line.quantities.ordered.to_scaled(),
        line.quantities.shipped.to_scaled(),
        line.quantities.cancelled.to_scaled(),
    )
}

async fn put_runs(sql: &Sql<'_>, open: &mut Runs) -> Result<(), StoreError> {
    let runs = open.take_ended();
    if runs.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO run
        SELECT CAST(j.value ->> 0 AS BIGINT), j.value ->> 1, CAST(j.value ->> 2 AS SMALLINT),
            CAST(j.value ->> 3 AS BIGINT), CAST(j.value ->> 4 AS SMALLINT),
            CAST(j.value ->> 5 AS SMALLINT)
        FROM {rows}";
    sql.run(insert, [json(&runs)]).await?;
    Ok(())
}
