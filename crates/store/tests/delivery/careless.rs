//! A reader of marks that does not lock them: what the store must not be.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

use super::world::World;

/// Marks of its own, made in the transactions that make the store's, and the levels it knows.
const SETUP: [&str; 4] = [
    "CREATE TABLE careless_mark (product_id BIGINT PRIMARY KEY, rev BIGINT NOT NULL)",
    "CREATE TABLE careless_level (product_id BIGINT PRIMARY KEY, quantity BIGINT NOT NULL)",
    "CREATE FUNCTION mark_carelessly() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN INSERT INTO careless_mark VALUES (NEW.product_id, 1) \
     ON CONFLICT (product_id) DO UPDATE SET rev = careless_mark.rev + 1; RETURN NULL; END'",
    "CREATE TRIGGER mark_carelessly AFTER INSERT OR UPDATE ON dirty_product \
     FOR EACH ROW EXECUTE FUNCTION mark_carelessly()",
];

/// Reads the levels of what is marked, without a lock on the marks.
const READ: &str = "INSERT INTO careless_level SELECT s.product_id, s.quantity FROM stock s \
    JOIN careless_taken t ON t.product_id = s.product_id \
    ON CONFLICT (product_id) DO UPDATE SET quantity = excluded.quantity";

/// Waits for whoever holds a mark, and takes it with a change that it has not read.
const TAKE: &str =
    "DELETE FROM careless_mark WHERE product_id IN (SELECT product_id FROM careless_taken)";

pub struct Careless(DatabaseConnection);

impl Careless {
    pub async fn beside(world: &World) -> Self {
        for sql in SETUP {
            world.execute(sql).await;
        }
        Self(Database::connect(&world.database.url).await.unwrap())
    }

    pub async fn read_until(&self, is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            self.read().await;
        }
    }

    async fn read(&self) {
        let work = self.0.begin().await.unwrap();
        let taken = "CREATE TEMPORARY TABLE careless_taken ON COMMIT DROP AS \
            SELECT product_id FROM careless_mark LIMIT 100";
        for sql in [taken, READ, TAKE] {
            work.execute_unprepared(sql).await.unwrap();
        }
        work.commit().await.unwrap();
    }

    /// How many products it knows another level of than there is, though nothing is marked any more.
    pub async fn lost(&self) -> i64 {
        let marked = "SELECT COUNT(*) FROM careless_mark";
        while self.number(marked).await > 0 {
            self.read().await;
        }
        let lost = "SELECT COUNT(*) FROM careless_level l \
            JOIN stock s ON s.product_id = l.product_id WHERE s.quantity <> l.quantity";
        self.number(lost).await
    }

    async fn number(&self, sql: &str) -> i64 {
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
        let row = self.0.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }
}
