//! Where a database is.

use std::path::Path;

use crate::delivery::words::Work;
use crate::{Store, StoreError};

/// PostgreSQL's own identity. A copy of a whole server keeps the identifier, and moves to another
/// timeline when it starts to write; a copy of a database has another number.
const POSTGRES: &str = "SELECT CAST(s.system_identifier AS TEXT), CAST(c.timeline_id AS TEXT), \
    CAST(d.oid AS TEXT) FROM pg_control_system() s CROSS JOIN pg_control_checkpoint() c \
    JOIN pg_database d ON d.datname = current_database()";

/// What can be known of a server that does not let this user see more.
const POSTGRES_PLAIN: &str =
    "SELECT CAST(oid AS TEXT) FROM pg_database WHERE datname = current_database()";

impl Store {
    /// Where this database is, in words that differ for every other place.
    pub(super) async fn place(&self) -> Result<String, StoreError> {
        match self.path() {
            Some(path) => Ok(file(path)),
            None => server(&Work::new(self.reading())).await,
        }
    }
}

async fn server(work: &Work<'_>) -> Result<String, StoreError> {
    let text = |row: &sea_orm::QueryResult, at| -> Result<String, StoreError> {
        Ok(row.try_get_by_index(at)?)
    };
    if let Ok(Some(row)) = work.first(POSTGRES, []).await {
        let (system, timeline, database) = (text(&row, 0)?, text(&row, 1)?, text(&row, 2)?);
        return Ok(format!("server {system}, timeline {timeline}, database {database}"));
    }
    let row = work.first(POSTGRES_PLAIN, []).await?;
    let database = row.map(|row| text(&row, 0)).transpose()?.unwrap_or_default();
    Ok(format!("database {database}"))
}

/// A copy of a file has another number. Device numbers say no more, and change between boots.
#[cfg(unix)]
fn file(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    path.metadata().map_or_else(|_| "no file".to_owned(), |found| format!("file {}", found.ino()))
}

#[cfg(not(unix))]
fn file(_path: &Path) -> String {
    "a file".to_owned()
}
