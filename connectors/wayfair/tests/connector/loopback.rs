//! The connector, the exchange and a simulated Wayfair over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use trueup_exchange::{Exchange, Options, Retries};
use trueup_marketplace::{Answer, Batch, Connector, Context, Error, Marketplace, Receipt};
use trueup_wayfair::Wayfair;
use trueup_wayfair_sandbox::WayfairSandbox;

use crate::support::{settle_over, submit_over};

pub struct Loopback {
    pub sandbox: WayfairSandbox,
    pub wayfair: Arc<Wayfair>,
    pub wire: Exchange,
}

/// A simulated Wayfair with these faults and a channel to it.
pub async fn start(faults: &[&str]) -> Loopback {
    start_with(faults, |_| ()).await
}

/// The same with other settings.
pub async fn start_with(faults: &[&str], change: impl FnOnce(&mut toml::Table)) -> Loopback {
    let options = trueup_wayfair_sandbox::Options::default().with("completion_delay=0");
    let options = faults.iter().fold(options, |options, fault| options.with(fault));
    let sandbox = WayfairSandbox::start(options).await.unwrap();
    let file: toml::Table = toml::from_str(&sandbox.channel_settings()).unwrap();
    let mut settings = file["settings"].as_table().unwrap().clone();
    settings.insert("requests_per_minute".into(), 60_000.into());
    change(&mut settings);
    let wayfair = Arc::new(Wayfair::open(settings.try_into().unwrap()).unwrap());
    let retries = Retries { backoff_base: Duration::from_millis(1), ..Retries::default() };
    let options = Options { retries, ..Options::default() };
    let wire = Exchange::open(wayfair.clone(), options).unwrap();
    Loopback { sandbox, wayfair, wire }
}

impl Loopback {
    pub fn set(&self, mode: &str) {
        self.sandbox.set_mode(mode).unwrap();
    }

    pub async fn submit(&self, batch: &Batch) -> Result<Receipt, Error> {
        submit_over(&self.wayfair, &self.wire, batch).await
    }

    /// Submits and asks once what became of it.
    pub async fn deliver(&self, batch: &Batch) -> Receipt {
        let receipt = self.submit(batch).await.unwrap();
        self.ask(batch, &receipt).await
    }

    /// Submits and asks until the feed is final.
    pub async fn deliver_at_last(&self, batch: &Batch) -> Receipt {
        let mut receipt = self.submit(batch).await.unwrap();
        while matches!(receipt.answer(), Answer::Pending(_)) {
            receipt = self.ask(batch, &receipt).await;
        }
        receipt
    }

    async fn ask(&self, batch: &Batch, receipt: &Receipt) -> Receipt {
        let Answer::Pending(ticket) = receipt.answer() else {
            panic!("no ticket: {receipt:?}");
        };
        let settled = settle_over(&self.wayfair, &self.wire, batch, &ticket.0);
        settled.await.unwrap()
    }

    pub async fn check(&self) -> Result<String, Error> {
        let context = Context::calling(&self.wire, Timestamp::UNIX_EPOCH);
        self.wayfair.check(&context).await.map(|checked| checked.0)
    }

    /// The quantity buyers see at supplier id 81454.
    pub fn on_hand(&self, part: &str) -> Option<i32> {
        self.sandbox.state().on_hand(81454, part)
    }
}
