//! Products, stock and orders, made up but always the same.

use std::time::{Duration, Instant};

use futures::TryStreamExt;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;
use trueup_stock::{
    DemandProfile, LineQuantities, LocationCode, Numbered, OrderCode, OrderLineRecord, OrderState,
    ProductCode, ProductRecord, Quantity, Standing, StockRecord,
};
use trueup_store::{BadRows, Products, Store};

/// Rows handed to the database at a time.
const CHUNK: u64 = 5_000;

/// How large a company is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Its products, each with a stock record and on the channel.
    pub products: u64,
    /// Its order lines, five to an order.
    pub lines: u64,
}

/// A company in a database of its own.
#[derive(Debug)]
pub struct Company {
    /// Its size.
    pub size: Size,
    /// Its database.
    pub store: Store,
    /// How long the import of its order lines took.
    pub orders_took: Duration,
    plain: DatabaseConnection,
    _folder: TempDir,
}

impl Company {
    /// Makes one up.
    ///
    /// # Panics
    /// Where the database cannot be written.
    pub async fn found(size: Size) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = format!("sqlite://{}", folder.path().join("bench.db").display());
        let store = Store::open(&address).await.expect("a new database");
        import_products(&store, size.products).await;
        stock(&store, (0..size.products).map(|n| (n, n % 500))).await;
        let started = Instant::now();
        import_orders(&store, size).await;
        let orders_took = started.elapsed();
        let plain = Database::connect(address).await.expect("a second connection");
        Self { size, store, orders_took, plain, _folder: folder }
    }

    /// The figures of all products, through the engine; how many there are.
    ///
    /// # Panics
    /// Where the database fails.
    pub async fn figures(&self) -> usize {
        let rows = self.store.figures(DemandProfile::Documented, &Products::All).await;
        let rows = rows.expect("figures");
        rows.try_fold(0, |count, _| async move { Ok(count + 1) }).await.expect("figures")
    }

    /// The same sums by one statement written by hand, every row fetched; how many there are.
    ///
    /// # Panics
    /// Where the database fails.
    pub async fn aggregate(&self) -> usize {
        let sql = "SELECT p.code, s.stock, COALESCE(o.on_orders, 0) AS on_orders FROM product p \
            LEFT JOIN (SELECT product_id, SUM(quantity) AS stock FROM stock GROUP BY product_id) s \
              ON s.product_id = p.id \
            LEFT JOIN (SELECT product_id, SUM(ordered) AS on_orders FROM order_line \
              WHERE standing IN (0, 4, 8) GROUP BY product_id) o ON o.product_id = p.id \
            ORDER BY p.code";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        self.plain.query_all_raw(statement).await.expect("an aggregate").len()
    }
}

/// Product number `n`.
pub(crate) fn code(n: u64) -> ProductCode {
    format!("P{n:07}").parse().expect("a product code")
}

async fn import_products(store: &Store, products: u64) {
    let mut import = store.begin_import_products("products").await.expect("an import");
    for start in (0..products).step_by(CHUNK.try_into().unwrap_or(1)) {
        let rows = (start..products.min(start + CHUNK)).map(|n| Numbered {
            row: n + 2,
            record: ProductRecord {
                code: code(n),
                name: format!("product {n}"),
                active: true,
                discontinued: false,
                incoming: None,
                next_available_on: None,
                marketplaces: None,
            },
        });
        import.stage(rows.collect()).await.expect("staged");
    }
    let report = import.finish(BadRows::Refuse, Timestamp::now()).await.expect("imported");
    assert_eq!(report.applied, products);
}

/// Sets stock by an import.
pub(crate) async fn stock(store: &Store, levels: impl Iterator<Item = (u64, u64)>) {
    let location: LocationCode = "MAIN".parse().expect("a location");
    let mut import = store.begin_import_stock("stock").await.expect("an import");
    let mut chunk = Vec::new();
    for (row, (n, units)) in (2..).zip(levels) {
        let quantity = Quantity::units(units.try_into().unwrap_or(0));
        let record = StockRecord { product: code(n), location: location.clone(), quantity };
        chunk.push(Numbered { row, record });
        if chunk.len() as u64 == CHUNK {
            import.stage(std::mem::take(&mut chunk)).await.expect("staged");
        }
    }
    import.stage(chunk).await.expect("staged");
    let report = import.finish(BadRows::Refuse, Timestamp::now()).await.expect("imported");
    assert!(report.is_committed, "{report:?}");
}

async fn import_orders(store: &Store, size: Size) {
    let mut import = store.begin_import_orders("orders").await.expect("an import");
    for start in (0..size.lines).step_by(CHUNK.try_into().unwrap_or(1)) {
        let rows = (start..size.lines.min(start + CHUNK))
            .map(|n| Numbered { row: n + 2, record: line(n, size.products) });
        import.stage(rows.collect()).await.expect("staged");
    }
    let report = import.finish(BadRows::Refuse, Timestamp::now()).await.expect("imported");
    assert_eq!(report.applied, size.lines);
}

/// Line number `n`: products spread over the whole catalogue, a third of the orders no longer count.
fn line(n: u64, products: u64) -> OrderLineRecord {
    let order = n / 5;
    let code_of: OrderCode = format!("SO-{order}").parse().expect("an order code");
    let product = n.wrapping_mul(2_654_435_761) % products;
    let ordered = Quantity::units((n % 9 + 1).try_into().unwrap_or(1));
    OrderLineRecord {
        order: code_of,
        line: None,
        product: code(product),
        quantities: LineQuantities { ordered, ..LineQuantities::default() },
        standing: Standing {
            state: if order.is_multiple_of(4) { OrderState::Closed } else { OrderState::Open },
            archived: false,
            asn_sent: order.is_multiple_of(3),
        },
    }
}
