//! Opening the database, and the two ways to write to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::migrations::Migrator;
use crate::{StoreError, StoreErrorKind};

/// The oldest SQLite that is safe with a write-ahead log and several connections: 3.7.0 to 3.51.2
/// can corrupt the file when the log is reset.
pub const SQLITE_VERSION_MIN: [u32; 3] = [3, 51, 3];

/// How long one process waits for another's write transaction.
const BUSY: Duration = Duration::from_secs(60);

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
}

/// A write transaction. Dropping it without [`Transaction::commit`] undoes it.
#[derive(Debug)]
pub(crate) struct Transaction {
    inner: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Transaction {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
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
    /// An address of another kind, a SQLite older than [`SQLITE_VERSION_MIN`], or a database that
    /// does not answer. The message never holds the address's password.
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
        let migrated = Migrator::up(&store.durable, None).await;
        migrated.map_err(|error| {
            StoreError::database("the schema could not be brought up to date", error)
        })?;
        Ok(store)
    }

    async fn open_sqlite(address: &str) -> Result<Self, StoreError> {
        let path = address
            .trim_start_matches("sqlite:")
            .trim_start_matches("//");
        let path = path.split('?').next().unwrap_or_default();
        if path.is_empty() || path == ":memory:" {
            let why = "the SQLite address names no file; write `sqlite://trueup.db`";
            return Err(StoreError::new(StoreErrorKind::Address, why));
        }
        let connect = |connections: u32, synchronous: &'static str| {
            let mut options = ConnectOptions::new(format!("sqlite://{path}?mode=rwc"));
            options.max_connections(connections).sqlx_logging(false);
            options.map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .busy_timeout(BUSY)
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", synchronous)
                    .pragma("foreign_keys", "ON")
                    .pragma("temp_store", "FILE")
            });
            Database::connect(options)
        };
        let failed = |error| {
            StoreError::database(format!("the database file {path} cannot be opened"), error)
        };
        let durable = connect(1, "FULL").await.map_err(failed)?;
        require_sqlite_version(&durable).await?;
        Ok(Self {
            relaxed: connect(1, "NORMAL").await.map_err(failed)?,
            reading: connect(READERS, "FULL").await.map_err(failed)?,
            durable,
            writing: Arc::new(Mutex::new(())),
            path: Some(PathBuf::from(path)),
        })
    }

    async fn open_postgres(address: &str) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(address);
        options.max_connections(READERS * 2).sqlx_logging(false);
        let pool = Database::connect(options).await.map_err(|error| {
            StoreError::database(
                "the PostgreSQL server cannot be reached with the address in `database`",
                error,
            )
        })?;
        Ok(Self {
            reading: pool.clone(),
            durable: pool.clone(),
            relaxed: pool,
            writing: Arc::new(Mutex::new(())),
            path: None,
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
        let turn = match self.is_postgres() {
            true => None,
            false => Some(Arc::clone(&self.writing).lock_owned().await),
        };
        let connection = match durability {
            Durability::Full => &self.durable,
            Durability::Relaxed => &self.relaxed,
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
            inner
                .execute_unprepared("SET LOCAL synchronous_commit = off")
                .await?;
        }
        Ok(Transaction { inner, _turn: turn })
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

async fn require_sqlite_version(connection: &DatabaseConnection) -> Result<(), StoreError> {
    let statement = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version() AS version");
    let row = connection.query_one_raw(statement).await?;
    let version: String = match row {
        Some(row) => row.try_get("", "version")?,
        None => String::new(),
    };
    let parts: Vec<u32> = version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    if parts.as_slice() >= SQLITE_VERSION_MIN.as_slice() {
        return Ok(());
    }
    let [major, minor, patch] = SQLITE_VERSION_MIN;
    Err(StoreError::new(
        StoreErrorKind::Version,
        format!(
            "SQLite {version} can corrupt its file; at least {major}.{minor}.{patch} is needed"
        ),
    ))
}
