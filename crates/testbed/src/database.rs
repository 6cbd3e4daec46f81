//! Databases that belong to one test each.

use std::path::Path;

use tempfile::TempDir;

/// An empty database that belongs to one test.
#[derive(Debug)]
pub struct TestDatabase {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    /// Its address, as settings name it.
    pub url: String,
    /// A folder that belongs to the test as well; the SQLite file is in it.
    pub folder: TempDir,
}

impl TestDatabase {
    /// A new SQLite database.
    ///
    /// # Panics
    /// Where no temporary folder can be made.
    #[must_use]
    pub fn sqlite() -> Self {
        Self::sqlite_in(&std::env::temp_dir())
    }

    /// The same with its file somewhere below `place`, a file system in memory perhaps.
    ///
    /// # Panics
    /// Where no folder can be made there.
    #[must_use]
    pub fn sqlite_in(place: &Path) -> Self {
        let folder = tempfile::tempdir_in(place).expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("trueup.db").display());
        Self { name: "sqlite", url, folder }
    }

    /// A new PostgreSQL database, or `None` where PostgreSQL is not installed.
    ///
    /// # Panics
    /// Where PostgreSQL is installed and does not work, or is required and not installed.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let url = postgres_url()?;
        Some(Self { name: "postgres", url, folder: folder() })
    }
}

/// A new database of each kind that is there.
#[must_use]
pub fn databases() -> Vec<TestDatabase> {
    let sqlite = TestDatabase::sqlite();
    std::iter::once(sqlite).chain(TestDatabase::postgres()).collect()
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[cfg(unix)]
fn postgres_url() -> Option<String> {
    crate::cluster::Cluster::shared().map(|cluster| cluster.create_database())
}

#[cfg(not(unix))]
fn postgres_url() -> Option<String> {
    None
}
