//! A second way into the program's database, for whoever checks what it believes.

use std::time::{Duration, Instant};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};
use trueup_store::{ChannelId, ListingRow, Store};

use crate::Shop;
use crate::ledger::{Inputs, Said};

/// How long PostgreSQL may take to notice that a client is gone.
const FAREWELL: Duration = Duration::from_secs(20);
/// Quantities are kept as whole ten-thousandths.
const UNIT: i64 = 10_000;

/// The program's database, read while the program is not running.
#[derive(Debug)]
pub struct Books {
    url: String,
    raw: DatabaseConnection,
}

impl Books {
    /// Opens the database of a shop, which the program has created.
    ///
    /// # Panics
    /// Where it cannot be reached.
    pub async fn open(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let raw = Database::connect(options).await.expect("the database is there");
        Self { url: url.to_owned(), raw }
    }

    /// Waits until nobody else is connected: PostgreSQL goes on with what a dead client has asked.
    ///
    /// # Panics
    /// Where somebody stays.
    pub async fn alone(&self) {
        if self.raw.get_database_backend() == DbBackend::Sqlite {
            return;
        }
        let others = "SELECT COUNT(*) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let deadline = Instant::now() + FAREWELL;
        while self.number(others).await > 0 {
            assert!(Instant::now() < deadline, "a dead client is still connected");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Makes the dead sender's lease and deadline pass. On PostgreSQL a lease ends by the
    /// database's clock after twenty seconds, and a request that may be under way after two
    /// minutes; this puts both into the past instead of waiting, which is as good where the sender
    /// is known to be dead. On SQLite the operating system knows that at once.
    pub async fn outlive_the_dead(&self) {
        if self.raw.get_database_backend() == DbBackend::Postgres {
            self.execute("UPDATE channel SET expires_at = 0 WHERE expires_at IS NOT NULL").await;
            self.execute("UPDATE batch SET deadline = started_at WHERE finished_at IS NULL").await;
        }
    }

    /// What the company has told the program: stock at all locations, and opt-ins.
    ///
    /// # Panics
    /// Where the database cannot be read.
    pub async fn inputs(&self) -> Inputs {
        let sql = "SELECT p.code, \
                   CAST(COALESCE((SELECT SUM(s.quantity) FROM stock s WHERE s.product_id = p.id), 0) \
                   AS BIGINT) AS quantity, \
                   (SELECT COUNT(*) FROM opt_in o WHERE o.product_id = p.id) AS opted_in \
                   FROM product p";
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let rows = self.raw.query_all_raw(statement).await.expect("the database answers");
        let read = rows.iter().map(|row| {
            let quantity: i64 = row.try_get("", "quantity").expect("a number");
            let opted_in: i64 = row.try_get("", "opted_in").expect("a number");
            let said = Said { stock: quantity / UNIT, is_offered: opted_in > 0 };
            (row.try_get("", "code").expect("a text"), said)
        });
        read.collect()
    }

    /// Compares what the program believes of each product with what the marketplace holds: every
    /// quantity shown is one that it considers possible, and a listing it calls settled shows
    /// exactly what is wanted.
    ///
    /// # Panics
    /// Where it does not.
    pub async fn check_belief(&self, shop: &Shop, products: &Inputs) {
        let store = Store::open(&self.url).await.expect("the database opens");
        let channel = self.number("SELECT COALESCE(MIN(id), 0) FROM channel").await;
        for code in products.keys() {
            let product = code.parse().expect("a product code");
            let rows = store.listings(ChannelId(channel), &product).await;
            believes(code, &rows.expect("the database answers"), shop.on_hand(code));
        }
    }

    /// Runs a statement.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn execute(&self, sql: &str) {
        let done = self.raw.execute_unprepared(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The number a query gives.
    ///
    /// # Panics
    /// Where it gives none.
    pub async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let row = self.raw.query_one_raw(statement).await;
        let row = row.unwrap_or_else(|error| panic!("{sql}: {error}")).expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// The number a query gives, where what it asks for is there.
    pub async fn counted(&self, sql: &str) -> Option<i64> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.query_one_raw(statement).await.ok()??.try_get_by_index(0).ok()
    }
}

fn believes(code: &str, rows: &[ListingRow], shown: Option<i64>) {
    let Some(row) = rows.first() else {
        assert_eq!(shown, None, "{code} is shown and not known");
        return;
    };
    let is_possible = match shown {
        Some(shown) => row.possible.contains(&shown),
        None => row.listing.acknowledged.is_none(),
    };
    assert!(is_possible, "{code} shows {shown:?}, which is not believed possible: {row:#?}");
}
