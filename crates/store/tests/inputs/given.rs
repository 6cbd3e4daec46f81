//! A store under test, and short ways to say what is in it.

use futures::TryStreamExt;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use trueup_stock::{
    DemandProfile, ExternalStockRecord, LineQuantities, Numbered, OrderLineRecord, OrderState,
    ProductRecord, Quantity, Rejection, Standing, StockRecord,
};
use trueup_store::{BadRows, ChannelId, Evidence, FiguresRow, ImportReport, Products, Store};
use trueup_testbed::TestDatabase;

/// A store and a second way into its database.
pub struct Given {
    pub store: Store,
    pub raw: DatabaseConnection,
    pub database: TestDatabase,
}

pub const NOW: Timestamp = Timestamp::UNIX_EPOCH;

impl Given {
    pub async fn new(database: TestDatabase) -> Self {
        let store = Store::open(&database.url).await.unwrap();
        let raw = Database::connect(&database.url).await.unwrap();
        Self { store, raw, database }
    }

    /// The same with products of these codes and nothing else.
    pub async fn products(database: TestDatabase, codes: &[&str]) -> Self {
        let given = Self::new(database).await;
        let report = given.import_products(codes.iter().map(|code| product(code))).await;
        assert!(report.is_committed, "{report:?}");
        given
    }

    pub async fn import_products(
        &self,
        records: impl IntoIterator<Item = ProductRecord>,
    ) -> ImportReport {
        let mut import = self.store.begin_import_products("products.csv").await.unwrap();
        import.stage(numbered(records)).await.unwrap();
        import.finish(BadRows::Refuse, NOW).await.unwrap()
    }

    pub async fn import_stock(
        &self,
        records: impl IntoIterator<Item = StockRecord>,
    ) -> ImportReport {
        let mut import = self.store.begin_import_stock("stock.csv").await.unwrap();
        import.stage(numbered(records)).await.unwrap();
        import.finish(BadRows::Refuse, NOW).await.unwrap()
    }

    pub async fn import_orders(
        &self,
        records: impl IntoIterator<Item = OrderLineRecord>,
        bad_rows: BadRows,
    ) -> ImportReport {
        let mut import = self.store.begin_import_orders("orders.csv").await.unwrap();
        // In small parts, so that orders reach over their borders.
        for part in numbered(records).chunks(3) {
            import.stage(part.to_vec()).await.unwrap();
        }
        import.finish(bad_rows, NOW).await.unwrap()
    }

    pub async fn import_external(
        &self,
        records: impl IntoIterator<Item = ExternalStockRecord>,
    ) -> ImportReport {
        let import = self.store.begin_import_external_stock("external.csv");
        let mut import = import.await.unwrap();
        import.stage(numbered(records)).await.unwrap();
        import.finish(BadRows::Refuse, NOW).await.unwrap()
    }

    pub async fn figures(&self, profile: DemandProfile) -> Vec<FiguresRow> {
        let rows = self.store.figures(profile, &Products::All).await.unwrap();
        rows.try_collect().await.unwrap()
    }

    /// What the documented profile's numbers of a product were made from.
    pub async fn evidence(&self, code: &str) -> Evidence {
        let code = code.parse().unwrap();
        let found = self.store.evidence(&code, DemandProfile::Documented).await;
        found.unwrap().unwrap()
    }

    /// A product's demand under the documented profile.
    pub async fn on_orders(&self, code: &str) -> Quantity {
        let rows = self.figures(DemandProfile::Documented).await;
        let row = rows.iter().find(|row| row.product.code.as_str() == code);
        row.unwrap().figures.on_orders
    }

    pub async fn channel(&self, name: &str) -> ChannelId {
        self.execute(&format!(
            "INSERT INTO channel (name, marketplace, terms, settle_seconds, is_paused, epoch)
             VALUES ('{name}', 'test', '', 600, false, 0)"
        ))
        .await;
        let id = format!("SELECT id FROM channel WHERE name = '{name}'");
        ChannelId(self.numbers(&id).await[0])
    }

