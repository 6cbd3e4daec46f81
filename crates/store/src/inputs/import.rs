//! One file: staged row by row, judged as a whole, and merged in one transaction or not at all.

use jiff::Timestamp;
use serde::Serialize;
use trueup_delivery::mutant;
use trueup_stock::{
    ExternalStockRecord, Numbered, OrderLineRecord, ProductRecord, Rejection, StockRecord,
};

use super::marks::MARKED;
use super::refused::{REFUSED, rejections};
use super::stage::{Record, Stage};
use crate::delivery::journal::{About, note_all};
use crate::delivery::words::Work;
use crate::open::PostgresLock;
use crate::sql::{Sql, json};
use crate::store::Transaction;
use crate::{Store, StoreError};

/// How many rejections a report names.
pub(super) const REJECTIONS_SHOWN: usize = 100;

/// How many rejections wait before they are written.
const REJECTIONS_HELD: usize = 1000;

/// What to do with a file that has rows which cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRows {
    /// Take nothing of it.
    Refuse,
    /// Take the others. An order is taken whole or not at all.
    Skip,
}

/// What came of a file. `read = applied + unchanged + rejected`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Rows read.
    pub read: u64,
    /// Rows that made a difference. 0 where nothing was committed.
    pub applied: u64,
    /// Rows that made none, because what they state was known; where nothing was committed, all
    /// rows without a fault.
    pub unchanged: u64,
    /// Rows that cannot be taken.
    pub rejected: u64,
    /// The first hundred of them, by row.
    #[serde(skip)]
    pub rejections: Vec<Rejection>,
    /// Whether the file was taken. Where it was not, the database is as it was.
    pub is_committed: bool,
}

/// A file being imported. Dropping it before [`Import::finish`] leaves the database as it was, and
/// so does the end of the program at any moment.
///
/// Rows wait in temporary tables of a connection of their own. Until `finish`, others may write.
#[derive(Debug)]
pub struct Import<R: Record> {
    store: Store,
    file: String,
    digests: Vec<String>,
    stage: Stage,
    open: R::Open,
    staged: i64,
    refused: u64,
    rejections: Vec<Rejection>,
    /// Orders that lost a row before it could be staged, and that row.
    broken: Vec<(String, u64)>,
    last_refused: Option<(String, u64)>,
}

/// The orders of which a row was rejected before it was staged.
const BROKEN: (&str, &str) = ("broken_order", "code TEXT PRIMARY KEY, at_row BIGINT NOT NULL");

impl Store {
    /// Starts the import of a products file; `file` is what people call it.
    ///
    /// # Errors
    /// A database that does not answer; so for the other kinds.
    pub async fn begin_import_products(
        &self,
        file: &str,
    ) -> Result<Import<ProductRecord>, StoreError> {
        Import::begin(self, file).await
    }

    /// Starts the import of a stock file. A location that is new is created.
    ///
    /// # Errors
    /// See [`Store::begin_import_products`].
    pub async fn begin_import_stock(&self, file: &str) -> Result<Import<StockRecord>, StoreError> {
        Import::begin(self, file).await
    }

    /// Starts the import of an orders file. An order that appears is replaced whole.
    ///
    /// # Errors
    /// See [`Store::begin_import_products`].
    pub async fn begin_import_orders(
        &self,
        file: &str,
    ) -> Result<Import<OrderLineRecord>, StoreError> {
        Import::begin(self, file).await
    }

    /// Starts the import of a file of fixed counts.
    ///
    /// # Errors
    /// See [`Store::begin_import_products`].
    pub async fn begin_import_external_stock(
        &self,
        file: &str,
    ) -> Result<Import<ExternalStockRecord>, StoreError> {
        Import::begin(self, file).await
    }
}

impl<R: Record> Import<R> {
    async fn begin(store: &Store, file: &str) -> Result<Self, StoreError> {
        let stage = Stage::open(store).await?;
        let sql = stage.sql();
        sql.create_temporary(R::TABLES).await?;
        sql.create_temporary(&[REFUSED, MARKED, BROKEN]).await?;
        Ok(Self {
            store: store.clone(),
            file: file.to_owned(),
            digests: Vec::new(),
            stage,
            open: R::Open::default(),
            staged: 0,
            refused: 0,
            rejections: Vec::new(),
            broken: Vec::new(),
            last_refused: None,
        })
    }

    /// The SHA-256 of what was read, for the journal: one for each file.
    pub fn answer_for(&mut self, digests: Vec<String>) {
        self.digests = digests;
    }

