//! The hand that changes a database behind the program's back.

use sea_orm::{ConnectionTrait, Database};

/// Runs statements on a database.
///
/// # Panics
/// Where one fails.
pub async fn execute(address: &str, sql: &str) {
    let database = Database::connect(address).await.expect("the database answers");
    database.execute_unprepared(sql).await.expect("the statement is right");
    database.close().await.expect("a connection can be closed");
}
