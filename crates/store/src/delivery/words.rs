//! Many rows in one statement, in either direction, as one JSON text.

use sea_orm::{DatabaseExecutor, QueryResult, Value};
use serde::de::DeserializeOwned;

use crate::sql::Sql;
use crate::{StoreError, StoreErrorKind};

/// Statements of one transaction or connection, in the words of delivery. Beside those of [`Sql`]:
/// `{array}` makes a JSON array of its arguments, `{collect}` one of all rows, `{ids}` reads the
/// whole numbers in parameter `$1`, `{now}` is the database's clock in microseconds, `{locked}`
/// holds the rows that are read until the transaction ends, `{skipping}` those that nobody holds,
/// and `{shared}` lets nobody change them.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    sql: Sql<'a>,
}

const SQLITE: [(&str, &str); 7] = [
    ("{array}", "json_array"),
    ("{collect}", "json_group_array"),
    ("{ids}", "(SELECT value FROM json_each($1))"),
    ("{now}", "CAST(unixepoch('subsec') * 1000000 AS BIGINT)"),
    ("{locked}", ""),
    ("{skipping}", ""),
    ("{shared}", ""),
];

const POSTGRES: [(&str, &str); 7] = [
    ("{array}", "json_build_array"),
    ("{collect}", "json_agg"),
    (
        "{ids}",
        "(SELECT CAST(CAST(value AS TEXT) AS BIGINT) FROM json_array_elements(CAST($1 AS json)))",
    ),
    ("{now}", "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"),
    ("{locked}", "FOR UPDATE"),
    ("{skipping}", "FOR UPDATE SKIP LOCKED"),
    ("{shared}", "FOR SHARE"),
];

impl<'a> Work<'a> {
    pub(crate) fn new(connection: impl Into<DatabaseExecutor<'a>>) -> Self {
        Self { sql: Sql::new(connection) }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.sql.is_postgres()
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn run(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, StoreError> {
        self.sql.run(&self.worded(sql), values).await
    }

    /// Runs a query for its rows.
    pub(crate) async fn all(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        self.sql.all(&self.worded(sql), values).await
    }

    /// Runs a query for its first row.
    pub(crate) async fn first(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>, StoreError> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Runs a query for one whole number; none is 0.
    pub(crate) async fn number(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<i64, StoreError> {
        let Some(row) = self.first(sql, values).await? else { return Ok(0) };
        let number: Option<i64> = row.try_get_by_index(0)?;
        Ok(number.unwrap_or_default())
    }

    /// Runs a query whose expression `{collect}` gathers all rows in one text.
    pub(crate) async fn collect<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>, StoreError> {
        let Some(row) = self.first(sql, values).await? else { return Ok(Vec::new()) };
        let text: Option<String> = row.try_get_by_index(0)?;
        text.map_or_else(|| Ok(Vec::new()), |text| parse(&text))
    }

    fn worded(&self, sql: &str) -> String {
        let words = if self.is_postgres() { POSTGRES } else { SQLITE };
        let worded = |text: String, (name, word): &(&str, &str)| match text.contains(name) {
            true => text.replace(name, word),
            false => text,
        };
        words.iter().fold(sql.to_owned(), worded)
    }
}

/// Reads a JSON text that this program wrote.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(&error.to_string()))
}

/// What is in the database is not what this program writes.
pub(crate) fn corrupt(what: &str) -> StoreError {
    let message = format!("the database holds what this program does not write: {what}");
    StoreError::new(StoreErrorKind::Corrupt, message)
}
