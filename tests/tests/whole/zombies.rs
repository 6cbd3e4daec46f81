//! Senders that are stopped in the middle and wake up after somebody else went on.
//!
//! Instead of waiting for an hour, the database is told that one has passed: the stopped sender's
//! lease and the deadline of its request are put into the past.

use std::time::{Duration, Instant};

use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{Books, CHANNEL, Inputs, Said, Shop, Started, dice, knob};
use trueup_wayfair_sandbox::Options;

on_each_database!(stops_at_random_moments_harm_nothing);

/// For both databases together.
const STOPS: usize = 24;
const SETTINGS: &str = "settle_seconds = 1\nrequests_per_minute = 60000";
const PATIENCE: Duration = Duration::from_secs(60);
/// What the other one gets done within, unless it has to wait for the stopped one.
const MOMENT: Duration = Duration::from_secs(2);

pub(super) struct Scene {
    pub(super) shop: Shop,
    pub(super) books: Books,
}

impl Scene {
    pub(super) async fn open(database: &TestDatabase, options: Options) -> Self {
        let shop = Shop::with(&database.url, options, SETTINGS).await;
        shop.stock_three().await;
        let books = Books::open(&database.url).await;
        Self { shop, books }
    }

    pub(super) async fn stock_of_a(&self, quantity: i64) {
        self.shop.import("stock", &format!("product_code,quantity\nA,{quantity}\n")).await;
    }

    /// Whether nothing is left to do.
    pub(super) async fn is_settled(&self) -> bool {
        let status = self.shop.status().await;
        status["clean"] == 3 && status["unresolved"] == 0 && status["dirty"] == 0
    }

    pub(super) async fn settles(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_settled().await {
            assert!(Instant::now() < deadline, "{:#}", self.shop.status().await);
            let _fed = self.shop.send("differential").await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What is believed of A is possible, and is this.
    pub(super) async fn believes(&self, quantity: i64) {
        let said = Said { stock: quantity, is_offered: true };
        self.books.check_belief(&self.shop, &Inputs::from([("A".to_owned(), said)])).await;
        assert_eq!(self.shop.on_hand("A"), Some(quantity));
    }
}

/// A sender whose request has arrived and whose answer is held back, and which is stopped then.
async fn stopped_in_a_request(scene: &Scene) -> Started {
    scene.shop.sandbox.set_mode("slow=1500@next").expect("a known mode");
    let sender = scene.shop.start(&["send", CHANNEL]);
    scene.shop.until("it is sent", PATIENCE, |shop| shop.sandbox.calls().saves == 1).await;
    sender.stop();
    sender
}

#[test]
fn a_sender_that_wakes_after_a_takeover_changes_nothing() {
    trueup_testbed::on_postgres(|database| async move {
        let scene = Scene::open(&database, Options::default()).await;
        let mut zombie = stopped_in_a_request(&scene).await;
        scene.stock_of_a(7).await;
        let refused = scene.shop.send("differential").await;
        assert_eq!(refused.code, Some(1), "the lease still stands: {refused:#?}");

        scene.books.outlive_the_dead().await;
        let _told = scene.shop.send("differential").await.success();
        scene.believes(7).await;
        scene.settles().await;
        let (epochs, saves) = (epoch(&scene).await, scene.shop.sandbox.calls().saves);

        zombie.resume();
        let ended = zombie.ends_within(PATIENCE).expect("it ends by itself");
        assert_eq!(ended.code(), Some(1), "it says that it lost the lease");
        assert_eq!(scene.shop.sandbox.calls().saves, saves, "it sent nothing more");
        assert_eq!(epoch(&scene).await, epochs);
        assert!(scene.is_settled().await, "its late answer changes nothing");
        scene.believes(7).await;
    });
}

async fn epoch(scene: &Scene) -> i64 {
    scene.books.number("SELECT MAX(epoch) FROM channel").await
}

#[test]
fn on_sqlite_others_wait_for_a_stopped_sender() {
    trueup_testbed::on_sqlite(|database| async move {
        let scene = Scene::open(&database, Options::default()).await;
        let mut sleeper = stopped_in_a_request(&scene).await;
        scene.stock_of_a(7).await;
        let refused = scene.shop.send("differential").await;
        assert_eq!(refused.code, Some(1), "{refused:#?}");
        assert_eq!(scene.shop.sandbox.calls().saves, 1, "nobody else may send");

        sleeper.resume();
        let ended = sleeper.ends_within(PATIENCE).expect("it ends by itself");
        assert!(ended.success(), "nobody took its place: {ended}");
        scene.settles().await;
        scene.believes(7).await;
    });
}

/// Wherever it is stopped: in a request, in a transaction, before it began or after it ended.
async fn stops_at_random_moments_harm_nothing(database: TestDatabase) {
    let mut dice = dice(&format!("stops on {}", database.name));
    let options =
        Options::default().seed(dice.u64(..)).with("slow=100").with("completion_delay=50");
    let scene = Scene::open(&database, options).await;
    for round in 0..knob("TESTBED_STOPS", STOPS).div_ceil(2) {
        let mut first = scene.shop.start(&["send", CHANNEL, "--feed", "differential"]);
        tokio::time::sleep(Duration::from_micros(dice.u64(..400_000))).await;
        if first.finished().is_none() {
            first.stop();
        }
        let quantity = 100 + i64::try_from(round).unwrap_or_default();
        let file = scene.shop.write("stock.csv", &format!("product_code,quantity\nA,{quantity}\n"));
        let mut import = scene.shop.start(&["import", "stock", &file]);
        let _patient = import.ends_within(MOMENT);
        scene.books.outlive_the_dead().await;
        let mut second = scene.shop.start(&["send", CHANNEL, "--feed", "differential"]);
        let _patient = second.ends_within(MOMENT);
        if first.finished().is_none() {
            first.resume();
        }
        for program in [&mut first, &mut import, &mut second] {
            let ended = program.ends_within(PATIENCE).expect("it ends by itself");
            assert!(matches!(ended.code(), Some(0 | 1)), "{ended}");
        }
        scene.books.outlive_the_dead().await;
        let shown = scene.shop.on_hand("A").unwrap_or(-1);
        if shown >= 0 {
            scene.believes(shown).await;
        }
    }
    scene.shop.sandbox.reset_modes();
    scene.settles().await;
    let last = 99 + i64::try_from(knob("TESTBED_STOPS", STOPS).div_ceil(2)).unwrap_or_default();
    scene.believes(last).await;
}
