//! From judged rows to orders and their lines.

use jiff::Timestamp;

use super::marks::{is_any_channel, mark_dirty};
use super::order_rules::{IS_IN_RUN, LINE};
use crate::StoreError;
use crate::sql::{Sql, Temporary};

/// The orders to write. `rows` is how many lines each will have.
const TARGET: Temporary = (
    "target",
    "number {key}, code TEXT NOT NULL, standing SMALLINT NOT NULL, rows BIGINT NOT NULL, \
     order_id BIGINT, is_new BOOLEAN NOT NULL",
);

/// A line, from row `s` of run `p` and its order `t`.
const COLUMNS: &str = "
SELECT t.order_id, p.before + s.seq - p.first + 1,
    COALESCE(s.line, CAST(p.before + s.seq - p.first + 1 AS TEXT)), s.product_id, s.ordered,
    s.shipped, s.cancelled, t.standing
";

/// Orders that lose lines: they are written anew.
const SHORTER: Temporary = ("shorter", "order_id {key}");

/// Rows of known orders that make a difference, and the product the line named before.
const CHANGED: Temporary = ("changed", "seq {key}, was BIGINT");

/// From this many new lines on, and this share of those that are there, building the demand index
/// anew is faster than keeping it up to date line by line.
const REBUILD_LINES_MIN: u64 = 100_000;
const REBUILD_SHARE: u64 = 4;

pub(super) async fn merge(sql: &Sql<'_>, now: Timestamp) -> Result<u64, StoreError> {
    sql.create_temporary(&[TARGET, SHORTER, CHANGED]).await?;
    sql.script(FIND_TARGETS).await?;
    sql.analyze(&[TARGET]).await?;
    sql.script(SET_ORDERS).await?;
    sql.script(FIND_SHORTER).await?;
    let is_marking = is_any_channel(sql).await?;
    if is_marking {
        sql.script(MARK_SHORTER).await?;
    }
    sql.script(EMPTY_SHORTER).await?;
    sql.script(&find_changed()).await?;
    sql.analyze(&[CHANGED]).await?;
    if is_marking {
        sql.script(&mark_changed()).await?;
        mark_dirty(sql, now).await?;
    }
    put_lines(sql).await
}

const FIND_TARGETS: &str = "
INSERT INTO target
SELECT o.number, o.code, o.lowest, o.rows, known.id, known.id IS NULL
FROM stated_order o LEFT JOIN sales_order known ON known.code = o.code
WHERE NOT EXISTS (SELECT 1 FROM bad_order b WHERE b.number = o.number)
";

const SET_ORDERS: &str = "
INSERT INTO sales_order (code, standing)
SELECT code, standing FROM target WHERE is_new ORDER BY number;
UPDATE target SET order_id = (SELECT id FROM sales_order WHERE code = target.code) WHERE is_new;
UPDATE sales_order SET standing = t.standing FROM target t
WHERE t.order_id = sales_order.id AND NOT t.is_new AND sales_order.standing <> t.standing;
";

const FIND_SHORTER: &str = "
INSERT INTO shorter
SELECT t.order_id FROM target t WHERE NOT t.is_new AND EXISTS (
    SELECT 1 FROM order_line l WHERE l.order_id = t.order_id AND l.position > t.rows)
";

const MARK_SHORTER: &str = "
INSERT INTO marked
SELECT DISTINCT product_id FROM order_line WHERE order_id IN (SELECT order_id FROM shorter)
";

const EMPTY_SHORTER: &str =
    "DELETE FROM order_line WHERE order_id IN (SELECT order_id FROM shorter)";

/// The rows `s` of target orders `t`, in the order of the file.
const ROWS_OF_TARGETS: &str = "placed p CROSS JOIN target t CROSS JOIN staged s";

fn is_of_target() -> String {
    format!("t.number = p.number AND {IS_IN_RUN}")
}

/// Compares with what is there; the rows of new orders need no comparison.
fn find_changed() -> String {
    format!(
        "INSERT INTO changed
         SELECT s.seq, l.product_id
         FROM {ROWS_OF_TARGETS} LEFT JOIN order_line l
             ON l.order_id = t.order_id AND l.position = p.before + s.seq - p.first + 1
         WHERE {} AND NOT t.is_new AND (
             l.order_id IS NULL OR l.product_id <> s.product_id OR l.line <> {LINE}
             OR l.ordered <> s.ordered OR l.shipped <> s.shipped OR l.cancelled <> s.cancelled
             OR l.standing <> t.standing)",
        is_of_target()
    )
}

fn mark_changed() -> String {
    format!(
        "INSERT INTO marked
         SELECT s.product_id FROM {ROWS_OF_TARGETS} WHERE {} AND t.is_new
         UNION
         SELECT s.product_id FROM changed c JOIN staged s ON s.seq = c.seq
         UNION
         SELECT was FROM changed WHERE was IS NOT NULL
         ON CONFLICT (product_id) DO NOTHING",
        is_of_target()
    )
}

async fn put_lines(sql: &Sql<'_>) -> Result<u64, StoreError> {
    if is_rebuild_faster(sql).await? {
        let index = take_demand_index(sql).await?;
        let applied = put_new(sql, "").await? + put_changed(sql).await?;
        sql.script(&index).await?;
        return Ok(applied);
    }
    // In the order of the index, which is large, and not of the table, which grows at its end.
    Ok(put_new(sql, "ORDER BY s.product_id").await? + put_changed(sql).await?)
}

async fn put_new(sql: &Sql<'_>, order: &str) -> Result<u64, StoreError> {
    let insert = format!(
        "INSERT INTO order_line {COLUMNS} FROM {ROWS_OF_TARGETS} WHERE {} AND t.is_new {order}",
        is_of_target()
    );
    sql.run(&insert, []).await
}

async fn put_changed(sql: &Sql<'_>) -> Result<u64, StoreError> {
    let upsert = format!(
        "INSERT INTO order_line {COLUMNS}
         FROM changed c CROSS JOIN staged s CROSS JOIN placed p CROSS JOIN target t
         WHERE s.seq = c.seq AND t.number = p.number
             AND p.first = (SELECT MAX(first) FROM placed WHERE first <= c.seq)
         ORDER BY s.product_id
         ON CONFLICT (order_id, position) DO UPDATE SET line = excluded.line,
             product_id = excluded.product_id, ordered = excluded.ordered,
             shipped = excluded.shipped, cancelled = excluded.cancelled,
             standing = excluded.standing"
    );
    sql.run(&upsert, []).await
}

/// PostgreSQL would lock everyone out for it, and has less to gain.
async fn is_rebuild_faster(sql: &Sql<'_>) -> Result<bool, StoreError> {
    if sql.is_postgres() {
        return Ok(false);
    }
    let new = sql.number("SELECT SUM(rows) FROM target WHERE is_new").await?;
    let new = new + sql.number("SELECT COUNT(*) FROM changed").await?;
    if new < REBUILD_LINES_MIN {
        return Ok(false);
    }
    let present = sql.number("SELECT COUNT(*) FROM order_line").await?;
    Ok(new.saturating_mul(REBUILD_SHARE) >= present)
}

/// Drops the index that serves demand, and returns what builds it again.
async fn take_demand_index(sql: &Sql<'_>) -> Result<String, StoreError> {
    let find = "SELECT sql FROM sqlite_schema WHERE name = 'order_line_demand'";
    let rows = sql.all(find, []).await?;
    let Some(row) = rows.first() else {
        return Ok(String::new());
    };
    sql.script("DROP INDEX order_line_demand").await?;
    Ok(row.try_get_by_index(0)?)
}
