//! Which rows of an orders file cannot be taken.

use super::refused::Why;
use crate::StoreError;
use crate::sql::{Sql, Temporary};

/// Where each run's rows stand in their order: they are its lines `before + 1` and on. An order is
/// named by the first row of its first run, `number`.
pub(super) const PLACED: Temporary =
    ("placed", "first {key}, number BIGINT NOT NULL, before BIGINT NOT NULL, rows BIGINT NOT NULL");

/// The orders of the file.
pub(super) const STATED_ORDER: Temporary = (
    "stated_order",
    "number {key}, code TEXT NOT NULL, lowest SMALLINT NOT NULL, highest SMALLINT NOT NULL, \
     rows BIGINT NOT NULL, is_doubtful SMALLINT NOT NULL",
);

/// The orders of which a row was refused, and that row.
pub(super) const BAD_ORDER: Temporary = ("bad_order", "number {key}, at_row BIGINT NOT NULL");

/// Whether row `s` belongs to run `p`. Joins are written as `CROSS JOIN`, which keeps SQLite to their
/// order: from run to run through the rows of the file.
pub(super) const IS_IN_RUN: &str = "s.seq >= p.first AND s.seq < p.first + p.rows";

/// Fills `refused`, and the tables that say which rows make which order.
pub(super) async fn judge(sql: &Sql<'_>) -> Result<(), StoreError> {
    let tables = [PLACED, STATED_ORDER, BAD_ORDER];
    sql.create_temporary(&tables).await?;
    sql.script(PLACE).await?;
    sql.analyze(&tables).await?;
    refuse_unknown_products(sql).await?;
    refuse_other_standings(sql).await?;
    refuse_repeated_lines(sql).await
}

const PLACE: &str = "
INSERT INTO placed
SELECT first, first_value(first) OVER same, CAST(SUM(rows) OVER same AS BIGINT) - rows, rows
FROM run WINDOW same AS (PARTITION BY code ORDER BY first);
INSERT INTO stated_order
SELECT MIN(first), code, MIN(standing), MAX(standing), CAST(SUM(rows) AS BIGINT),
    CASE WHEN COUNT(*) > 1 AND MAX(is_numbered) = 1 THEN 1 ELSE MAX(is_doubtful) END
FROM run GROUP BY code;
";

async fn refuse_unknown_products(sql: &Sql<'_>) -> Result<(), StoreError> {
    let why = Why::UnknownProduct.number();
    sql.script(&format!(
        "UPDATE staged SET product_id = (SELECT id FROM product WHERE code = product_code)
         WHERE product_id IS NULL;
         INSERT INTO refused (seq, at_row, why, what, within)
         SELECT s.seq, s.at_row, {why}, s.product_code, r.code
         FROM staged s JOIN run r
             ON r.first = (SELECT MAX(first) FROM run WHERE first <= s.seq)
         WHERE s.product_id IS NULL"
    ))
    .await
}

async fn refuse_other_standings(sql: &Sql<'_>) -> Result<(), StoreError> {
    let why = Why::OtherStanding.number();
    sql.script(&format!(
        "INSERT INTO refused (seq, at_row, why, other, what)
         SELECT s.seq, s.at_row, {why}, top.at_row, o.code
         FROM stated_order o
         JOIN run opening ON opening.first = o.number
         JOIN staged top ON top.seq = o.number
         JOIN placed p ON p.number = o.number
         JOIN run r ON r.first = p.first
         JOIN staged s ON {IS_IN_RUN}
         WHERE o.lowest <> o.highest AND r.standing <> opening.standing
         ON CONFLICT (seq) DO NOTHING"
    ))
    .await
}

async fn refuse_repeated_lines(sql: &Sql<'_>) -> Result<(), StoreError> {
    let why = Why::SameLine.number();
    sql.script(&format!(
        "INSERT INTO refused (seq, at_row, why, other, what, within)
         SELECT seq, at_row, {why}, first_row, line, code FROM (
             SELECT seq, at_row, line, code, first_value(at_row) OVER same AS first_row,
                 row_number() OVER same AS nth
             FROM (
                 SELECT s.seq, s.at_row, o.number, o.code, {LINE} AS line
                 FROM placed p CROSS JOIN stated_order o CROSS JOIN staged s
                 WHERE o.number = p.number AND {IS_IN_RUN} AND o.is_doubtful = 1
             ) AS doubtful
             WINDOW same AS (PARTITION BY number, line ORDER BY seq)
         ) AS counted
         WHERE nth > 1
         ON CONFLICT (seq) DO NOTHING"
    ))
    .await
}

/// The line number of a row `s` of a run `p`.
pub(super) const LINE: &str = "COALESCE(s.line, CAST(p.before + s.seq - p.first + 1 AS TEXT))";

/// Refuses every other row of an order of which one was refused.
pub(super) async fn refuse_rest_of_orders(sql: &Sql<'_>) -> Result<(), StoreError> {
    sql.script(
        "INSERT INTO bad_order
         SELECT number, MIN(at_row) FROM (
             SELECT p.number, f.at_row FROM refused f JOIN placed p
                 ON p.first = (SELECT MAX(first) FROM placed WHERE first <= f.seq)
             UNION ALL
             SELECT o.number, b.at_row FROM broken_order b JOIN stated_order o ON o.code = b.code
         ) AS bad
         GROUP BY number",
    )
    .await?;
    let why = Why::PartOfOrder.number();
    sql.script(&format!(
        "INSERT INTO refused (seq, at_row, why, other, what)
         SELECT s.seq, s.at_row, {why}, b.at_row, o.code
         FROM placed p CROSS JOIN bad_order b CROSS JOIN stated_order o CROSS JOIN staged s
         WHERE b.number = p.number AND o.number = p.number AND {IS_IN_RUN}
         ON CONFLICT (seq) DO NOTHING"
    ))
    .await
}
