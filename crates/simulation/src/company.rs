//! The machine that runs the real code: its database, its runner, and what its settings say.

use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use sea_orm::{ConnectOptions, Database};
use trueup_marketplace::FeedKind;
use trueup_runner::{Cause, Channel, FeedOrder, Guard, Runner, Schedules};
use trueup_stock::{Basis, ChannelName, DemandProfile};
use trueup_store::{ChannelId, Store};
use trueup_testbed::TestDatabase;

use crate::actor::Act;
use crate::inputs::{Inputs, Offer};
use crate::observed::Peephole;
use crate::stage::{Stage, VirtualClock};
use crate::stall::{NoWire, Stall};

/// A company with its database.
pub(crate) struct Company {
    pub(crate) stage: Stage,
    pub(crate) database: TestDatabase,
    pub(crate) peephole: Peephole,
    pub(crate) store: Store,
    pub(crate) runner: Runner,
    pub(crate) names: Vec<ChannelName>,
    /// The keys of the channels.
    pub(crate) channels: Vec<i64>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) fingerprints: Vec<i64>,
    pub(crate) inputs: Inputs,
}

impl Company {
    pub(crate) async fn found(stage: &Stage, database: TestDatabase, offers: Vec<Offer>) -> Self {
        let store = Store::open(&database.url).await.expect("a new database opens");
        let mut options = ConnectOptions::new(&database.url);
        options.max_connections(1).sqlx_logging(false).test_before_acquire(false);
        let connection = Database::connect(options).await.expect("a second way in opens");
        let names = (0..offers.len()).map(|at| format!("shop_{at}").parse());
        let mut company = Self {
            stage: stage.clone(),
            peephole: Peephole { connection },
            runner: runner(stage, &store),
            names: names.collect::<Result<_, _>>().expect("the names are snake_case"),
            channels: Vec::new(),
            fingerprints: vec![1; offers.len()],
            inputs: Inputs::default(),
            database,
            store,
            offers,
        };
        for channel in 0..company.offers.len() {
            let id = company.register(channel).await;
            company.channels.push(id);
        }
        company
    }

    /// Enters a channel with its present settings.
    pub(crate) async fn register(&self, channel: usize) -> i64 {
        let terms = serde_json::to_string(&self.offers[channel].terms()).expect("terms are data");
        let (settle, now) = {
            let props = self.stage.props();
            (props.shops[channel].habits.settle, props.calendar())
        };
        let (name, settle) = (&self.names[channel], settle.unsigned_abs());
        let entered = self.store.register_channel(name, "simulated", &terms, settle, now).await;
        entered.expect("the database takes a channel").0
    }

    /// The process is gone and comes up again; `is_reopened` says whether even its connections are
    /// new, which takes long.
    pub(crate) async fn restart(&mut self, is_reopened: bool) {
        if is_reopened {
            self.store = Store::open(&self.database.url).await.expect("its own database opens");
        }
        self.runner = runner(&self.stage, &self.store);
        for channel in 0..self.offers.len() {
            self.register(channel).await;
        }
    }

    pub(crate) fn channel(&self, at: usize) -> Channel {
        Channel {
            id: ChannelId(self.channels[at]),
            name: self.names[at].clone(),
            marketplace: Arc::new(Stall { stage: self.stage.clone(), shop: at }),
            wire: Arc::new(NoWire),
            terms: self.offers[at].terms(),
            fingerprint: self.fingerprints[at],
            profile: DemandProfile::Documented,
            schedules: Schedules::default(),
            guard: Guard::default(),
        }
    }

    /// A feed of a channel, not begun.
    pub(crate) fn feed(
        &self,
        at: usize,
        kind: FeedKind,
        basis: Basis,
        cause: Cause,
    ) -> Act<Result<trueup_store::FeedId, trueup_runner::RunError>> {
        let (runner, channel) = (self.runner.clone(), self.channel(at));
        let order = FeedOrder { kind, basis, cause, planned: None };
        Box::pin(async move { runner.feed(&channel, &order).await })
    }

    /// The channel's lease is free although its holder does not know: on SQLite as if the disk had
    /// lost the lock, on PostgreSQL as if it had slept too long.
    pub(crate) async fn free_lease(&self, at: usize) {
        let name = &self.names[at];
        if let Some(path) = self.store.path() {
            let mut lock = path.as_os_str().to_owned();
            lock.push(format!(".{name}.lock"));
            let _there_may_be_none = std::fs::remove_file(Path::new(&lock));
        }
        self.expire_lease(at).await;
    }

    /// On PostgreSQL a lease lives by the database's clock, which knows nothing of simulated time:
    /// whoever died is taken to be dead for longer than a lease lives.
    pub(crate) async fn expire_lease(&self, at: usize) {
        if self.store.path().is_none() {
            let name = &self.names[at];
            let sql = format!("UPDATE channel SET expires_at = 0 WHERE name = '{name}'");
            self.peephole.execute(&sql).await.expect("the lease row is there");
        }
    }

    /// How long the slowest marketplace's requests stay dangerous.
    pub(crate) fn settle_max(&self) -> SignedDuration {
        let props = self.stage.props();
        props.shops.iter().map(|shop| shop.habits.settle).max().unwrap_or_default()
    }
}

fn runner(stage: &Stage, store: &Store) -> Runner {
    Runner::new(store.clone(), "simulated").with_clock(Arc::new(VirtualClock(stage.clone())))
}
