//! Stock and orders from a program of one's own, instead of from files.

use std::error::Error as StdError;

use async_trait::async_trait;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use jiff::Timestamp;
use trueup_stock::{Numbered, OrderLineRecord, ProductRecord, StockRecord};
use trueup_store::{BadRows, Import, Record};

use crate::importing::{CHUNK, view};
use crate::views::ImportView;
use crate::{Host, HostError};

/// What went wrong in the program that embeds trueup.
pub type SourceError = Box<dyn StdError + Send + Sync>;

/// Records as they come out of the program's own tables.
pub type Rows<'a, T> = BoxStream<'a, Result<T, SourceError>>;

/// Where a program that embeds trueup keeps its products, stock and orders.
///
/// Everything is streamed; a million rows pass through in chunks. What is not told stays as it is:
/// products and levels that are left out keep their values, and an order that appears is replaced
/// whole, so that the lines of one order must follow each other.
#[async_trait]
pub trait StockSource: Send + Sync {
    /// What it is called in reports and messages.
    fn name(&self) -> &str;

    /// Its products.
    ///
    /// # Errors
    /// The program's own.
    async fn products(&self) -> Result<Rows<'_, ProductRecord>, SourceError>;

    /// What lies where.
    ///
    /// # Errors
    /// The program's own.
    async fn stock(&self) -> Result<Rows<'_, StockRecord>, SourceError>;

    /// The lines of its sales orders.
    ///
    /// # Errors
    /// The program's own.
    async fn orders(&self) -> Result<Rows<'_, OrderLineRecord>, SourceError>;
}

impl Host {
    /// Takes over what a source has now: products, then stock, then orders, each whole or not at
    /// all. What has not changed costs no work later. Pull as often as you like; feeds go by their
    /// own schedules.
    ///
    /// # Errors
    /// The source's, or a database that fails; what was taken over before stays. Rows that cannot
    /// be taken refuse their part and are told in the answer.
    pub async fn pull(&self, source: &dyn StockSource) -> Result<Vec<ImportView>, HostError> {
        let (name, store) = (source.name(), self.store());
        let label = |part| format!("{name}: {part}");
        let failed = |error| failed(name, error);
        let products = label("products");
        let import = store.begin_import_products(&products).await?;
        let taken = take(import, source.products().await.map_err(failed)?, products).await?;
        let stock = label("stock");
        let import = store.begin_import_stock(&stock).await?;
        let levels = take(import, source.stock().await.map_err(failed)?, stock).await?;
        let orders = label("orders");
        let import = store.begin_import_orders(&orders).await?;
        let lines = take(import, source.orders().await.map_err(failed)?, orders).await?;
        Ok(vec![taken, levels, lines])
    }
}

/// Passes a stream to an import in chunks, and finishes it. A stream that breaks applies nothing.
async fn take<T: Record>(
    mut import: Import<T>,
    mut rows: Rows<'_, T>,
    label: String,
) -> Result<ImportView, HostError> {
    let mut chunk = Vec::with_capacity(CHUNK);
    let mut row = 0;
    while let Some(record) = rows.try_next().await.map_err(|error| failed(&label, error))? {
        row += 1;
        chunk.push(Numbered { row, record });
        if chunk.len() == CHUNK {
            import.stage(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))).await?;
        }
    }
    import.stage(chunk).await?;
    Ok(view(label, import.finish(BadRows::Refuse, Timestamp::now()).await?))
}

fn failed(what: &str, error: SourceError) -> HostError {
    HostError::work(format!("{what} cannot be read; nothing of it was applied")).caused_by(error)
}
