//! What the two databases call the same thing, for migrations after the first.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

const SQLITE: [(&str, &str); 3] =
    [("{key}", "INTEGER PRIMARY KEY"), ("{bytes}", "BLOB"), ("{clustered}", " WITHOUT ROWID")];

const POSTGRES: [(&str, &str); 3] =
    [("{key}", "BIGINT PRIMARY KEY"), ("{bytes}", "BYTEA"), ("{clustered}", "")];

/// Runs a script in which `{key}` stands for a given primary key, `{bytes}` for bytes and `{clustered}` for a table kept
/// in the order of its primary key, where a database has that.
pub(super) async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let words = match connection.get_database_backend() {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    let in_dialect = |text: String, (name, word): &(&str, &str)| text.replace(name, word);
    let text = words.iter().fold(script.to_owned(), in_dialect);
    connection.execute_unprepared(&text).await?;
    Ok(())
}
