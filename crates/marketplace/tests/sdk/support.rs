//! Batches, answers and two small connectors.

use std::future::Future;
use std::pin::pin;
use std::task::{Context as Polling, Poll, Waker};

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;
use trueup_marketplace::{
    Batch, BatchKey, Capabilities, Checked, Connector, Context, Endpoint, Error, FeedKind, Level,
    Line, LineKey, LineVerdict, Marketplace, OpenError, Prepared, Problems, Receipt, Refusal,
    Response, Secret,
};

pub fn line(key: i64, part: &str, location: Option<&str>) -> Line {
    Line {
        key: LineKey(key),
        part_number: part.parse().unwrap(),
        location: location.map(|location| location.parse().unwrap()),
        remote_id: None,
        level: Level::default(),
    }
}

pub fn batch(lines: Vec<Line>) -> Batch {
    let key = BatchKey("b-1".to_owned());
    Batch { key, kind: FeedKind::Differential, is_dry_run: false, lines }
}

/// `P1`, `P2`, … with the line keys 1, 2, …
pub fn parts(count: i64) -> Batch {
    batch((1..=count).map(|n| line(n, &format!("P{n}"), None)).collect())
}

pub fn refusal() -> Refusal {
    Refusal { code: "no".to_owned(), message: "not sold here".to_owned() }
}

/// The keys of the lines that were refused, and of those whose fate is open.
pub fn exceptions(receipt: &Receipt) -> (Vec<i64>, Vec<i64>) {
    let all = receipt.exceptions().iter();
    let (rejected, unknown): (Vec<_>, Vec<_>) =
        all.partition(|(_, verdict)| matches!(verdict, LineVerdict::Rejected(_)));
    let keys = |lines: Vec<(&LineKey, _)>| lines.into_iter().map(|(key, _)| key.0).collect();
    (keys(rejected), keys(unknown))
}

pub fn answer(status: u16, body: &str) -> Response {
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: body.to_owned().into(),
    }
}

pub fn with_header(mut response: Response, name: &'static str, value: &'static str) -> Response {
    response.headers.insert(name, HeaderValue::from_static(value));
    response
}

/// A connector that does only what must be done.
#[derive(Debug)]
pub struct Acme;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcmeSettings {
    /// The account.
    pub account: String,
    /// Its key.
    pub key: Secret,
    /// Requests per minute.
    #[serde(default)]
    pub rate: u8,
    /// A proxy.
    pub url: Option<Endpoint>,
    /// Where reports go.
    #[expect(dead_code, reason = "it is there to be read")]
    pub report: Option<ReportSettings>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportSettings {
    /// The address.
    #[expect(dead_code, reason = "it is there to be read")]
    pub to: Endpoint,
}

impl Connector for Acme {
    const ID: &'static str = "acme";
    const TITLE: &'static str = "Acme";
    type Settings = AcmeSettings;

    fn open(settings: AcmeSettings) -> Result<Self, OpenError> {
        let mut problems = Problems::default();
        problems.require("account", &settings.account, "take it from the contract");
        problems.require("key", settings.key.expose(), "take it from the contract");
        if settings.rate > 60 && settings.url.is_none() {
            problems.add("url", "is missing; Acme takes so many requests from proxies only");
            problems.add("", "the settings do not fit together");
        }
        problems.finish().map(|()| Self)
    }

    fn example() -> &'static str {
        "[settings]\naccount = \"us\"\nkey = \"k\"\n"
    }
}

#[async_trait]
impl Marketplace for Acme {
    fn capabilities(&self) -> Capabilities {
        Capabilities::least()
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        Ok(Prepared::default())
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        Err(Error::unreadable("nothing was answered"))
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked("there is an Acme".to_owned()))
    }
}

/// Runs a future that never waits.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Polling::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
