//! Which channels must look again at which products.

use jiff::Timestamp;
use trueup_delivery::mutant;

use crate::sql::{Sql, Temporary};
use crate::{ChannelId, StoreError};

/// The products that changed.
pub(super) const MARKED: Temporary = ("marked", "product_id {key}");

/// The opt-ins that are about to end.
pub(super) const OPT_OUT: Temporary =
    ("opt_out", "channel_id BIGINT NOT NULL, product_id BIGINT NOT NULL");

/// Marks products on the channels they leave, while they are still on them: whoever lists one there
/// at this very moment did not see it leave, and its listing cannot be seen from here.
pub(super) async fn mark_opt_outs(sql: &Sql<'_>, now: Timestamp) -> Result<(), StoreError> {
    let mark = "
        INSERT INTO dirty_product (channel_id, product_id, rev, since)
        SELECT channel_id, product_id, 1, $1 FROM opt_out
        WHERE true
        ORDER BY channel_id, product_id
        ON CONFLICT (channel_id, product_id) DO UPDATE SET rev = dirty_product.rev + 1";
    sql.run(mark, [now.as_microsecond().into()]).await?;
    Ok(())
}

/// Marks each of the `marked` products on every channel that it is opted in to or listed on.
///
/// Marks are written in the order of their keys, so that two processes which mark the same products
/// wait for each other instead of deadlocking. A mark that is there is updated all the same: whoever
/// is just taking it has read the old inputs, and the update waits for that to end.
pub(super) async fn mark_dirty(sql: &Sql<'_>, now: Timestamp) -> Result<(), StoreError> {
    mark_on(sql, None, now).await
}

/// The same on one channel alone.
pub(super) async fn mark_on(
    sql: &Sql<'_>,
    channel: Option<ChannelId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if mutant!(ForgetsMark) && channel.is_none() {
        return Ok(());
    }
    sql.analyze(&[MARKED]).await?;
    let mark = "
        INSERT INTO dirty_product (channel_id, product_id, rev, since)
        SELECT concerned.channel_id, concerned.product_id, 1, $1 FROM (
            SELECT o.channel_id, o.product_id
            FROM marked m JOIN opt_in o ON o.product_id = m.product_id
            UNION
            SELECT l.channel_id, l.product_id
            FROM marked m CROSS JOIN channel c
            JOIN listing l ON l.channel_id = c.id AND l.product_id = m.product_id
        ) AS concerned
        WHERE CAST($2 AS BIGINT) IS NULL OR concerned.channel_id = $2
        ORDER BY concerned.channel_id, concerned.product_id
        ON CONFLICT (channel_id, product_id) DO UPDATE SET rev = dirty_product.rev + 1";
    let channel = channel.map(|channel| channel.0);
    sql.run(mark, [now.as_microsecond().into(), channel.into()]).await?;
    Ok(())
}

/// Whether marking can have any effect.
pub(super) async fn is_any_channel(sql: &Sql<'_>) -> Result<bool, StoreError> {
    Ok(sql.number("SELECT COUNT(*) FROM channel").await? > 0)
}

/// Adds to `marked` the products that some channel knows, or would know, by the same part number as
/// one of them: they are held back or set free by what happens to it.
pub(super) async fn add_peers(sql: &Sql<'_>) -> Result<(), StoreError> {
    if sql.number("SELECT COUNT(*) FROM (SELECT 1 FROM alias LIMIT 1) AS any_alias").await? == 0 {
        return Ok(());
    }
    sql.script(
        "INSERT INTO marked
         SELECT theirs.product_id
         FROM marked m JOIN product p ON p.id = m.product_id CROSS JOIN channel c
         LEFT JOIN alias ours ON ours.channel_id = c.id AND ours.product_id = m.product_id
         JOIN alias theirs ON theirs.channel_id = c.id
             AND theirs.part_number = COALESCE(ours.part_number, p.code)
         UNION
         SELECT p.id
         FROM marked m CROSS JOIN channel c
         JOIN alias ours ON ours.channel_id = c.id AND ours.product_id = m.product_id
         JOIN product p ON p.code = ours.part_number
         ON CONFLICT (product_id) DO NOTHING",
    )
    .await
}
