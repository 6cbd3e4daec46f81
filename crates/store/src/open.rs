//! From an address to an open database with the present schema.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use sea_orm_migration::MigratorTrait;

use crate::migrations::Migrator;
use crate::{Durability, Store, StoreError, StoreErrorKind};

/// The oldest SQLite that is safe with a write-ahead log and several connections: 3.7.0 to 3.51.2
/// can corrupt the file when the log is reset.
pub const SQLITE_VERSION_MIN: [u32; 3] = [3, 51, 3];

/// The oldest PostgreSQL that is tested.
const POSTGRES_VERSION_MIN: u32 = 15;

/// How long one process waits for another's write transaction.
const BUSY: Duration = Duration::from_secs(60);

/// How long PostgreSQL waits for the next statement of a transaction. A program that was stopped, or
/// whose computer is gone, holds its locks no longer than that; ours needs milliseconds.
pub(crate) const POSTGRES_PATIENCE: &str = "30s";

/// How long to wait before asking again for a new file that another process is setting up.
const SETUP_PAUSE: Duration = Duration::from_millis(20);

/// Bytes of the write-ahead log that stay on the disk after a large transaction.
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// What an import keeps in memory of the database and, by SQLite's rules, of what it sorts: below
/// zero, which means KiB. The codes of a million products fit in.
const IMPORT_CACHE_KIB: &str = "-49152";

/// What an import keeps in memory of its temporary tables, which are read in order, mostly.
const IMPORT_TEMPORARY_KIB: &str = "-16384";

/// The first bytes of every SQLite file.
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";

const UNREADABLE_ADDRESS: &str = "the database address cannot be read; write \
    `postgres://user:password@host:port/database`, with `%` codes for special characters";

/// The first key of our advisory locks on PostgreSQL, a number of no meaning.
pub(crate) const POSTGRES_LOCKS: i32 = 0x7275_6570;

/// The second key, for what each lock protects.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PostgresLock {
    Schema = 1,
    Inputs = 2,
    Instance = 3,
}

/// What a SQLite connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Many small statements.
    Everyday,
    /// One import: more memory, spent on fewer passes over the disk.
    Import,
}

/// The file a SQLite address names.
///
/// # Errors
/// No file, parameters (which would be ignored), a folder that does not exist, a file that cannot
/// be written or that is something else.
pub(crate) fn sqlite_path(address: &str) -> Result<PathBuf, StoreError> {
    let refuse = |why: String| Err(StoreError::new(StoreErrorKind::Address, why));
    let path = address.trim_start_matches("sqlite:");
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path == ":memory:" {
        let why = "the SQLite address names no file; write for example `sqlite://trueup.db`";
        return refuse(why.to_owned());
    }
    if path.contains('?') {
        return refuse(format!(
            "the SQLite address `sqlite://{path}` has parameters after `?`; leave them out"
        ));
    }
    let path = PathBuf::from(path);
    require_usable(&path)?;
    Ok(path)
}

fn require_usable(path: &Path) -> Result<(), StoreError> {
    let file = path.display();
    let refuse = |why: String| Err(StoreError::new(StoreErrorKind::Address, why));
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let folder = folder.display();
        return refuse(format!(
            "the folder {folder} of the database file does not exist; create it first"
        ));
    }
    let Ok(metadata) = path.metadata() else {
        return Ok(());
    };
    if metadata.is_dir() {
        return refuse(format!("{file} is a folder; name a file in it"));
    }
    if metadata.permissions().readonly() {
        return refuse(format!("the database file {file} is read-only; allow writing to it"));
    }
    if metadata.len() > 0 && !has_sqlite_header(path) {
        return refuse(format!("{file} is not a SQLite database; name another file, or a new one"));
    }
    Ok(())
}

/// A file that cannot be read is left for SQLite to report.
fn has_sqlite_header(path: &Path) -> bool {
    let mut header = [0; SQLITE_HEADER.len()];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => &header == SQLITE_HEADER,
        Err(error) => error.kind() != std::io::ErrorKind::UnexpectedEof,
    }
}

/// Connects to a SQLite file, creating it where it is new.
pub(crate) async fn connect_sqlite(
    path: &Path,
    connections: u32,
    durability: Durability,
    purpose: Purpose,
) -> Result<DatabaseConnection, StoreError> {
    let started = Instant::now();
    loop {
        let options = sqlite_options(path, connections, durability, purpose);
        match Database::connect(options).await {
            // A new file is locked for an instant while another process sets it up, and SQLite
            // does not wait for that by itself.
            Err(error) if is_locked(&error) && started.elapsed() < BUSY => {
                tokio::time::sleep(SETUP_PAUSE).await;
            }
            answer => {
                return answer.map_err(|error| {
                    let doing = format!("the database file {} cannot be opened", path.display());
                    StoreError::database(doing, error)
                });
            }
        }
    }
}

fn is_locked(error: &DbErr) -> bool {
    error.to_string().contains("database is locked")
}

