//! The suite that every connector runs, against the simulated Web Connector, which is let in between
//! the questions what became of a feed.

#![expect(clippy::unwrap_used, reason = "tests")]

use async_trait::async_trait;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;
use trueup_conformance::{Bench, Shelf, item};
use trueup_marketplace::{
    Call, Mailbox, Marketplace, Method, PartNumber, Polled, Registration, RemoteLocation,
};
use trueup_quickbooks_desktop::QuickBooksDesktop;
use trueup_quickbooks_desktop_sandbox::{DesktopSandbox, Options, Service, StateView};

/// A company without inventory sites.
struct Plain(DesktopSandbox);

/// A company with two.
struct Sited(DesktopSandbox);

/// The simulator's password, hashed with next to no work: each call of each session is struck by each
/// fault, and a session begins with a password.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$3nWdzqt/zKFwJYlGRIudJ5Vo3nbcK9x217kXdBE32P8";

/// What is served, without HTTP between.
struct Direct<'a>(&'a dyn Polled, &'a dyn Mailbox);

#[async_trait]
impl Service for Direct<'_> {
    async fn post(&self, _: &str, body: String) -> Result<(u16, String), String> {
        let call = Call {
            method: Method::Post,
            query: String::new(),
            url: "http://127.0.0.1/".to_owned(),
            headers: HeaderMap::new(),
            body: body.into(),
            now: Timestamp::now(),
        };
        let reply = self.0.answer(&call, self.1).await;
        Ok((reply.status.as_u16(), String::from_utf8(reply.body.to_vec()).unwrap()))
    }
}

async fn company(items: usize, mode: &str) -> DesktopSandbox {
    let items: Vec<String> = (0..items).map(|number| item(number).to_string()).collect();
    let options = Options::default().with(&format!("items={}", items.join(";"))).with(mode);
    DesktopSandbox::start(options).await.unwrap()
}

fn settings(sandbox: &DesktopSandbox) -> Value {
    let file: toml::Table = toml::from_str(&sandbox.channel_settings()).unwrap();
    serde_json::to_value(&file["settings"]).unwrap()
}

async fn visit(sandbox: &DesktopSandbox, marketplace: &dyn Marketplace, mailbox: &dyn Mailbox) {
    if mailbox.waits().await.unwrap() {
        sandbox.visit_to(&Direct(marketplace.polled().unwrap(), mailbox)).await;
    }
}

fn whole(quantity: &str) -> i64 {
    quantity.parse().unwrap()
}

#[async_trait]
impl Bench for Plain {
    fn registration() -> Registration {
        Registration::of::<QuickBooksDesktop>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(items: usize) -> Self {
        Self(company(items, "sites=").await)
    }

    fn settings(&self) -> Value {
        settings(&self.0)
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-PART".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        let StateView { items, .. } = self.0.state();
        let shown = items.into_iter();
        shown.map(|item| ((item.full_name, String::new()), whole(&item.on_hand))).collect()
    }

    async fn attend(&self, marketplace: &dyn Marketplace, mailbox: &dyn Mailbox) {
        visit(&self.0, marketplace, mailbox).await;
    }
}

#[async_trait]
impl Bench for Sited {
    fn registration() -> Registration {
        Plain::registration()
    }

    async fn start(items: usize) -> Self {
        Self(company(items, "sites=East;West").await)
    }

    fn settings(&self) -> Value {
        let mut settings = settings(&self.0);
        settings["password"] = HASH.into();
        settings
    }

    fn locations() -> Vec<RemoteLocation> {
        ["East", "West"].map(|site| site.parse().unwrap()).into()
    }

    fn unknown_part() -> Option<PartNumber> {
        Plain::unknown_part()
    }

    async fn shelf(&self) -> Shelf {
        let mut shelf = Shelf::new();
        for item in self.0.state().items {
            for (site, quantity) in item.sites {
                shelf.insert((item.full_name.clone(), site), whole(&quantity));
            }
        }
        shelf
    }

    async fn attend(&self, marketplace: &dyn Marketplace, mailbox: &dyn Mailbox) {
        visit(&self.0, marketplace, mailbox).await;
    }
}

#[test]
fn it_conforms() {
    trueup_conformance::run::<Plain>().expect_conformance();
}

#[test]
fn a_company_with_inventory_sites_is_served_as_well() {
    trueup_conformance::run::<Sited>().expect_conformance();
}
