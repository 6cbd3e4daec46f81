//! The program's own tables: articles on the shelf, and sales of them.

use crate::source::Snapshot;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement,
    TransactionTrait, Value,
};

/// Written ahead, so that nobody who sells waits for a reader.
const TABLES: &str = "
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS article (
    code TEXT PRIMARY KEY, title TEXT NOT NULL, pieces INTEGER NOT NULL, channels TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sale (
    number INTEGER PRIMARY KEY, article TEXT NOT NULL REFERENCES article, pieces INTEGER NOT NULL
);
";

/// A small ERP.
#[derive(Debug)]
pub struct Erp(DatabaseConnection);

impl Erp {
    /// Opens its tables, and makes them where there are none.
    pub async fn open(address: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(address);
        options.sqlx_logging(false); // statements are nothing for a log
        let database = Database::connect(options).await?;
        database.execute_unprepared(TABLES).await?;
        Ok(Self(database))
    }

    /// Puts so many pieces of an article on the shelf, in place of those that were there, and says
    /// on which channels it is sold.
    pub async fn stock(
        &self,
        code: &str,
        title: &str,
        pieces: u32,
        channels: &str,
    ) -> Result<(), DbErr> {
        let sql = "INSERT INTO article (code, title, pieces, channels) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (code) DO UPDATE SET \
                   title = excluded.title, pieces = excluded.pieces, channels = excluded.channels";
        let values = [code.into(), title.into(), i64::from(pieces).into(), channels.into()];
        self.write(sql, values).await.map(drop)
    }

    /// Sells some pieces of an article. Whether there is such an article.
    pub async fn sell(&self, code: &str, pieces: u32) -> Result<bool, DbErr> {
        let sql = "INSERT INTO sale (article, pieces) SELECT code, $2 FROM article WHERE code = $1";
        Ok(self.write(sql, [code.into(), i64::from(pieces).into()]).await? == 1)
    }

    /// How many rows were written.
    async fn write<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<u64, DbErr> {
        let backend = self.0.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(self.0.execute_raw(statement).await?.rows_affected())
    }

    /// Everything as it is at one moment, whatever is sold while it is read.
    pub async fn snapshot(&self) -> Result<Snapshot, DbErr> {
        Ok(Snapshot(self.0.begin().await?))
    }
}
