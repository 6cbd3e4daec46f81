//! Pieces of SQL that mean the same on both databases.

use sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, QueryResult, Statement, Value};
use trueup_stock::DemandProfile;

use crate::StoreError;

/// Statements on one connection or transaction.
///
/// SQL texts are written once for both databases, with these words where they differ: `{rows}`
/// unpacks parameter `$1`, a JSON array, as `j(value, at)` with `at` counted from 0, and `{key}` is
/// the primary key of a temporary table.
#[derive(Debug)]
pub struct Sql<'c> {
    connection: DatabaseExecutor<'c>,
    backend: DbBackend,
}

/// How many rows one statement inserts; databases allow some ten thousand parameters.
const ROWS_PER_STATEMENT: usize = 1000;

/// A temporary table: its name and its columns.
pub type Temporary = (&'static str, &'static str);

impl<'c> Sql<'c> {
    pub(crate) fn new(connection: impl Into<DatabaseExecutor<'c>>) -> Self {
        let connection = connection.into();
        let backend = connection.get_database_backend();
        Self { connection, backend }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn run(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, StoreError> {
        let statement = self.statement(sql, values);
        Ok(self.connection.execute_raw(statement).await?.rows_affected())
    }

    /// Runs an `INSERT` whose `{values}` stands for the rows, as table `v` with columns `column1`
    /// and on. On SQLite this is a third faster than one JSON text.
    pub(crate) async fn put<const N: usize>(
        &self,
        insert: &str,
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Result<(), StoreError> {
        let mut values = rows.into_iter().flatten().peekable();
        while values.peek().is_some() {
            let part: Vec<Value> = values.by_ref().take(N * ROWS_PER_STATEMENT).collect();
            let rows = format!("(VALUES {}) AS v", self.placeholders(part.len() / N, N));
            self.run(&insert.replace("{values}", &rows), part).await?;
        }
        Ok(())
    }

    /// SQLite looks numbered parameters up in a list, which takes long where there are many.
    fn placeholders(&self, rows: usize, columns: usize) -> String {
        let row = |row: usize| {
            let column = |column: usize| match self.is_postgres() {
                true => format!("${}", row * columns + column + 1),
                false => "?".to_owned(),
            };
            let columns: Vec<String> = (0..columns).map(column).collect();
            format!("({})", columns.join(","))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        rows.join(",")
    }

    /// Runs a query for all its rows.
    pub(crate) async fn all(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let statement = self.statement(sql, values);
        Ok(self.connection.query_all_raw(statement).await?)
    }

    /// Runs a query for one whole number; none is 0.
    pub(crate) async fn number(&self, sql: &str) -> Result<u64, StoreError> {
        let statement = self.statement(sql, []);
        let Some(row) = self.connection.query_one_raw(statement).await? else {
            return Ok(0);
        };
        let number: Option<i64> = row.try_get_by_index(0)?;
        Ok(number.unwrap_or_default().try_into().unwrap_or_default())
    }

    /// Runs statements without parameters, separated by `;`.
    pub(crate) async fn script(&self, sql: &str) -> Result<(), StoreError> {
        fail::fail_point!("statement");
        let sql = in_dialect(self.backend, sql);
        self.connection.execute_unprepared(&sql).await?;
        Ok(())
    }

    /// Creates temporary tables. PostgreSQL drops them with the transaction; SQLite keeps them until
    /// [`Sql::drop_temporary`] or the end of the connection.
    pub(crate) async fn create_temporary(&self, tables: &[Temporary]) -> Result<(), StoreError> {
        let end = if self.is_postgres() { " ON COMMIT DROP" } else { "" };
        for (name, columns) in tables {
            self.script(&format!("CREATE TEMPORARY TABLE {name} ({columns}){end}")).await?;
        }
        Ok(())
    }

    /// Drops temporary tables before the transaction's end, on both databases.
    pub(crate) async fn drop_temporary(&self, tables: &[Temporary]) -> Result<(), StoreError> {
        for (name, _) in tables {
            self.script(&format!("DROP TABLE {name}")).await?;
        }
        Ok(())
    }

    /// Tells PostgreSQL how large temporary tables have become, before it plans joins with them.
    pub(crate) async fn analyze(&self, tables: &[Temporary]) -> Result<(), StoreError> {
        if self.is_postgres() {
            let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
            self.script(&format!("ANALYZE {}", names.join(", "))).await?;
        }
        Ok(())
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        fail::fail_point!("statement");
        Statement::from_sql_and_values(self.backend, in_dialect(self.backend, sql), values)
    }
}

/// Puts a database's own words into a text; see [`Sql`].
pub(crate) fn in_dialect(backend: DbBackend, sql: &str) -> String {
    let [rows, key] = if backend == DbBackend::Postgres {
        [
            "(SELECT value, ordinality - 1 AS at \
             FROM json_array_elements(CAST($1 AS json)) WITH ORDINALITY) AS j",
            "BIGINT PRIMARY KEY",
        ]
    } else {
        ["(SELECT value, key AS at FROM json_each($1)) AS j", "INTEGER PRIMARY KEY"]
    };
    sql.replace("{rows}", rows).replace("{key}", key)
}

/// The exact sum of a whole-number expression, or the largest number where it would not fit.
///
/// SQLite fails a sum that overflows, and one product must not fail all: so the upper and the
/// lower bits are summed apart.
pub(crate) fn exact_sum(amount: &str) -> String {
    let low = format!("SUM(({amount}) & 16777215)");
    let high = format!("SUM(({amount}) >> 24)");
    let carried = format!("({high} + (CAST({low} AS BIGINT) >> 24))");
    format!(
        "(CASE WHEN {carried} >= 549755813888 THEN 9223372036854775807 \
         ELSE CAST({carried} AS BIGINT) * 16777216 + (CAST({low} AS BIGINT) & 16777215) END)"
    )
}

/// How a demand profile reads order lines `l`: which count, and how much of each.
pub(crate) struct Demand {
    /// A condition that holds for lines that add to demand.
    pub(crate) counts: String,
    /// What such a line adds.
    pub(crate) amount: &'static str,
}

impl Demand {
    /// The standings that count come from the engine, which alone decides that.
    pub(crate) fn of(profile: DemandProfile) -> Self {
        let standings = profile.counting().map(|standing| standing.to_number().to_string());
        let standings: Vec<String> = standings.collect();
        let amount = match profile {
            DemandProfile::Documented => "l.ordered",
            DemandProfile::ShippedLines => "l.ordered - l.shipped - l.cancelled",
        };
        let standings = standings.join(", ");
        Self { counts: format!("l.standing IN ({standings}) AND {amount} > 0"), amount }
    }

    /// The demand of product `p`, as an expression.
    pub(crate) fn of_product(&self) -> String {
        let Self { counts, amount } = self;
        let sum = exact_sum(amount);
        format!(
            "COALESCE((SELECT {sum} FROM order_line l \
             WHERE l.product_id = p.id AND +{counts}), 0)"
        )
    }
}

/// Every row as one JSON parameter.
pub(crate) fn json<T: serde::Serialize>(rows: &T) -> Value {
    let text = serde_json::to_string(rows);
    text.expect("texts and numbers have a JSON form").into()
}
