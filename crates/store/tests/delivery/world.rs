//! A store with a channel, a marketplace that answers as it is told to, and a clock.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use trueup_delivery::{Listing, ListingId, State};
use trueup_marketplace::{FeedKind, Prepared};
use trueup_stock::{
    Basis, Candidate, ChannelName, DemandProfile, Fields, Held, Pool, Rules, Source, Terms, Wanted,
    plan,
};
use trueup_store::{
    BadRows, BatchOutcome, Cause, ChannelId, Claim, Claimable, ClaimedBatch, FeedEnd, FeedId,
    Lease, LeaseAnswer, LineOutcome, ListingRow, NewFeed, Products, Recorded, Refresh, Refreshed,
    Store, Waiting,
};
use trueup_testbed::TestDatabase;

use crate::inputs::given::{numbered, on_channels, product, stock};

pub const SETTLE: SignedDuration = SignedDuration::from_secs(600);
pub const PROFILE: DemandProfile = DemandProfile::Documented;

pub struct World {
    pub store: Store,
    pub raw: DatabaseConnection,
    pub database: TestDatabase,
    pub channel: ChannelId,
    pub name: ChannelName,
    pub terms: Terms,
    pub fingerprint: i64,
    pub now: Timestamp,
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

pub fn terms(pools: &[(Option<&str>, &str)]) -> Terms {
    let pool = |(remote, ours): &(Option<&str>, &str)| Pool {
        remote: remote.map(|remote| remote.parse().unwrap()),
        source: Source::Only(vec![ours.parse().unwrap()]),
    };
    Terms {
        pools: pools.iter().map(pool).collect(),
        rules: Rules::default(),
        fields: Fields::default(),
        quantity_max: 1_000_000,
    }
}

impl World {
    /// Products with stock at `MAIN`, on a channel that offers it at one nameless location.
    pub async fn new(database: TestDatabase, products: &[(&str, i64)]) -> Self {
        Self::at_locations(database, &[(None, "MAIN")], products).await
    }

    pub async fn at_locations(
        database: TestDatabase,
        pools: &[(Option<&str>, &str)],
        products: &[(&str, i64)],
    ) -> Self {
        let store = Store::open(&database.url).await.unwrap();
        let raw = Database::connect(&database.url).await.unwrap();
        let name: ChannelName = "shop".parse().unwrap();
        let mut world = Self {
            store,
            raw,
            database,
            channel: ChannelId(0),
            name,
            terms: terms(pools),
            fingerprint: 7,
            now: at(0),
        };
        world.register().await;
        let records = products.iter().map(|(code, _)| on_channels(code, &["shop"]));
        let mut import = world.store.begin_import_products("products.csv").await.unwrap();
        import.stage(numbered(records)).await.unwrap();
        import.finish(BadRows::Refuse, at(0)).await.unwrap();
        for (code, quantity) in products {
            world.stock(code, "MAIN", *quantity).await;
        }
        world
    }

    pub async fn register(&mut self) {
        let terms = serde_json::to_string(&self.terms).unwrap();
        let settle = Duration::from_secs(600);
        let registered = self.store.register_channel(&self.name, "test", &terms, settle, self.now);
        self.channel = registered.await.unwrap();
    }

    pub async fn stock(&self, code: &str, location: &str, quantity: i64) {
        let mut import = self.store.begin_import_stock("stock.csv").await.unwrap();
        let record = stock(code, location, &quantity.to_string());
        import.stage(numbered([record])).await.unwrap();
        assert!(import.finish(BadRows::Refuse, self.now).await.unwrap().is_committed);
    }

    /// Another product on the channel, with stock at `MAIN`.
    pub async fn add(&self, code: &str, quantity: i64) {
        let mut import = self.store.begin_import_products("products.csv").await.unwrap();
        import.stage(numbered([on_channels(code, &["shop"])])).await.unwrap();
        import.finish(BadRows::Refuse, self.now).await.unwrap();
        self.stock(code, "MAIN", quantity).await;
    }

    pub async fn deactivate(&self, code: &str) {
        let mut import = self.store.begin_import_products("products.csv").await.unwrap();
        let mut record = product(code);
        record.active = false;
        import.stage(numbered([record])).await.unwrap();
        assert!(import.finish(BadRows::Refuse, self.now).await.unwrap().is_committed);
    }

    pub async fn opt(&self, code: &str, is_in: bool) {
        let products = Products::Codes(vec![code.parse().unwrap()]);
        self.store.set_opt_in(&self.name, products, is_in, self.now).await.unwrap();
    }

    pub fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub async fn lease(&self) -> Lease {
        self.lease_for(Duration::from_secs(3600)).await
    }

    pub async fn lease_for(&self, ttl: Duration) -> Lease {
        match self.store.lease(self.channel, "test", ttl, self.now).await.unwrap() {
            LeaseAnswer::Granted(lease) => lease,
            LeaseAnswer::HeldBy { owner, until } => panic!("held by {owner} until {until}"),
        }
    }

