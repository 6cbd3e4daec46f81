//! The hand that changes a database behind the program's back.

use sea_orm::{ConnectionTrait, Database};
use trueup_testbed::TestDatabase;

/// Moves everything from the write-ahead log into the file.
pub const WHOLE: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// Runs statements on a database.
///
/// # Panics
/// Where one fails.
pub async fn execute(address: &str, sql: &str) {
    let database = Database::connect(address).await.expect("the database answers");
    database.execute_unprepared(sql).await.expect("the statement is right");
    database.close().await.expect("a connection can be closed");
}

/// Copies a database that nobody uses at the moment, as an operator does; the address of the copy.
///
/// # Panics
/// Where it cannot be copied.
pub async fn copy_database(database: &TestDatabase) -> String {
    if database.url.starts_with("sqlite:") {
        let folder = database.folder.path();
        let copy = folder.join("copy.db");
        execute(&database.url, WHOLE).await;
        let _bytes = std::fs::copy(folder.join("trueup.db"), &copy).expect("a file can be copied");
        return format!("sqlite://{}", copy.display());
    }
    let (server, name) = database.url.rsplit_once('/').expect("an address names a database");
    let copy = format!("{name}_copy");
    let sql = format!("CREATE DATABASE {copy} TEMPLATE {name}");
    execute(&format!("{server}/postgres"), &sql).await;
    format!("{server}/{copy}")
}
