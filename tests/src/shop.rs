//! The company.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use trueup_wayfair_sandbox::{Options, StateView, WayfairSandbox};

use crate::folder::Folder;
use crate::program::{Finished, Started};

/// The channel of every shop.
pub const CHANNEL: &str = "wayfair_us";
/// The supplier id at which its stock of `MAIN` is offered.
pub const SUPPLIER: i64 = 81454;

/// A folder of settings, a database, and a simulated Wayfair.
#[derive(Debug)]
pub struct Shop {
    folder: Folder,
    /// The simulated Wayfair.
    pub sandbox: WayfairSandbox,
}

impl Shop {
    /// A shop on the database at `address`, with a well-behaved Wayfair.
    pub async fn open(address: &str) -> Self {
        Self::with(address, Options::default(), "").await
    }

    /// A shop with a Wayfair of one's own choice and more lines for its channel's `[settings]`.
    ///
    /// # Panics
    /// Where the sandbox cannot be started.
    pub async fn with(address: &str, options: Options, more_settings: &str) -> Self {
        let sandbox = WayfairSandbox::start(options).await.expect("the sandbox starts");
        let shop = Self { folder: Folder::default(), sandbox };
        shop.write("trueup.toml", &format!("database = \"{address}\"\n"));
        shop.write_channel(CHANNEL, "", more_settings);
        shop
    }

    /// Writes the file of a channel that feeds this shop's Wayfair. `tables` are further tables
    /// (`[schedule]`, `[rules]`), `more_settings` further lines of `[settings]`.
    pub fn write_channel(&self, name: &str, tables: &str, more_settings: &str) {
        let settings = self.sandbox.channel_settings();
        let text = format!(
            "marketplace = \"wayfair\"\n{tables}\n[locations]\nMAIN = \"{SUPPLIER}\"\n\n{settings}\n{more_settings}\n"
        );
        self.write(&format!("channels/{name}.toml"), &text);
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the folder.
    pub fn write(&self, name: &str, text: &str) -> String {
        self.folder.write(name, text)
    }

    /// Runs the program to its end.
    pub async fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with(arguments, &[]).await
    }

    /// The same with environment variables.
    pub async fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
        self.folder.run(arguments, variables).await
    }

    /// Runs the program in the background.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Started {
        self.start_with(arguments, &[])
    }

    /// The same with environment variables.
    #[must_use]
    pub fn start_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Started {
        self.folder.start(arguments, variables)
    }

    /// Imports a table; it must be taken.
    pub async fn import(&self, what: &str, table: &str) -> Value {
        self.folder.import(what, table).await
    }

    /// Three products with 10, 20 and 30 in stock, all on the channel, and no orders.
    pub async fn stock_three(&self) {
        self.import(
            "products",
            "product_code,marketplaces\nA,wayfair_us\nB,wayfair_us\nC,wayfair_us\n",
        )
        .await;
        self.import("stock", "product_code,quantity\nA,10\nB,20\nC,30\n").await;
    }

    /// Runs one feed.
    pub async fn send(&self, kind: &str) -> Finished {
        self.run(&["send", CHANNEL, "--feed", kind, "--format", "json"]).await
    }

    /// What a command prints as JSON.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        self.folder.json(arguments).await
    }

    /// The channel's row of `trueup status`.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn status(&self) -> Value {
        let mut rows = self.folder.status().await.into_iter();
        rows.find(|row| row["channel"] == CHANNEL).expect("the channel has a row")
    }

    /// Every line of the latest feed: product code, quantity and outcome, sorted by product code.
    ///
    /// # Panics
    /// Where no feed has run.
    pub async fn latest_lines(&self) -> Vec<(String, i64, String)> {
        let feeds = self.json(&["feeds"]).await;
        let id = feeds[0]["feed"].as_i64().expect("a feed has run").to_string();
        let detail = self.json(&["feed", &id]).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let lines = detail["lines"].as_array().expect("a feed has lines").iter();
        let mut lines: Vec<_> = lines
            .map(|line| {
                let quantity = line["quantity"].as_i64().unwrap_or(-1);
                (text(&line["product_code"]), quantity, text(&line["outcome"]))
            })
            .collect();
        lines.sort();
        lines
    }

    /// What Wayfair shows.
    #[must_use]
    pub fn shown(&self) -> StateView {
        self.sandbox.state()
    }

    /// What Wayfair shows of one part number at the shop's supplier id.
    #[must_use]
    pub fn on_hand(&self, part_number: &str) -> Option<i64> {
        let supplier = SUPPLIER.try_into().expect("supplier ids are small");
        self.shown().on_hand(supplier, part_number).map(i64::from)
    }

    /// Waits until a condition holds.
    ///
    /// # Panics
    /// Where it does not hold within the given time.
    pub async fn until(&self, what: &str, patience: Duration, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + patience;
        while !holds(self) {
            assert!(
                Instant::now() < deadline,
                "not within {patience:?}: {what}; {:#?}",
                self.shown()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
