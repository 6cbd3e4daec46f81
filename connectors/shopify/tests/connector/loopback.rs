//! The connector, the exchange and a simulated shop over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use trueup_exchange::{Exchange, Options, Retries};
use trueup_marketplace::{Batch, Connector, Context, Error, Marketplace, Prepared, Receipt};
use trueup_shopify::Shopify;
use trueup_shopify_sandbox::ShopifySandbox;

use crate::support::{MAIN, prepare_over, submit_over};

pub struct Loopback {
    pub sandbox: ShopifySandbox,
    pub shopify: Arc<Shopify>,
    pub wire: Exchange,
}

/// A simulated shop with these faults and a channel to it.
pub async fn start(faults: &[&str]) -> Loopback {
    start_with(faults, "").await
}

/// The same with other settings.
pub async fn start_with(faults: &[&str], settings: &str) -> Loopback {
    let options = trueup_shopify_sandbox::Options::default();
    let options = faults.iter().fold(options, |options, fault| options.with(fault));
    let sandbox = ShopifySandbox::start(options).await.unwrap();
    let file: toml::Table = toml::from_str(&sandbox.channel_settings()).unwrap();
    let mut table = file["settings"].as_table().unwrap().clone();
    table.extend(toml::from_str::<toml::Table>(settings).unwrap());
    let shopify = Arc::new(Shopify::open(table.try_into().unwrap()).unwrap());
    let retries = Retries { backoff_base: Duration::from_millis(1), ..Retries::default() };
    let options = Options { retries, ..Options::default() };
    let wire = Exchange::open(shopify.clone(), options).unwrap();
    Loopback { sandbox, shopify, wire }
}

impl Loopback {
    /// Turns a knob while the shop runs.
    pub fn set(&self, mode: &str) {
        self.sandbox.set_mode(mode).unwrap();
    }

    pub async fn prepare(&self, batch: &Batch) -> Prepared {
        prepare_over(&self.shopify, &self.wire, batch).await
    }

    pub async fn submit(&self, batch: &Batch, prepared: &Prepared) -> Result<Receipt, Error> {
        submit_over(&self.shopify, &self.wire, batch, prepared).await
    }

    /// Prepares and submits a batch none of whose lines are withheld.
    pub async fn send(&self, batch: &Batch) -> Result<Receipt, Error> {
        let prepared = self.prepare(batch).await;
        assert_eq!(prepared.withheld, []);
        self.submit(batch, &prepared).await
    }

    /// The same for a batch whose lines all come into force.
    pub async fn deliver(&self, batch: &Batch) {
        let receipt = self.send(batch).await.unwrap();
        assert!(receipt.exceptions().is_empty(), "{receipt:?}");
    }

    /// What becomes of a submission whose answer was lost.
    pub async fn resolve(&self, batch: &Batch, prepared: &Prepared) -> Result<Receipt, Error> {
        let context = Context::calling(&self.wire, Timestamp::UNIX_EPOCH);
        self.shopify.resolve(batch, prepared, &context).await
    }

    pub async fn check(&self) -> Result<String, Error> {
        let context = Context::calling(&self.wire, Timestamp::UNIX_EPOCH);
        self.shopify.check(&context).await.map(|checked| checked.0)
    }

    /// What can be sold at the main location.
    pub fn available(&self, sku: &str) -> Option<i64> {
        self.sandbox.state().available(MAIN, sku)
    }
}
