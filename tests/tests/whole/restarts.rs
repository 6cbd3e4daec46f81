//! PostgreSQL dies in the middle of commits, or the connection to it does: nothing is lost, nothing
//! is doubled, and whoever asked is told.

use std::time::{Duration, Instant};

use trueup_testbed::{OwnPostgres, TestDatabase, on_postgres};
use trueup_tests::{Books, CHANNEL, Cut, Cutter, Finished, Inputs, Ledger, Said, Shop, dice, knob};

const RESTARTS: usize = 8;
const SETTINGS: &str = "settle_seconds = 1\nrequests_per_minute = 60000";
const SCHEDULE: &str = "[schedule]\ndifferential = { every = \"10s\" }\n";
/// Numbers jump here by more than a person would let pass, and nobody is there to approve it.
const GUARD: &str = "[guard]\nraised_units_min = 1000000000\n";
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any command here commits.
const COMMITS_MAX: usize = 40;

struct Scene {
    shop: Shop,
    books: Books,
    ledger: Ledger,
    url: String,
}

impl Scene {
    async fn open(database: &TestDatabase) -> Self {
        let shop = Shop::with(&database.url, Default::default(), SETTINGS).await;
        shop.write_channel(CHANNEL, GUARD, SETTINGS);
        shop.stock_three().await;
        let said = |stock| Said { stock, is_offered: true };
        let inputs = [("A", 10), ("B", 20), ("C", 30)];
        let inputs = inputs.map(|(code, stock)| (code.to_owned(), said(stock))).into();
        let ledger = Ledger::open(shop.folder().join("ledger.json"), inputs);
        Self { shop, books: Books::open(&database.url).await, ledger, url: database.url.clone() }
    }

    /// Notes a change of all products, and writes the file that makes it.
    fn change(&mut self, base: i64) -> String {
        let products = self.ledger.accepted().clone().into_iter();
        let changed: Inputs = (base..)
            .zip(products)
            .map(|(stock, (code, said))| (code, Said { stock, ..said }))
            .collect();
        let row = |(code, said): (&String, &Said)| format!("{code},{}\n", said.stock);
        let rows: String = changed.iter().map(row).collect();
        self.ledger.try_change(changed);
        self.shop.write("stock.csv", &format!("product_code,quantity\n{rows}"))
    }

    /// What the next look at the database finds.
    async fn check(&mut self) {
        self.books.alone().await;
        self.books.outlive_the_dead().await;
        self.ledger.check(&self.books.inputs().await);
        self.books.check_belief(&self.shop, self.ledger.accepted()).await;
    }

    async fn converges(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let _fed = self.shop.send("differential").await;
            let status = self.shop.status().await;
            if status["clean"] == 3 && status["unresolved"] == 0 && status["dirty"] == 0 {
                break;
            }
            assert!(Instant::now() < deadline, "{status:#}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.check().await;
        for (code, said) in self.ledger.accepted() {
            assert_eq!(self.shop.on_hand(code), Some(said.stock), "{code}");
        }
    }

    async fn run_through(&self, cutter: &Cutter, arguments: &[&str]) -> Finished {
        let address = cutter.url(&self.url);
        self.shop.run_with(arguments, &[("TRUEUP_DATABASE", &address)]).await
    }
}

/// It worked, or people are told that the database failed.
fn ends_cleanly(finished: &Finished) {
    match finished.code {
        Some(0) => {}
        Some(1) => {
            let words = &finished.stderr;
            assert!(words.contains("error: "), "{finished:#?}");
            assert!(!words.contains("panicked"), "{finished:#?}");
        }
        _ => panic!("{finished:#?}"),
    }
}

#[test]
fn an_import_is_whole_or_not_at_all_wherever_its_commits_are_cut() {
    on_postgres(|database| async move {
        let mut scene = Scene::open(&database).await;
        let mut cuts: i64 = 0;
        for cut in [Cut::BeforeIt, Cut::AfterIt] {
            for nth in 1..COMMITS_MAX {
                let file = scene.change(1_000 * (cuts + 1));
                let cutter = Cutter::start(&database.url, nth, cut).await;
                let finished = scene.run_through(&cutter, &["import", "stock", &file]).await;
                ends_cleanly(&finished);
                if finished.code == Some(0) {
                    scene.ledger.accept();
                }
                scene.check().await;
                if !cutter.has_cut() {
                    break;
                }
                cuts += 1;
            }
        }
        assert!(cuts >= 2, "nothing was cut");
        scene.converges().await;
    });
}

#[test]
fn a_feed_loses_and_doubles_nothing_wherever_its_commits_are_cut() {
    on_postgres(|database| async move {
        let mut scene = Scene::open(&database).await;
        let mut cuts: i64 = 0;
        for cut in [Cut::BeforeIt, Cut::AfterIt] {
            for nth in 1..COMMITS_MAX {
                let file = scene.change(1_000 * (cuts + 1));
                let _taken = scene.shop.run(&["import", "stock", &file]).await.success();
                scene.ledger.accept();
                let cutter = Cutter::start(&database.url, nth, cut).await;
                ends_cleanly(&scene.run_through(&cutter, &["send", CHANNEL]).await);
                scene.check().await;
                if !cutter.has_cut() {
                    break;
                }
                cuts += 1;
            }
        }
        assert!(cuts >= 8, "a feed commits more often than {cuts} times");
        scene.converges().await;
    });
}

#[test]
fn a_server_that_dies_in_the_middle_loses_nothing() {
    let Some(server) = OwnPostgres::start() else { return };
    let database = server.database();
    on_postgres(|_| async move {
        let mut scene = Scene::open(&database).await;
        let mut dice = dice("restarts of PostgreSQL");
        for round in 0..knob("TESTBED_RESTARTS", RESTARTS) {
            let file = scene.change(1_000 * i64::try_from(round + 1).unwrap_or_default());
            let pause = Duration::from_micros(dice.u64(..250_000));
            let restart = async {
                tokio::time::sleep(pause).await;
                tokio::task::block_in_place(|| server.restart());
            };
            let import = ["import", "stock", &file];
            let (imported, fed, ()) =
                tokio::join!(scene.shop.run(&import), scene.shop.send("differential"), restart);
            ends_cleanly(&imported);
            ends_cleanly(&fed);
            if imported.code == Some(0) {
                scene.ledger.accept();
            }
            scene.check().await;
        }
        scene.converges().await;
    });
}

#[test]
fn the_daemon_outlives_its_database_server() {
    let Some(server) = OwnPostgres::start() else { return };
    let database = server.database();
    on_postgres(|_| async move {
        let scene = Scene::open(&database).await;
        scene.shop.write_channel(CHANNEL, SCHEDULE, SETTINGS);
        let mut runner = scene.shop.start(&["run"]);
        scene.shop.until("it tells", PATIENCE, |shop| shop.on_hand("C") == Some(30)).await;
        tokio::task::block_in_place(|| server.restart());
        scene.shop.import("stock", "product_code,quantity\nA,7\n").await;
        let is_told = |shop: &Shop| shop.on_hand("A") == Some(7);
        scene.shop.until("it goes on by itself", PATIENCE, is_told).await;
        assert!(runner.finished().is_none(), "it must not give up");
        assert!(runner.terminate().success(), "SIGTERM ends it with 0");
    });
}
