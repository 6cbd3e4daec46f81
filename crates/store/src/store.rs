//! Opening the database, and the two ways to write to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::open::{
    POSTGRES_LOCKS, PostgresLock, Purpose::Everyday, connect_postgres, connect_sqlite, migrate,
    require_version, sqlite_path,
};
use crate::{StoreError, StoreErrorKind};

/// How many connections read at the same time.
const READERS: u32 = 4;

/// What a committed transaction survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Power loss: for inputs, wanted levels and the intent to send.
    Full,
    /// The end of this process, but perhaps not power loss: for outcomes, whose loss causes no
    /// more than a resend.
    Relaxed,
}

/// The database: SQLite in a file, or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Store {
    reading: DatabaseConnection,
    durable: DatabaseConnection,
    relaxed: DatabaseConnection,
    /// SQLite has one writer at a time; waiting here is fair, waiting in SQLite is not.
    writing: Arc<Mutex<()>>,
    path: Option<PathBuf>,
    /// The file of this host that guards it; see [`crate::instance`].
    pub(crate) record: Option<PathBuf>,
}

impl Durability {
    /// SQLite's word for it.
    pub(crate) const fn synchronous(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Relaxed => "NORMAL",
        }
    }
}

/// A write transaction. Dropping it without [`Transaction::commit`] undoes it.
#[derive(Debug)]
pub(crate) struct Transaction {
    inner: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Transaction {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        fail::fail_point!("statement");
        let committed = self.inner.commit().await;
        committed.map_err(|error| StoreError::database("committing failed", error))
    }
}

impl std::ops::Deref for Transaction {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

impl Store {
    /// Opens (and where it is new, creates) the database at `sqlite://path` or `postgres://…`, and
    /// brings its schema up to date.
    ///
    /// # Errors
    /// An address of another kind, a file that cannot be one, a database too old (or, in its
    /// schema, too new) to be trusted, or one that does not answer. The message never holds the
    /// address's password.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let store = if address.starts_with("sqlite:") {
            Self::open_sqlite(address).await?
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            Self::open_postgres(address).await?
        } else {
            return Err(StoreError::new(
                StoreErrorKind::Address,
                "the database address must start with `sqlite://` or `postgres://`",
            ));
        };
        migrate(&store).await?;
        Ok(store)
    }

    async fn open_sqlite(address: &str) -> Result<Self, StoreError> {
        let path = sqlite_path(address)?;
        let connect =
            |connections, durability| connect_sqlite(&path, connections, durability, Everyday);
        let durable = connect(1, Durability::Full).await?;
        require_version(&durable).await?;
        Ok(Self {
            relaxed: connect(1, Durability::Relaxed).await?,
            reading: connect(READERS, Durability::Full).await?,
            durable,
            writing: Arc::new(Mutex::new(())),
            path: Some(path),
            record: None,
        })
    }

    async fn open_postgres(address: &str) -> Result<Self, StoreError> {
        let pool = connect_postgres(address, READERS * 2).await?;
        require_version(&pool).await?;
        Ok(Self {
            reading: pool.clone(),
            durable: pool.clone(),
            relaxed: pool,
            writing: Arc::new(Mutex::new(())),
            path: None,
            record: None,
        })
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// For statements that change nothing.
    pub(crate) fn reading(&self) -> &DatabaseConnection {
        &self.reading
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.reading.get_database_backend() == DbBackend::Postgres
    }

    /// Starts a write transaction. SQLite takes its write lock at once, so that nothing read within
    /// it can be outdated; PostgreSQL reads committed rows.
    pub(crate) async fn write(&self, durability: Durability) -> Result<Transaction, StoreError> {
        let connection = match durability {
            Durability::Full => &self.durable,
            Durability::Relaxed => &self.relaxed,
        };
        self.write_on(connection, durability).await
    }

    /// The same on a connection of the caller's own.
    pub(crate) async fn write_on(
        &self,
        connection: &DatabaseConnection,
        durability: Durability,
    ) -> Result<Transaction, StoreError> {
        let turn = match self.is_postgres() {
            true => None,
            false => Some(Arc::clone(&self.writing).lock_owned().await),
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = connection.begin_with_options(options).await;
        let inner = inner.map_err(|error| {
            StoreError::database("no write transaction could be started", error)
        })?;
        if self.is_postgres() && durability == Durability::Relaxed {
            inner.execute_unprepared("SET LOCAL synchronous_commit = off").await?;
        }
        Ok(Transaction { inner, _turn: turn })
    }

    /// A transaction whose reads are all of one moment.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            isolation_level: self.is_postgres().then_some(IsolationLevel::RepeatableRead),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            ..TransactionOptions::default()
        };
        Ok(self.reading.begin_with_options(options).await?)
    }

    /// Waits until no other transaction holds the lock, and holds it until this one ends. SQLite
    /// needs none: it has one writer at a time.
    pub(crate) async fn lock(
        &self,
        transaction: &DatabaseTransaction,
        lock: PostgresLock,
    ) -> Result<(), StoreError> {
        if self.is_postgres() {
            let keys = [POSTGRES_LOCKS.into(), (lock as i32).into()];
            let statement = self.statement("SELECT pg_advisory_xact_lock($1, $2)", keys);
            transaction.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// A statement for this database. Parameters are written `$1`, `$2`, … for both.
    pub(crate) fn statement(
        &self,
        sql: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Statement {
        Statement::from_sql_and_values(self.reading.get_database_backend(), sql, values)
    }
}