fn sqlite_options(
    path: &Path,
    connections: u32,
    durability: Durability,
    purpose: Purpose,
) -> ConnectOptions {
    let path = path.to_owned();
    // The address only chooses the driver: a file name may hold any character.
    let mut options = ConnectOptions::new("sqlite://trueup.db");
    options.max_connections(connections).sqlx_logging(false);
    // Temporary tables and a warm cache are lost with the connection.
    options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    // A file does not hang up, and asking whether it did costs as much as a small statement.
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .filename(&path)
            .create_if_missing(true)
            .busy_timeout(BUSY)
            .pragma("journal_mode", "WAL")
            .pragma("journal_size_limit", LOG_BYTES_KEPT.to_string())
            .pragma("synchronous", durability.synchronous())
            .pragma("temp_store", "FILE");
        match purpose {
            Purpose::Everyday => sqlite.pragma("foreign_keys", "ON"),
            // Keys of an import come out of joins with the tables they refer to.
            Purpose::Import => sqlite
                .pragma("foreign_keys", "OFF")
                .pragma("cache_size", IMPORT_CACHE_KIB)
                .pragma("temp.cache_size", IMPORT_TEMPORARY_KIB),
        }
    });
    options
}

/// Connects to a PostgreSQL server.
pub(crate) async fn connect_postgres(
    address: &str,
    connections: u32,
) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(address);
    options.max_connections(connections).sqlx_logging(false);
    // A plan made while the tables were small is kept for a statement's life, and a statement lives
    // as long as its connection.
    let custom_plans = ("plan_cache_mode", "force_custom_plan");
    let patience = ("idle_in_transaction_session_timeout", POSTGRES_PATIENCE);
    options.map_sqlx_postgres_opts(move |postgres| postgres.options([custom_plans, patience]));
    let connected = Database::connect(options).await;
    connected.map_err(|error| {
        // The driver repeats an address that it cannot read, and with it the password.
        if error.to_string().contains(address) {
            return StoreError::new(StoreErrorKind::Address, UNREADABLE_ADDRESS);
        }
        let doing = "the PostgreSQL server cannot be reached with the address in `database`";
        StoreError::database(doing, error)
    })
}

/// Refuses a database whose own faults would become ours.
pub(crate) async fn require_version(connection: &DatabaseConnection) -> Result<(), StoreError> {
    let backend = connection.get_database_backend();
    let is_postgres = backend == DbBackend::Postgres;
    let (name, asking, oldest) = if is_postgres {
        let asking = "SELECT current_setting('server_version') AS version";
        ("PostgreSQL", asking, &[POSTGRES_VERSION_MIN][..])
    } else {
        let asking = "SELECT sqlite_version() AS version";
        ("SQLite", asking, &SQLITE_VERSION_MIN[..])
    };
    let row = connection.query_one_raw(Statement::from_string(backend, asking));
    let row = row.await?;
    let version: String = row.map_or(Ok(String::new()), |row| row.try_get("", "version"))?;
    let parts = version.split(|c: char| !c.is_ascii_digit());
    let parts: Vec<u32> = parts.filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() >= oldest {
        return Ok(());
    }
    let oldest: Vec<String> = oldest.iter().map(u32::to_string).collect();
    let oldest = oldest.join(".");
    let why = format!("{name} {version} is not safe to use; at least {oldest} is needed");
    Err(StoreError::new(StoreErrorKind::Version, why))
}

impl Store {
    /// Looks through a SQLite file for damage, its indexes against its tables included: an index that
    /// leads to another row changes numbers as much as a row does. PostgreSQL looks after its own.
    ///
    /// # Errors
    /// [`StoreErrorKind::Corrupt`] with the first thing found; or the database's.
    pub async fn check_file(&self) -> Result<(), StoreError> {
        let Some(path) = self.path() else { return Ok(()) };
        let statement = self.statement("PRAGMA integrity_check(1)", []);
        let row = self.reading().query_one_raw(statement).await?;
        let found: String = row.map_or(Ok(String::new()), |row| row.try_get_by_index(0))?;
        if found == "ok" {
            return Ok(());
        }
        let why = format!(
            "the database file {} is damaged ({found}); restore a backup, then `trueup adopt`",
            path.display()
        );
        Err(StoreError::new(StoreErrorKind::Corrupt, why))
    }
}

/// Brings the schema up to date; one process does it while others wait.
pub(crate) async fn migrate(store: &Store) -> Result<(), StoreError> {
    let failed = |error| match error {
        // The migrator says so of a version it does not know, and of nothing else.
        DbErr::Custom(_) => StoreError::new(
            StoreErrorKind::Version,
            "the database was written by a newer trueup; use that version, or a backup",
        ),
        error => StoreError::database("the schema could not be brought up to date", error),
    };
    let pending = Migrator::get_pending_migrations_read_only(store.reading()).await;
    let pending = pending.map_err(failed)?.len();
    if pending == 0 {
        return Ok(());
    }
    let transaction = store.write(Durability::Full).await?;
    store.lock(&transaction, PostgresLock::Schema).await?;
    // All of them or none, wherever the process dies.
    for _ in 0..pending {
        Migrator::up(&*transaction, Some(1)).await.map_err(failed)?;
        fail::fail_point!("within_schema");
    }
    transaction.commit().await
}
