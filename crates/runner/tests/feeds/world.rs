//! A store with one channel, and a runner whose time stands still.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Database};
use trueup_marketplace::{FeedKind, Marketplace};
use trueup_runner::{Cause, Channel, Clock, FeedOrder, Guard, Runner, Schedules};
use trueup_stock::{
    Basis, DemandProfile, Fields, Numbered, Pool, ProductRecord, Quantity, Rules, Source,
    StockRecord, Terms,
};
use trueup_store::{BadRows, ChannelStatus, FeedRow, ListingRow, Store};
use trueup_testbed::TestDatabase;

use crate::fake::{Fake, NoWire};

/// A clock that goes on only when it is told to.
#[derive(Debug)]
pub struct Still(Mutex<Timestamp>);

impl Still {
    pub fn pass(&self, duration: SignedDuration) {
        *self.0.lock().unwrap() += duration;
    }
}

impl Clock for Still {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.now().duration_since(Timestamp::UNIX_EPOCH).unsigned_abs()
    }

    /// Leases are renewed in the database's time, which does not stand still.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

pub struct World {
    pub store: Store,
    pub fake: Arc<Fake>,
    pub channel: Channel,
    pub runner: Runner,
    pub clock: Arc<Still>,
    database: TestDatabase,
}

/// Part numbers `P00001` and on.
pub fn code(number: usize) -> String {
    format!("P{number:05}")
}

impl World {
    /// So many products with 5 in stock, none told yet.
    pub async fn new(database: TestDatabase, fake: Fake, products: usize) -> Self {
        let codes: Vec<String> = (1..=products).map(code).collect();
        Self::of(database, fake, &codes).await
    }

    pub async fn of(database: TestDatabase, fake: Fake, codes: &[String]) -> Self {
        let store = Store::open(&database.url).await.unwrap();
        let clock = Arc::new(Still(Mutex::new(Timestamp::from_second(1_700_000_000).unwrap())));
        let fake = Arc::new(fake);
        let channel = channel(&store, "shop", Arc::clone(&fake) as _).await;
        let runner = Runner::new(store.clone(), "test").with_clock(Arc::clone(&clock) as _);
        let world = Self { store, fake, channel, runner, clock, database };
        world.products(codes).await;
        let stock: Vec<(&str, i64)> = codes.iter().map(|code| (code.as_str(), 5)).collect();
        world.stock("stock.csv", &stock).await;
        world
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.pass(SignedDuration::from_secs(seconds));
    }

    pub async fn products(&self, codes: &[String]) {
        let name = &self.channel.name;
        let records = codes.iter().map(|code| ProductRecord {
            code: code.parse().unwrap(),
            name: code.clone(),
            active: true,
            discontinued: false,
            incoming: None,
            next_available_on: None,
            marketplaces: Some([name.clone()].into_iter().collect()),
        });
        let mut import = self.store.begin_import_products("products.csv").await.unwrap();
        import.stage(numbered(records)).await.unwrap();
        import.finish(BadRows::Refuse, self.clock.now()).await.unwrap();
    }

    pub async fn stock(&self, file: &str, stock: &[(&str, i64)]) {
        let records = stock.iter().map(|(code, quantity)| StockRecord {
            product: code.parse().unwrap(),
            location: "MAIN".parse().unwrap(),
            quantity: quantity.to_string().parse::<Quantity>().unwrap(),
        });
        let mut import = self.store.begin_import_stock(file).await.unwrap();
        import.stage(numbered(records)).await.unwrap();
        assert!(import.finish(BadRows::Refuse, self.clock.now()).await.unwrap().is_committed);
    }

    pub async fn feed(&self, kind: FeedKind) -> FeedRow {
        let order = FeedOrder { kind, basis: Basis::Real, cause: Cause::Schedule, planned: None };
        let feed = self.runner.feed(&self.channel, &order).await.unwrap();
        self.store.feed(feed).await.unwrap().unwrap()
    }

    pub async fn status(&self) -> ChannelStatus {
        self.store.status(self.clock.now()).await.unwrap().into_iter().next().unwrap()
    }

    /// As if the lease had run out while its holder was dead.
    pub async fn expire_lease(&self) {
        self.execute("UPDATE channel SET expires_at = 1").await;
    }

    pub async fn execute(&self, sql: &str) {
        let raw = Database::connect(&self.database.url).await.unwrap();
        raw.execute_unprepared(sql).await.unwrap();
    }

    pub async fn listing(&self, code: &str) -> ListingRow {
        let rows = self.store.listings(self.channel.id, &code.parse().unwrap()).await.unwrap();
        rows.into_iter().next().unwrap()
    }
}

pub async fn channel(store: &Store, name: &str, marketplace: Arc<dyn Marketplace>) -> Channel {
    let terms = Terms {
        pools: vec![Pool { remote: None, source: Source::Everywhere }],
        rules: Rules::default(),
        fields: Fields::default(),
        quantity_max: 1_000_000,
    };
    let name = name.parse().unwrap();
    let text = serde_json::to_string(&terms).unwrap();
    let now = Timestamp::from_second(1_700_000_000).unwrap();
    let id = store.register_channel(&name, "fake", &text, Duration::from_secs(600), now);
    Channel {
        id: id.await.unwrap(),
        name,
        marketplace,
        wire: Arc::new(NoWire),
        terms,
        fingerprint: 7,
        profile: DemandProfile::Documented,
        schedules: Schedules::default(),
        guard: Guard::default(),
    }
}

fn numbered<R>(records: impl IntoIterator<Item = R>) -> Vec<Numbered<R>> {
    (2_u64..).zip(records).map(|(row, record)| Numbered { row, record }).collect()
}
