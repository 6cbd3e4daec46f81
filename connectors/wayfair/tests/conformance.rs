//! The suite that every connector runs, against the simulated Wayfair.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::SocketAddr;

use async_trait::async_trait;
use serde_json::Value;
use trueup_conformance::{Bench, Shelf, item};
use trueup_marketplace::{PartNumber, Registration, RemoteLocation};
use trueup_wayfair::Wayfair;
use trueup_wayfair_sandbox::{Options, WayfairSandbox};

struct Partner(WayfairSandbox);

#[async_trait]
impl Bench for Partner {
    fn registration() -> Registration {
        Registration::of::<Wayfair>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(items: usize) -> Self {
        let parts: Vec<String> = (0..items).map(|number| item(number).to_string()).collect();
        let parts = format!("parts={}", parts.join(";"));
        let options = Options::default().with("completion_delay=0").with(&parts);
        Self(WayfairSandbox::start(options).await.unwrap())
    }

    fn settings(&self) -> Value {
        let file: toml::Table = toml::from_str(&self.0.channel_settings()).unwrap();
        serde_json::to_value(&file["settings"]).unwrap()
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.0.address())
    }

    fn locations() -> Vec<RemoteLocation> {
        ["81454", "81852"].map(|id| id.parse().unwrap()).into()
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-PART".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        let lines = self.0.state().lines.into_iter();
        let shown = lines.map(|line| {
            let place = (line.part_number, line.supplier_id.to_string());
            (place, i64::from(line.quantity_on_hand))
        });
        shown.collect()
    }
}

#[test]
fn it_conforms() {
    trueup_conformance::run::<Partner>().expect_conformance();
}
