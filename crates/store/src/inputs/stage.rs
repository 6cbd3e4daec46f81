//! Where the rows of a file wait until all of them are read.

use std::fmt::Debug;

use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction};
use trueup_stock::Numbered;

use super::import::BadRows;
use crate::open::{POSTGRES_PATIENCE, Purpose, connect_sqlite};
use crate::sql::{Sql, Temporary};
use crate::store::Transaction;
use crate::{Durability, Store, StoreError};

/// A kind of row that can be imported.
pub trait Record: sealed::Staged {}

pub(super) mod sealed {
    use super::{BadRows, Debug, Numbered, Sql, StoreError, Temporary, Timestamp};
    use trueup_stock::OrderCode;

    /// How rows of one kind are staged, judged and merged. The tables are temporary; besides those
    /// named in [`Staged::TABLES`] there are `refused` and `marked`.
    pub trait Staged: Sized + Debug + Send + Sync + 'static {
        /// What people call such rows.
        const NAME: &'static str;

        /// The temporary tables.
        const TABLES: &'static [Temporary];

        /// What is remembered from one call of [`Staged::stage`] to the next.
        type Open: Default + Debug + Send;

        /// A fault that no database could keep: the column, and what is wrong with it.
        fn fault(&self) -> Option<(&'static str, String)> {
            None
        }

        /// The order the row belongs to.
        fn order(&self) -> Option<&OrderCode> {
            None
        }

        /// Puts rows into the temporary tables, numbered from `first`.
        fn stage(
            sql: &Sql<'_>,
            open: &mut Self::Open,
            first: i64,
            rows: Vec<Numbered<Self>>,
        ) -> impl Future<Output = Result<(), StoreError>> + Send;

        /// Puts in what [`Staged::stage`] still remembers.
        fn close(
            _sql: &Sql<'_>,
            _open: &mut Self::Open,
        ) -> impl Future<Output = Result<(), StoreError>> + Send {
            async { Ok(()) }
        }

        /// Writes every row that cannot be taken to `refused`.
        fn judge(
            sql: &Sql<'_>,
            bad_rows: BadRows,
        ) -> impl Future<Output = Result<(), StoreError>> + Send;

        /// Writes all rows but the refused ones to the real tables, and marks the products that
        /// changed. Returns how many rows made a difference.
        fn merge(
            sql: &Sql<'_>,
            now: Timestamp,
        ) -> impl Future<Output = Result<u64, StoreError>> + Send;
    }
}

/// The connection that holds the temporary tables.
#[derive(Debug)]
pub(super) enum Stage {
    /// A connection of its own, outside of any transaction, so that everyone else can write.
    Sqlite(DatabaseConnection),
    /// A transaction: temporary tables outside of one do not survive a connection pooler. Until the
    /// merge it has locked nothing.
    Postgres(Transaction),
}

impl Stage {
    pub(super) async fn open(store: &Store) -> Result<Self, StoreError> {
        let Some(path) = store.path() else {
            let transaction = store.write(Durability::Full).await?;
            let sql = Sql::new(&*transaction);
            // Reading a file may take longer than a server lets a transaction wait.
            sql.script("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
            return Ok(Self::Postgres(transaction));
        };
        let connection = connect_sqlite(path, 1, Durability::Full, Purpose::Import).await?;
        Ok(Self::Sqlite(connection))
    }

    pub(super) fn sql(&self) -> Sql<'_> {
        match self {
            Self::Sqlite(connection) => Sql::new(connection),
            Self::Postgres(transaction) => {
                let transaction: &DatabaseTransaction = transaction;
                Sql::new(transaction)
            }
        }
    }

    /// Starts the one transaction in which everything is merged.
    pub(super) async fn into_transaction(self, store: &Store) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite(connection) => store.write_on(&connection, Durability::Full).await,
            Self::Postgres(transaction) => {
                // From here on others wait for it.
                let patience = format!(
                    "SET LOCAL idle_in_transaction_session_timeout = '{POSTGRES_PATIENCE}'"
                );
                Sql::new(&*transaction).script(&patience).await?;
                Ok(transaction)
            }
        }
    }
}
