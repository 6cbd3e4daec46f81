//! Databases for tests: a SQLite file in a folder of its own, and a database of its own on a
//! private PostgreSQL server that lives as long as the test program.
//!
//! [`on_each_database!`] turns `async` functions into a test for each database.
//!
//! The server needs the PostgreSQL programs on this computer and nothing else: no account, no
//! configuration, no running server. Where they are missing, tests of PostgreSQL say that they
//! were left out; with `TESTBED_POSTGRES=required` they fail instead.

#[cfg(unix)]
mod cluster;
mod database;
mod on_each;
#[cfg(unix)]
mod own;

pub use database::{TestDatabase, databases};
#[doc(hidden)]
pub use on_each::{on_postgres, on_sqlite};

#[cfg(unix)]
pub use own::OwnPostgres;

/// Says, past the test harness that would swallow it, that something could not be checked here.
pub fn left_out(why: &str) {
    report(&format!("LEFT OUT: {why}"));
}

/// Says something past the test harness: a seed, a count.
pub fn report(what: &str) {
    use std::io::Write;
    let _nowhere_to_say_it = writeln!(std::io::stderr(), "{what}");
}
