//! The suite that every connector runs, against the simulated company.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::SocketAddr;

use async_trait::async_trait;
use serde_json::Value;
use trueup_conformance::{Bench, Shelf, item};
use trueup_marketplace::{PartNumber, Registration};
use trueup_quickbooks_online::QuickBooksOnline;
use trueup_quickbooks_online_sandbox::{Options, QuickBooksOnlineSandbox};

struct Company(QuickBooksOnlineSandbox);

#[async_trait]
impl Bench for Company {
    fn registration() -> Registration {
        Registration::of::<QuickBooksOnline>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(items: usize) -> Self {
        let skus: Vec<String> = (0..items).map(|number| item(number).to_string()).collect();
        let skus = format!("items={}", skus.join(";"));
        let options = Options::default().with("catalogue=closed").with("limits=off").with(&skus);
        Self(QuickBooksOnlineSandbox::start(options).await.unwrap())
    }

    fn settings(&self) -> Value {
        let file: toml::Table = toml::from_str(&self.0.channel_settings()).unwrap();
        serde_json::to_value(&file["settings"]).unwrap()
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.0.address())
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-PART".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        let items = self.0.state().items.into_iter();
        #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
        let shown = items.map(|item| ((item.sku, String::new()), item.on_hand as i64));
        shown.collect()
    }
}

#[test]
fn it_conforms() {
    trueup_conformance::run::<Company>().expect_conformance();
}
