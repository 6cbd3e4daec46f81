//! A PostgreSQL server that belongs to one test, which may restart it.

use std::fmt;

use crate::TestDatabase;
use crate::cluster::Cluster;
use crate::database::folder;

/// A PostgreSQL server of one test's own. Dropping it ends the server.
pub struct OwnPostgres(Cluster);

impl OwnPostgres {
    /// Starts one, or says that PostgreSQL is not installed.
    ///
    /// # Panics
    /// Where PostgreSQL is installed and does not work, or is required and not installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        Cluster::start().map(Self)
    }

    /// A new database on it.
    #[must_use]
    pub fn database(&self) -> TestDatabase {
        TestDatabase { name: "postgres", url: self.0.create_database(), folder: folder() }
    }

    /// Kills the server without letting it finish anything, and starts it again. Returns when it
    /// takes connections.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn restart(&self) {
        self.0.restart();
    }
}

impl fmt::Debug for OwnPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnPostgres").finish_non_exhaustive()
    }
}
