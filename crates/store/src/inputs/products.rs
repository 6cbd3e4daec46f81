//! Products: set as stated, never deleted.

use jiff::Timestamp;
use sea_orm::Value;
use trueup_stock::{Numbered, ProductRecord, Quantity};

use super::import::BadRows;
use super::marks::{OPT_OUT, add_peers, mark_dirty, mark_opt_outs};
use super::refused::{Why, drop_refused, refuse_repeated};
use super::stage::{Record, sealed::Staged};
use crate::StoreError;
use crate::sql::{Sql, Temporary, json};

impl Record for ProductRecord {}

/// `marketplaces` is a JSON array of channel names, `NULL` where the file says nothing of them.
const STAGED: Temporary = (
    "staged",
    "seq {key}, at_row BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, \
     active BOOLEAN NOT NULL, discontinued BOOLEAN NOT NULL, incoming BIGINT, \
     next_available_on TEXT, marketplaces TEXT",
);

/// The opt-ins that rows state; `channel_id` is `NULL` for a channel that does not exist.
const STATED: Temporary =
    ("stated_opt_in", "seq BIGINT NOT NULL, channel TEXT NOT NULL, channel_id BIGINT");

/// The rows that make a difference.
const CHANGED: Temporary = ("changed", "seq {key}, product_id BIGINT");

impl Staged for ProductRecord {
    const NAME: &'static str = "products";
    const TABLES: &'static [Temporary] = &[STAGED, STATED, CHANGED, OPT_OUT];
    type Open = ();

    fn fault(&self) -> Option<(&'static str, String)> {
        let why = "the name holds a NUL character; remove it";
        self.name.contains('\0').then(|| ("name", why.to_owned()))
    }

    async fn stage(
        sql: &Sql<'_>,
        _open: &mut (),
        first: i64,
        rows: Vec<Numbered<Self>>,
    ) -> Result<(), StoreError> {
        let insert = "INSERT INTO staged SELECT * FROM {values}";
        sql.put(insert, (first..).zip(rows).map(columns)).await
    }

    async fn judge(sql: &Sql<'_>, _bad_rows: BadRows) -> Result<(), StoreError> {
        refuse_repeated(sql, Why::SameProduct, "code", None).await?;
        let each = if sql.is_postgres() {
            "json_array_elements_text(CAST(s.marketplaces AS json)) AS j(value)"
        } else {
            "json_each(s.marketplaces) AS j"
        };
        sql.script(&format!(
            "INSERT INTO stated_opt_in
             SELECT DISTINCT s.seq, j.value, c.id FROM staged s CROSS JOIN {each}
             LEFT JOIN channel c ON c.name = j.value
             WHERE s.marketplaces IS NOT NULL;
             CREATE INDEX stated_opt_in_seq ON stated_opt_in (seq)"
        ))
        .await?;
        refuse_unknown_channels(sql).await
    }

    async fn merge(sql: &Sql<'_>, now: Timestamp) -> Result<u64, StoreError> {
        drop_refused(sql).await?;
        sql.analyze(Self::TABLES).await?;
        let applied = sql.run(FIND_CHANGED, []).await?;
        sql.analyze(&[CHANGED]).await?;
        sql.script(UPSERT_PRODUCTS).await?;
        sql.script(MARK_CHANGED).await?;
        sql.script(FIND_OPT_OUTS).await?;
        mark_opt_outs(sql, now).await?;
        sql.script(SET_OPT_INS).await?;
        add_peers(sql).await?;
        mark_dirty(sql, now).await?;
        Ok(applied)
    }
}

fn columns((seq, numbered): (i64, Numbered<ProductRecord>)) -> [Value; 9] {
    let product = numbered.record;
    let marketplaces = product.marketplaces.map(|channels| json(&channels));
    [
        seq.into(),
        numbered.row.cast_signed().into(),
        String::from(product.code).into(),
        product.name.into(),
        product.active.into(),
        product.discontinued.into(),
        product.incoming.map(Quantity::to_scaled).into(),
        product.next_available_on.map(|date| date.to_string()).into(),
        marketplaces.unwrap_or(Value::String(None)),
    ]
}

async fn refuse_unknown_channels(sql: &Sql<'_>) -> Result<(), StoreError> {
    let why = Why::UnknownChannel.number();
    sql.script(&format!(
        "INSERT INTO refused (seq, at_row, why, what, within)
         SELECT s.seq, s.at_row, {why}, MIN(n.channel), (
             SELECT string_agg(known.name, ', ')
             FROM (SELECT '`' || name || '`' AS name FROM channel ORDER BY name) AS known
         )
         FROM stated_opt_in n JOIN staged s ON s.seq = n.seq
         WHERE n.channel_id IS NULL
         GROUP BY s.seq, s.at_row
         ON CONFLICT (seq) DO NOTHING"
    ))
    .await
}

const FIND_CHANGED: &str = "
INSERT INTO changed
SELECT s.seq, p.id FROM staged s LEFT JOIN product p ON p.code = s.code
WHERE p.id IS NULL OR p.name <> s.name OR p.active <> s.active
    OR p.discontinued <> s.discontinued OR p.incoming IS DISTINCT FROM s.incoming
    OR p.next_available_on IS DISTINCT FROM s.next_available_on
    OR EXISTS (SELECT 1 FROM stated_opt_in n WHERE n.seq = s.seq AND NOT EXISTS (
        SELECT 1 FROM opt_in o WHERE o.channel_id = n.channel_id AND o.product_id = p.id))
    OR s.marketplaces IS NOT NULL AND EXISTS (
        SELECT 1 FROM opt_in o WHERE o.product_id = p.id AND NOT EXISTS (
            SELECT 1 FROM stated_opt_in n WHERE n.seq = s.seq AND n.channel_id = o.channel_id))
";

const UPSERT_PRODUCTS: &str = "
INSERT INTO product (code, name, active, discontinued, incoming, next_available_on)
SELECT s.code, s.name, s.active, s.discontinued, s.incoming, s.next_available_on
FROM changed c JOIN staged s ON s.seq = c.seq
WHERE true
ORDER BY c.seq
ON CONFLICT (code) DO UPDATE SET name = excluded.name, active = excluded.active,
    discontinued = excluded.discontinued, incoming = excluded.incoming,
    next_available_on = excluded.next_available_on;
UPDATE changed SET product_id = (
    SELECT p.id FROM staged s JOIN product p ON p.code = s.code WHERE s.seq = changed.seq)
WHERE product_id IS NULL;
";

const MARK_CHANGED: &str = "INSERT INTO marked SELECT product_id FROM changed";

const FIND_OPT_OUTS: &str = "
INSERT INTO opt_out
SELECT o.channel_id, o.product_id
FROM changed c JOIN staged s ON s.seq = c.seq JOIN opt_in o ON o.product_id = c.product_id
WHERE s.marketplaces IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM stated_opt_in n WHERE n.seq = s.seq AND n.channel_id = o.channel_id)
";

const SET_OPT_INS: &str = "
DELETE FROM opt_in
WHERE (channel_id, product_id) IN (SELECT channel_id, product_id FROM opt_out);
INSERT INTO opt_in (channel_id, product_id)
SELECT n.channel_id, c.product_id
FROM changed c JOIN stated_opt_in n ON n.seq = c.seq
WHERE true
ORDER BY n.channel_id, c.product_id
ON CONFLICT (channel_id, product_id) DO NOTHING;
";
