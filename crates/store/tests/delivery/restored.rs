//! Every row of a database, kept aside and put back: what a restore in place does.

use super::world::World;

/// In the order in which rows may be put back.
const TABLES: &[&str] = &[
    "product",
    "location",
    "stock",
    "sales_order",
    "order_line",
    "external_stock",
    "channel",
    "opt_in",
    "alias",
    "schedule_state",
    "dirty_product",
    "listing",
    "delivery",
    "suspect",
    "feed",
    "feed_held",
    "batch",
    "batch_body",
    "batch_request",
    "line_exception",
    "journal",
    "journal_head",
    "instance",
];

pub struct Backup;

impl Backup {
    pub async fn take(world: &World) -> Self {
        for table in TABLES {
            world.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        if world.store.path().is_some() {
            world.execute("CREATE TABLE kept_sequence AS SELECT * FROM sqlite_sequence").await;
        }
        Self
    }

    pub async fn restore(&self, world: &World) {
        let is_file = world.store.path().is_some();
        let mut script = String::from(if is_file { "PRAGMA foreign_keys = OFF;" } else { "" });
        for table in TABLES.iter().rev() {
            script.push_str(&format!("DELETE FROM {table};"));
        }
        for table in TABLES {
            script.push_str(&format!("INSERT INTO {table} SELECT * FROM kept_{table};"));
        }
        if is_file {
            script.push_str(
                "DELETE FROM sqlite_sequence; \
                 INSERT INTO sqlite_sequence SELECT * FROM kept_sequence;",
            );
        } else {
            script.push_str(
                "SELECT setval(pg_get_serial_sequence('batch', 'id'), MAX(id)) FROM batch;",
            );
        }
        world.execute(&script).await;
    }
}
