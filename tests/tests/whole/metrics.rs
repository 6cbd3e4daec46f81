//! What Prometheus and whoever watches the daemon are told, over real HTTP.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use prometheus_parse::{Sample, Scrape, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trueup_testbed::{OwnPostgres, TestDatabase, left_out, on_each_database};
use trueup_tests::{CHANNEL, Shop, Started};

on_each_database!(
    metrics_tell_how_channels_stand_and_what_was_done,
    an_address_that_is_taken_is_refused_at_the_start,
);

const SCHEDULE: &str = "[schedule]\ndifferential = { every = \"10s\" }\n";
const PATIENCE: Duration = Duration::from_secs(60);

/// The daemon of a shop, and where it answers.
struct Daemon {
    shop: Shop,
    runner: Started,
    address: SocketAddr,
}

impl Daemon {
    async fn start(database: &TestDatabase) -> Self {
        let shop = Shop::open(&database.url).await;
        shop.write_channel(CHANNEL, SCHEDULE, "");
        shop.stock_three().await;
        let address = free_address();
        serve(&shop, database, address);
        let runner = shop.start(&["run"]);
        Self { shop, runner, address }
    }

    /// The status and the body of an answer; none while nobody answers.
    async fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }

    async fn until(&self, what: &str, path: &str, holds: impl Fn(u16, &str) -> bool) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut last = None;
        while tokio::time::Instant::now() < deadline {
            last = self.get(path).await;
            if let Some((status, body)) = &last
                && holds(*status, body)
            {
                return body.clone();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("{what}: {last:?}");
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address")
}

fn serve(shop: &Shop, database: &TestDatabase, address: SocketAddr) {
    let text = format!("database = \"{}\"\n[metrics]\nlisten = \"{address}\"\n", database.url);
    shop.write("trueup.toml", &text);
}

/// The samples of a text in Prometheus's format; every line of it must be one or a comment.
fn samples(text: &str) -> Vec<Sample> {
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).expect("it parses");
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    let numbers = scrape.samples.iter().map(|sample| match &sample.value {
        Value::Histogram(buckets) => buckets.len(),
        _ => 1,
    });
    assert_eq!(numbers.sum::<usize>(), lines, "{text}");
    scrape.samples
}

fn value(samples: &[Sample], metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let has = |sample: &&Sample| {
        sample.metric == metric
            && labels.iter().all(|(name, value)| sample.labels.get(name) == Some(value))
    };
    match samples.iter().find(has)?.value {
        Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => Some(value),
        Value::Histogram(_) | Value::Summary(_) => None,
    }
}

async fn metrics_tell_how_channels_stand_and_what_was_done(database: TestDatabase) {
    let mut daemon = Daemon::start(&database).await;
    let text = daemon
        .until("a feed is counted", "/metrics", |_, body| body.contains("outcome=\"accepted\"} 3"))
        .await;
    assert!(text.ends_with("# EOF\n"), "{text}");
    let samples = samples(&text);
    let of = |metric: &str, labels: &[(&str, &str)]| {
        value(&samples, metric, &[&[("channel", CHANNEL)], labels].concat())
    };
    let done = [("kind", "differential"), ("end", "done")];
    assert!(of("trueup_feeds_total", &done) >= Some(1.0), "{text}");
    assert_eq!(of("trueup_lines_total", &[("outcome", "accepted")]), Some(3.0), "{text}");
    assert!(of("trueup_requests_total", &[("verdict", "answered")]) >= Some(2.0), "{text}");
    assert!(of("trueup_request_seconds_count", &[]) >= Some(2.0), "{text}");
    assert_eq!(of("trueup_retry_budget", &[]), Some(500.0), "{text}");
    for (metric, expected) in [
        ("trueup_listings", 3.0),
        ("trueup_clean", 3.0),
        ("trueup_unresolved", 0.0),
        ("trueup_parked", 0.0),
        ("trueup_exposure_units", 0.0),
        ("trueup_oldest_undelivered_seconds", 0.0),
        ("trueup_freshness_missed", 0.0),
        ("trueup_freshness_objective_seconds", 20.0),
    ] {
        assert_eq!(of(metric, &[]), Some(expected), "{metric}: {text}");
    }
    assert!(of("trueup_last_success_timestamp_seconds", &[]) > Some(1_700_000_000.0), "{text}");
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(value(&samples, "trueup_build_info", &version), Some(1.0), "{text}");
    assert!(!text.contains("secret") && !text.contains("client_id"), "{text}");

    let (status, health) = daemon.get("/healthz").await.expect("it answers");
    assert_eq!((status, health.as_str()), (200, r#"{"healthy":true,"unwell":[]}"#));
    assert_eq!(daemon.get("/").await.map(|(status, _)| status), Some(404));
    assert!(daemon.runner.terminate().success(), "serving holds up no end");
    assert!(daemon.get("/healthz").await.is_none());
    assert_eq!(daemon.shop.on_hand("A"), Some(10));
}

async fn an_address_that_is_taken_is_refused_at_the_start(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    serve(&shop, &database, taken.local_addr().expect("a listener has an address"));
    let refused = shop.run(&["run"]).await;
    assert_eq!(refused.code, Some(2), "{refused:#?}");
    assert!(refused.stderr.contains("metrics.listen: 127.0.0.1:"), "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_that_the_database_is_gone() {
    let Some(own) = OwnPostgres::start() else { return left_out("PostgreSQL is not here") };
    let daemon = Daemon::start(&own.database()).await;
    daemon.until("it is well", "/healthz", |status, _| status == 200).await;
    drop(own);
    let said = daemon.until("it is unwell", "/healthz", |status, _| status == 503).await;
    assert!(
        said.starts_with(r#"{"healthy":false,"unwell":[{"channel":null,"reason":"the database "#),
        "{said}"
    );
    let (status, _) = daemon.get("/metrics").await.expect("it answers");
    assert_eq!(status, 503);
}
