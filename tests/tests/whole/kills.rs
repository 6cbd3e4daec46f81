//! `kill -9` of the real program at random moments, while inputs change and the marketplace
//! misbehaves: no accepted change is lost, what is shown is always believed possible, and in the
//! end the shelf is what the company said.
//!
//! `TESTBED_KILLS=20000` makes a night of it, `TESTBED_SEED` repeats a run as far as clocks allow.

use std::time::{Duration, Instant};

use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{Books, CHANNEL, Inputs, Ledger, Said, Shop, Started, dice, knob};
use trueup_wayfair_sandbox::Options;

on_each_database!(kills_lose_nothing_and_the_shelf_ends_right);

/// For both databases together.
const KILLS: usize = 200;
const PRODUCTS: usize = 8;
/// Later than the longest of the marketplace's late landings.
const SETTINGS: &str = "settle_seconds = 1\nrequests_per_minute = 60000";
/// Numbers jump here by more than a person would let pass, and nobody is there to approve it.
const TABLES: &str =
    "[schedule]\ndifferential = { every = \"10s\" }\n[guard]\nraised_units_min = 1000000000\n";
/// The longest that a program lives before it is killed: some get to their end.
const LIFE_MS_MAX: u64 = 350;
const PATIENCE: Duration = Duration::from_secs(60);

struct Company {
    shop: Shop,
    books: Books,
    ledger: Ledger,
    dice: fastrand::Rng,
}

async fn kills_lose_nothing_and_the_shelf_ends_right(database: TestDatabase) {
    let kills = knob("TESTBED_KILLS", KILLS).div_ceil(2);
    let mut company = Company::found(&database).await;
    let mut killed = 0;
    while killed < kills {
        killed += usize::from(company.live_and_die().await);
        company.check().await;
    }
    company.converges().await;
}

fn misbehaving(seed: u64) -> Options {
    Options::default()
        .seed(seed)
        .with("lost_answer=0.05")
        .with("not_applied_drop=0.05")
        .with("server_error_applied=0.05")
        .with("late=500@0.05")
        .with("slow=100@0.3")
        .with("completion_delay=50")
}

impl Company {
    async fn found(database: &TestDatabase) -> Self {
        let mut dice = dice(&format!("kills on {}", database.name));
        let shop = Shop::with(&database.url, misbehaving(dice.u64(..)), SETTINGS).await;
        shop.write_channel(CHANNEL, TABLES, SETTINGS);
        let said = |at: usize| {
            let stock = 10 * i64::try_from(at).unwrap_or_default();
            (format!("P{at}"), Said { stock, is_offered: true })
        };
        let inputs: Inputs = (0..PRODUCTS).map(said).collect();
        let row = |code: &String| format!("{code},{CHANNEL}\n");
        let rows: String = inputs.keys().map(row).collect();
        shop.import("products", &format!("product_code,marketplaces\n{rows}")).await;
        shop.import("stock", &stock_table(inputs.clone())).await;
        let books = Books::open(&database.url).await;
        let ledger = Ledger::open(shop.folder().join("ledger.json"), inputs);
        Self { shop, books, ledger, dice }
    }

    /// Starts a program, perhaps changes something meanwhile, and kills it. Whether it was still
    /// alive.
    async fn live_and_die(&mut self) -> bool {
        if self.dice.u8(..4) == 0 {
            let change = self.change();
            let importing = self.shop.start(&as_arguments(&change));
            return self.kill_within(importing, LIFE_MS_MAX / 4).await;
        }
        let sender = match self.dice.u8(..8) {
            0 => self.shop.start(&["send", CHANNEL, "--feed", "true_up"]),
            1 | 2 => self.shop.start(&["run"]),
            _ => self.shop.start(&["send", CHANNEL, "--feed", "differential"]),
        };
        if self.dice.bool() {
            let change = self.change();
            let _taken = self.shop.run(&as_arguments(&change)).await.success();
            self.ledger.accept();
        }
        self.kill_within(sender, LIFE_MS_MAX).await
    }

    async fn kill_within(&mut self, mut program: Started, life_ms_max: u64) -> bool {
        let life = Duration::from_micros(self.dice.u64(..life_ms_max * 1_000));
        tokio::time::sleep(life).await;
        let was_alive = program.finished().is_none();
        program.kill();
        was_alive
    }

    /// A change that is on the ledger, and the command that makes it.
    fn change(&mut self) -> Vec<String> {
        let offered: Vec<(String, Said)> = self.ledger.accepted().clone().into_iter().collect();
        if self.dice.u8(..5) == 0 {
            let (code, said) = offered[self.dice.usize(..offered.len())].clone();
            let command = if said.is_offered { "opt-out" } else { "opt-in" };
            let arguments = [command, CHANNEL, &code].map(str::to_owned).to_vec();
            self.ledger.try_change([(code, Said { is_offered: !said.is_offered, ..said })]);
            return arguments;
        }
        let many = self.dice.usize(1..=offered.len());
        let some = self.dice.choose_multiple(offered, many);
        let some = some.into_iter().map(|(code, said)| {
            let stock = self.dice.i64(0..1_000_000);
            (code, Said { stock, ..said })
        });
        let some: Inputs = some.collect();
        let file = self.shop.write("stock.csv", &stock_table(some.clone()));
        self.ledger.try_change(some);
        ["import", "stock", &file].map(str::to_owned).to_vec()
    }

    /// What a restart finds.
    async fn check(&mut self) {
        self.books.alone().await;
        self.books.outlive_the_dead().await;
        self.ledger.check(&self.books.inputs().await);
        self.books.check_belief(&self.shop, self.ledger.accepted()).await;
    }

    /// With a marketplace that behaves, everything ends as it must, and every line has an outcome.
    async fn converges(&mut self) {
        self.shop.sandbox.reset_modes();
        let deadline = Instant::now() + PATIENCE;
        while !self.is_settled().await {
            assert!(Instant::now() < deadline, "{:#}", self.shop.status().await);
            let _fed = self.shop.send("differential").await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.check().await;
        for (code, said) in self.ledger.accepted() {
            let wanted = if said.is_offered { said.stock } else { 0 };
            let shown = self.shop.on_hand(code).unwrap_or_default();
            assert_eq!(shown, wanted, "{code}: {said:?}; {:#?}", self.shop.shown());
        }
        self.every_line_has_an_outcome().await;
    }

    async fn every_line_has_an_outcome(&self) {
        let feeds = self.shop.json(&["feeds", "--limit", "100000"]).await;
        for feed in feeds.as_array().expect("an array") {
            let outcomes =
                ["accepted", "pending", "rejected", "unknown", "superseded", "parked"].iter();
            let sum: u64 = outcomes.filter_map(|outcome| feed[outcome].as_u64()).sum();
            assert_eq!(feed["planned"].as_u64(), Some(sum), "{feed:#}");
        }
    }

    async fn is_settled(&self) -> bool {
        let status = self.shop.status().await;
        ["due", "in_flight", "parked", "unresolved", "dirty"].iter().all(|key| status[*key] == 0)
    }
}

fn stock_table(inputs: Inputs) -> String {
    let row = |(code, said): (String, Said)| format!("{code},{}\n", said.stock);
    let rows: String = inputs.into_iter().map(row).collect();
    format!("product_code,quantity\n{rows}")
}

fn as_arguments(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}