    /// A listing of a product, as a refresh would make it.
    pub async fn listing(&self, channel: ChannelId, code: &str) {
        self.execute(&format!(
            "INSERT INTO listing (channel_id, product_id, part_number, location)
             SELECT {}, id, code, '' FROM product WHERE code = '{code}'",
            channel.0
        ))
        .await;
    }

    /// The codes marked on a channel, sorted; the marks are taken.
    pub async fn take_marks(&self, channel: ChannelId) -> Vec<String> {
        let channel = channel.0;
        let marks = format!(
            "SELECT p.code FROM dirty_product d JOIN product p ON p.id = d.product_id
             WHERE d.channel_id = {channel} ORDER BY p.code"
        );
        let marks = self.rows(&marks).await;
        self.execute(&format!("DELETE FROM dirty_product WHERE channel_id = {channel}")).await;
        marks
    }

    pub async fn execute(&self, sql: &str) {
        self.raw.execute_unprepared(sql).await.unwrap();
    }

    /// The first column of a query, as texts.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let rows = self.raw.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// The first column of a query, as numbers.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let rows = self.raw.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

/// Records, with the row numbers of a file that has a header.
pub fn numbered<R>(records: impl IntoIterator<Item = R>) -> Vec<Numbered<R>> {
    (2..).zip(records).map(|(row, record)| Numbered { row, record }).collect()
}

pub fn product(code: &str) -> ProductRecord {
    ProductRecord {
        code: code.parse().unwrap(),
        name: format!("Product {code}"),
        active: true,
        discontinued: false,
        incoming: None,
        next_available_on: None,
        marketplaces: None,
    }
}

/// A product with its marketplaces field.
pub fn on_channels(code: &str, channels: &[&str]) -> ProductRecord {
    let channels = channels.iter().map(|channel| channel.parse().unwrap());
    ProductRecord { marketplaces: Some(channels.collect()), ..product(code) }
}

pub fn stock(product: &str, location: &str, quantity: &str) -> StockRecord {
    StockRecord {
        product: product.parse().unwrap(),
        location: location.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
    }
}

pub fn external(product: &str, quantity: &str) -> ExternalStockRecord {
    ExternalStockRecord { product: product.parse().unwrap(), quantity: quantity.parse().unwrap() }
}

/// A line of an open order.
pub fn line(order: &str, product: &str, ordered: &str) -> OrderLineRecord {
    OrderLineRecord {
        order: order.parse().unwrap(),
        line: None,
        product: product.parse().unwrap(),
        quantities: LineQuantities {
            ordered: ordered.parse().unwrap(),
            ..LineQuantities::default()
        },
        standing: Standing::default(),
    }
}

/// A line with its number.
pub fn numbered_line(order: &str, number: &str, product: &str, ordered: &str) -> OrderLineRecord {
    OrderLineRecord { line: Some(number.to_owned()), ..line(order, product, ordered) }
}

/// The same line in a closed order.
pub fn closed(record: OrderLineRecord) -> OrderLineRecord {
    let state = OrderState::Closed;
    OrderLineRecord { standing: Standing { state, ..record.standing }, ..record }
}

pub fn rejection(row: u64, order: Option<&str>) -> Rejection {
    Rejection {
        file: "orders.csv".to_owned(),
        row,
        column: None,
        reason: "unreadable".to_owned(),
        order: order.map(|order| order.parse().unwrap()),
    }
}

/// Applied, unchanged and rejected rows; the sum is checked.
pub fn counts(report: &ImportReport) -> [u64; 3] {
    let counts = [report.applied, report.unchanged, report.rejected];
    assert_eq!(report.read, counts.iter().sum::<u64>(), "{report:?}");
    counts
}

/// Row and reason of each rejection.
pub fn reasons(report: &ImportReport) -> Vec<(u64, &str)> {
    let rejections = report.rejections.iter();
    rejections.map(|rejection| (rejection.row, rejection.reason.as_str())).collect()
}