    /// A lease that somebody takes over at once, and the lease of whoever did.
    pub async fn taken_over(&self) -> (Lease, Lease) {
        let lost = self.lease_for(Duration::ZERO).await;
        // SQLite decides by a lock on a file: as if the disk had lost it.
        let lock = self.database.folder.path().join("trueup.db.shop.lock");
        let _ = std::fs::remove_file(lock);
        (lost, self.lease().await)
    }

    pub fn planner(&self) -> impl Fn(&Candidate) -> Result<Vec<Wanted>, Held> + Sync + use<> {
        let terms = self.terms.clone();
        move |candidate: &Candidate| plan(candidate, &terms, Basis::Real)
    }

    pub async fn refresh(&self, lease: &Lease) -> Refreshed {
        let (scope, planner) = (Refresh::Dirty { limit: 1000 }, self.planner());
        let refreshed =
            self.store.refresh(lease, scope, PROFILE, &planner, self.fingerprint, self.now);
        refreshed.await.unwrap()
    }

    pub async fn open(&self, lease: &Lease, kind: FeedKind) -> FeedId {
        let new = NewFeed { kind, basis: Basis::Real, cause: Cause::Command };
        self.store.open_feed(lease, new, self.now).await.unwrap()
    }

    pub async fn close(&self, lease: &Lease, feed: FeedId) {
        let closed = self.store.close_feed(lease, feed, FeedEnd::Done, 0, None, None, self.now);
        closed.await.unwrap();
    }

    pub fn order(&self, selection: Claimable) -> Claim {
        Claim {
            limit: 500,
            selection,
            is_one_location: false,
            is_urgent: false,
            due_by: self.now,
            waiting: Waiting::default(),
            deadline: self.now,
        }
    }

    pub async fn claim(&self, lease: &Lease, feed: FeedId) -> Option<ClaimedBatch> {
        let order = self.order(Claimable::Due);
        self.store.claim(lease, feed, &order, self.now).await.unwrap()
    }

    pub async fn walk(&self, lease: &Lease, feed: FeedId) -> Option<ClaimedBatch> {
        let order = self.order(Claimable::Walk { after: ListingId(0) });
        self.store.claim(lease, feed, &order, self.now).await.unwrap()
    }

    /// Writes the request of a batch down, as the last thing before it is sent.
    pub async fn keep(&self, lease: &Lease, batch: &ClaimedBatch, request: &[u8]) {
        let prepared = Prepared { body: request.to_vec().into(), withheld: Vec::new() };
        let now = self.now;
        self.store.record_request(lease, batch, &prepared, now, now).await.unwrap();
    }

    pub async fn record(&self, lease: &Lease, batch: &ClaimedBatch, fate: LineOutcome) -> Recorded {
        self.answer(lease, batch, &whole(fate)).await
    }

    pub async fn answer(
        &self,
        lease: &Lease,
        batch: &ClaimedBatch,
        outcome: &BatchOutcome,
    ) -> Recorded {
        let (fingerprint, now) = (self.fingerprint, self.now);
        let retry_at = move |_| now + SignedDuration::from_secs(20);
        let recorded =
            self.store.record_outcome(lease, batch, outcome, fingerprint, &retry_at, SETTLE, now);
        recorded.await.unwrap()
    }

    /// A Differential with one batch that has this fate; what it carried.
    pub async fn tell(&self, lease: &Lease, fate: LineOutcome) -> Vec<i64> {
        self.refresh(lease).await;
        let feed = self.open(lease, FeedKind::Differential).await;
        let batch = self.claim(lease, feed).await;
        if let Some(batch) = &batch {
            assert_eq!(self.record(lease, batch, fate).await, Recorded::Done);
        }
        self.close(lease, feed).await;
        batch.map_or_else(Vec::new, |batch| quantities(&batch))
    }

    pub async fn rows(&self, code: &str) -> Vec<ListingRow> {
        self.store.listings(self.channel, &code.parse().unwrap()).await.unwrap()
    }

    pub async fn listing(&self, code: &str) -> Listing {
        let rows = self.rows(code).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].listing.clone()
    }

    pub async fn execute(&self, sql: &str) {
        self.raw.execute_unprepared(sql).await.unwrap();
    }

    pub async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }
}

pub fn whole(default: LineOutcome) -> BatchOutcome {
    BatchOutcome { default, exceptions: BTreeMap::new(), handle: None, remote_ids: Vec::new() }
}

pub fn accepted() -> LineOutcome {
    LineOutcome::Accepted { is_confirmed: true }
}

pub fn rejected() -> LineOutcome {
    LineOutcome::Rejected { code: "E7".to_owned(), message: "unknown part".to_owned() }
}

pub fn unknown() -> LineOutcome {
    LineOutcome::Unknown { reason: "timed out".to_owned() }
}

pub fn not_applied() -> LineOutcome {
    LineOutcome::NotApplied { reason: "throttled".to_owned() }
}

pub fn quantities(batch: &ClaimedBatch) -> Vec<i64> {
    batch.lines.iter().map(|line| line.level.quantity).collect()
}

pub fn is_parked(listing: &Listing) -> bool {
    matches!(listing.state, State::Parked(_))
}
