//! What trueup reads of the ERP. It never sees the tables themselves, only these records.

use async_trait::async_trait;
use futures::StreamExt;
use sea_orm::{DatabaseTransaction, QueryResult, Statement, StreamTrait, TryGetable};
use trueup_host::{Rows, SourceError, StockSource};
use trueup_stock::{
    LineQuantities, OrderLineRecord, ProductRecord, Quantity, Standing, StockRecord,
};

/// The ERP as it is at one moment. Without that, stock could be read of an article that was not
/// there yet when articles were.
#[derive(Debug)]
pub struct Snapshot(pub DatabaseTransaction);

#[async_trait]
impl StockSource for Snapshot {
    fn name(&self) -> &str {
        "the ERP"
    }

    async fn products(&self) -> Result<Rows<'_, ProductRecord>, SourceError> {
        self.rows("SELECT code, title, channels FROM article ORDER BY code", product).await
    }

    async fn stock(&self) -> Result<Rows<'_, StockRecord>, SourceError> {
        self.rows("SELECT code, pieces FROM article ORDER BY code", level).await
    }

    async fn orders(&self) -> Result<Rows<'_, OrderLineRecord>, SourceError> {
        self.rows("SELECT number, article, pieces FROM sale ORDER BY number", order_line).await
    }
}

impl Snapshot {
    /// The rows of a query, each read when it comes.
    async fn rows<'a, T: Send + 'a>(
        &'a self,
        sql: &str,
        read: fn(&QueryResult) -> Result<T, SourceError>,
    ) -> Result<Rows<'a, T>, SourceError> {
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        let rows = self.0.stream_raw(statement).await?;
        Ok(rows.map(move |row| read(&row?)).boxed())
    }
}

fn product(row: &QueryResult) -> Result<ProductRecord, SourceError> {
    let channels: String = column(row, "channels")?;
    let channels = channels.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    Ok(ProductRecord {
        code: column::<String>(row, "code")?.parse()?,
        name: column(row, "title")?,
        active: true,
        discontinued: false,
        incoming: None,
        next_available_on: None,
        marketplaces: Some(channels),
    })
}

fn level(row: &QueryResult) -> Result<StockRecord, SourceError> {
    Ok(StockRecord {
        product: column::<String>(row, "code")?.parse()?,
        location: "MAIN".parse()?,
        quantity: Quantity::units(column(row, "pieces")?),
    })
}

/// A sale is an open order of one line.
fn order_line(row: &QueryResult) -> Result<OrderLineRecord, SourceError> {
    let ordered = Quantity::units(column(row, "pieces")?);
    Ok(OrderLineRecord {
        order: format!("SALE-{}", column::<i64>(row, "number")?).parse()?,
        line: None,
        product: column::<String>(row, "article")?.parse()?,
        quantities: LineQuantities { ordered, ..LineQuantities::default() },
        standing: Standing::default(),
    })
}

fn column<T: TryGetable>(row: &QueryResult, name: &str) -> Result<T, SourceError> {
    Ok(row.try_get("", name)?)
}
