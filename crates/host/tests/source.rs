//! Stock and orders out of a program's own tables.

#![expect(clippy::unwrap_used, reason = "tests")]

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use tempfile::TempDir;
use trueup_host::{Host, Rows, SourceError, StockSource};
use trueup_stock::{
    LineQuantities, OrderLineRecord, ProductRecord, Quantity, Standing, StockRecord,
};

/// Tables of a program, in memory.
#[derive(Clone, Default)]
struct Erp {
    stock: Vec<(&'static str, i64)>,
    orders: Vec<(&'static str, &'static str, i64)>,
    breaks: bool,
}

fn units(quantity: i64) -> Quantity {
    Quantity::units(quantity)
}

#[async_trait]
impl StockSource for Erp {
    fn name(&self) -> &str {
        "the ERP"
    }

    async fn products(&self) -> Result<Rows<'_, ProductRecord>, SourceError> {
        let product = |(code, _): &(&str, i64)| ProductRecord {
            code: code.parse().unwrap(),
            name: String::new(),
            active: true,
            discontinued: false,
            incoming: None,
            next_available_on: None::<Date>,
            marketplaces: None,
        };
        Ok(stream::iter(self.stock.iter().map(product).map(Ok)).boxed())
    }

    async fn stock(&self) -> Result<Rows<'_, StockRecord>, SourceError> {
        let level = |(code, quantity): &(&str, i64)| {
            Ok(StockRecord {
                product: code.parse().unwrap(),
                location: "MAIN".parse().unwrap(),
                quantity: units(*quantity),
            })
        };
        let broken =
            self.breaks.then(|| Err::<StockRecord, SourceError>("the table is gone".into()));
        Ok(stream::iter(self.stock.iter().map(level).chain(broken)).boxed())
    }

    async fn orders(&self) -> Result<Rows<'_, OrderLineRecord>, SourceError> {
        let line = |(order, product, ordered): &(&str, &str, i64)| OrderLineRecord {
            order: order.parse().unwrap(),
            line: None,
            product: product.parse().unwrap(),
            quantities: LineQuantities { ordered: units(*ordered), ..LineQuantities::default() },
            standing: Standing::default(),
        };
        Ok(stream::iter(self.orders.iter().map(line).map(Ok)).boxed())
    }
}

async fn host() -> (TempDir, Host) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("trueup.db");
    let settings = format!("database = \"sqlite://{}\"\n", database.display());
    std::fs::write(folder.path().join("trueup.toml"), settings).unwrap();
    let host = Host::builder().config_dir(folder.path()).environment([]).open().await.unwrap();
    (folder, host)
}

async fn available(host: &Host) -> Vec<(String, Option<String>)> {
    let figures = host.figures(&[]).await.unwrap();
    let rows = figures.map_ok(|row| {
        (row.product_code.to_string(), row.available.map(|quantity| quantity.to_string()))
    });
    rows.try_collect().await.unwrap()
}

#[tokio::test]
async fn what_a_source_has_is_taken_over_and_repeating_changes_nothing() {
    let (_folder, host) = host().await;
    let erp = Erp {
        stock: vec![("OAK-1", 12), ("OAK-2", 5)],
        orders: vec![("SO-1", "OAK-1", 4), ("SO-1", "OAK-2", 1)],
        breaks: false,
    };
    let first = host.pull(&erp).await.unwrap();
    let counts: Vec<_> = first.iter().map(|part| (part.read, part.applied)).collect();
    assert_eq!(counts, [(2, 2), (2, 2), (2, 2)]);
    let expected = [("OAK-1", "8"), ("OAK-2", "4")];
    let expected = expected.map(|(code, left)| (code.to_owned(), Some(left.to_owned())));
    assert_eq!(available(&host).await, expected);
    let again = host.pull(&erp).await.unwrap();
    assert!(again.iter().all(|part| part.applied == 0 && part.unchanged == part.read));
}

#[tokio::test]
async fn a_table_that_breaks_off_applies_nothing_of_it() {
    let (_folder, host) = host().await;
    let sound = Erp { stock: vec![("OAK-1", 12)], ..Erp::default() };
    host.pull(&sound).await.unwrap();
    let broken = Erp { stock: vec![("OAK-1", 99)], breaks: true, ..Erp::default() };
    let error = host.pull(&broken).await.unwrap_err();
    assert!(error.to_string().contains("the ERP: stock cannot be read"), "{error}");
    assert_eq!(available(&host).await, [("OAK-1".to_owned(), Some("12".to_owned()))]);
}