    /// Takes the next rows, in the order of the file. A few thousand at a time are fast.
    ///
    /// # Errors
    /// A failure of the database, after which the import can only be dropped.
    pub async fn stage(&mut self, rows: Vec<Numbered<R>>) -> Result<(), StoreError> {
        let mut sound = Vec::with_capacity(rows.len());
        for numbered in rows {
            match numbered.record.fault() {
                None => sound.push(numbered),
                Some((column, reason)) => {
                    let order = numbered.record.order().cloned();
                    let rejection = Rejection {
                        file: self.file.clone(),
                        row: numbered.row,
                        column: Some(column.to_owned()),
                        reason,
                        order,
                    };
                    self.reject(rejection).await?;
                }
            }
        }
        if sound.is_empty() {
            return Ok(());
        }
        let first = self.staged;
        self.staged += i64::try_from(sound.len()).unwrap_or(i64::MAX);
        R::stage(&self.stage.sql(), &mut self.open, first, sound).await
    }

    /// Counts a row that could not even be read. Several rejections of one row, one after the
    /// other, count as one row.
    ///
    /// # Errors
    /// See [`Import::stage`].
    pub async fn reject(&mut self, rejection: Rejection) -> Result<(), StoreError> {
        let row = (rejection.file.clone(), rejection.row);
        if self.last_refused.as_ref() != Some(&row) {
            self.refused += 1;
            self.last_refused = Some(row);
        }
        if let Some(order) = &rejection.order {
            self.broken.push((order.as_str().to_owned(), rejection.row));
        }
        if self.rejections.len() < REJECTIONS_SHOWN {
            self.rejections.push(rejection);
        }
        if self.broken.len() >= REJECTIONS_HELD {
            self.flush_broken().await?;
        }
        Ok(())
    }

    async fn flush_broken(&mut self) -> Result<(), StoreError> {
        let broken = std::mem::take(&mut self.broken);
        let insert = "INSERT INTO broken_order
            SELECT j.value ->> 0, MIN(CAST(j.value ->> 1 AS BIGINT)) FROM {rows}
            GROUP BY j.value ->> 0 ON CONFLICT (code) DO NOTHING";
        self.stage.sql().run(insert, [json(&broken)]).await?;
        Ok(())
    }

    /// Judges all rows and, in one durable transaction, merges those that can be taken.
    ///
    /// # Errors
    /// A failure of the database, after which it is as it was.
    pub async fn finish(
        mut self,
        bad_rows: BadRows,
        now: Timestamp,
    ) -> Result<ImportReport, StoreError> {
        self.flush_broken().await?;
        let sql = self.stage.sql();
        R::close(&sql, &mut self.open).await?;
        sql.analyze(R::TABLES).await?;
        let transaction = self.stage.into_transaction(&self.store).await?;
        self.store.lock(&transaction, PostgresLock::Inputs).await?;
        let sql = Sql::new(&*transaction);
        R::judge(&sql, bad_rows).await?;
        let judged = sql.number("SELECT COUNT(*) FROM refused").await?;
        let mut report = ImportReport {
            read: self.staged.unsigned_abs() + self.refused,
            rejected: self.refused + judged,
            rejections: first(self.rejections, rejections(&sql, &self.file).await?),
            ..ImportReport::default()
        };
        if report.rejected == 0 || bad_rows == BadRows::Skip {
            report.applied = R::merge(&sql, now).await?;
            if mutant!(CountsRowsAsApplied) {
                report.applied = report.read;
            }
            report.unchanged = report.read - report.applied - report.rejected;
            remember(&sql, R::NAME, &self.file, report.read, now).await?;
            let facts = report.facts(R::NAME, &self.file, &self.digests);
            let news = vec![About::default().news("imported", &facts)];
            note_all(&Work::new(&*transaction), None, news, now).await?;
            commit(transaction).await?;
            report.is_committed = true;
        }
        report.unchanged = report.read - report.applied - report.rejected;
        Ok(report)
    }
}

impl ImportReport {
    fn facts(&self, what: &str, file: &str, digests: &[String]) -> serde_json::Value {
        let Self { read, applied, unchanged, rejected, .. } = self;
        serde_json::json!({
            "what": what, "file": file, "digests": digests, "read": read, "applied": applied,
            "unchanged": unchanged, "rejected": rejected,
        })
    }
}

/// Keeps how many rows a file had, for the guard: a file that shrinks is noticed by it.
async fn remember(
    sql: &Sql<'_>,
    kind: &str,
    file: &str,
    rows: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO input (kind, file, rows_read, imported_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (kind, file) DO UPDATE SET rows_read = excluded.rows_read,
        imported_at = excluded.imported_at";
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let values = [kind.into(), file.into(), rows.into(), now.as_microsecond().into()];
    sql.run(insert, values).await?;
    Ok(())
}

/// Rows are numbered per file, so that those of one file stay together.
fn first(mut parsed: Vec<Rejection>, judged: Vec<Rejection>) -> Vec<Rejection> {
    parsed.extend(judged);
    parsed.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    parsed.truncate(REJECTIONS_SHOWN);
    parsed
}

async fn commit(transaction: Transaction) -> Result<(), StoreError> {
    fail::fail_point!("before_t0", |_| Err(StoreError::new(
        crate::StoreErrorKind::Database,
        "stopped before the commit of an import"
    )));
    transaction.commit().await
}
