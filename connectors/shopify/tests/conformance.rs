//! The suite that every connector runs, against the simulated shop.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::SocketAddr;

use async_trait::async_trait;
use serde_json::Value;
use trueup_conformance::{Bench, Shelf, item};
use trueup_marketplace::{PartNumber, Registration, RemoteLocation};
use trueup_shopify::Shopify;
use trueup_shopify_sandbox::{Options, ShopifySandbox};

struct Shop(ShopifySandbox);

#[async_trait]
impl Bench for Shop {
    fn registration() -> Registration {
        Registration::of::<Shopify>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(items: usize) -> Self {
        let skus: Vec<String> = (0..items).map(|number| item(number).to_string()).collect();
        let skus = format!("skus={}", skus.join(";"));
        let options = Options::default().with("catalogue=closed").with("bucket=plus").with(&skus);
        Self(ShopifySandbox::start(options).await.unwrap())
    }

    fn settings(&self) -> Value {
        let file: toml::Table = toml::from_str(&self.0.channel_settings()).unwrap();
        serde_json::to_value(&file["settings"]).unwrap()
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.0.address())
    }

    fn locations() -> Vec<RemoteLocation> {
        ["70000000001", "70000000002"].map(|id| id.parse().unwrap()).into()
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-SKU".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        let lines = self.0.state().lines.into_iter();
        let shown = lines.filter(|line| line.is_active);
        shown.map(|line| ((line.sku, line.location), line.available)).collect()
    }
}

#[test]
fn it_conforms() {
    trueup_conformance::run::<Shop>().expect_conformance();
}
