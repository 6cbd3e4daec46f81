//! A marketplace that is down gets at most a fifth more than the first tries.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};
use trueup_exchange::{Exchange, Options, Retries};
use trueup_marketplace::{Request, Wire};

use crate::support::{Reply, Server, Shop, open_with, quick, read};

const REQUESTS: usize = 600;

fn impatient() -> Options {
    Options {
        retries: Retries { backoff_base: Duration::from_micros(1), ..Retries::default() },
        ..quick()
    }
}

async fn send_all(exchange: &Exchange, request: &Request) {
    for _ in 0..REQUESTS {
        assert!(exchange.send(request.clone()).await.is_err());
    }
}

fn assert_modest(attempts: usize) {
    assert!(attempts > REQUESTS, "something was repeated");
    let most = REQUESTS + REQUESTS / 5;
    assert!(attempts <= most, "{attempts} attempts for {REQUESTS} requests");
}

#[tokio::test]
async fn failing_and_throttling_marketplaces_are_not_stormed() {
    for status in [503, 429, 401] {
        let server = Server::answering(Reply::status(status)).await;
        let exchange = open_with(Shop::at(&server), impatient());
        send_all(&exchange, &read(&server)).await;
        assert_modest(server.count("/read"));
    }
}

#[tokio::test]
async fn failing_login_is_not_stormed() {
    let server = Server::start(|_, _| Reply::status(503)).await;
    let exchange = open_with(Shop::at(&server), impatient());
    send_all(&exchange, &read(&server)).await;
    assert_modest(server.count("/token"));
    assert_eq!(server.count("/read"), 0);
}

#[tokio::test]
async fn retries_that_help_are_paid_back() {
    let server =
        Server::scripted(|_, nth| Reply::status(if nth % 2 == 0 { 503 } else { 200 })).await;
    let mut options = impatient();
    options.retries.budget = options.retries.cost;
    let exchange = open_with(Shop::at(&server), options);
    for _ in 0..5 {
        exchange.send(read(&server)).await.unwrap();
    }
    assert_eq!(server.count("/read"), 10);
}

/// An outage of some hours, in time that passes by itself, and a request every so often. Gives back
/// requests and attempts.
async fn outage(hours: u64, every: Duration) -> (usize, usize) {
    let down = Server::start(|_, _| Reply::status(503)).await;
    let exchange = open_with(Shop::at(&down), Options::default());
    let request = read(&down).without_login();
    let (begun, mut requests) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(hours * 3_600) {
        let next = Instant::now() + every;
        assert!(exchange.send(request.clone()).await.is_err());
        requests += 1;
        sleep_until(next).await;
    }
    (requests, down.count("/read"))
}

#[tokio::test(start_paused = true)]
async fn a_long_outage_sees_hardly_more_attempts_than_requests() {
    for (hours, every_ms) in [(1, 100), (4, 30_000), (30, 1_800_000)] {
        let (requests, attempts) = outage(hours, Duration::from_millis(every_ms)).await;
        assert!(attempts > requests, "the first ones were repeated");
        assert!(attempts * 10 <= requests * 12, "{attempts} for {requests}, every {every_ms} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_first_tries_go_on_at_the_floor() {
    let (requests, _) = outage(1, Duration::from_millis(200)).await;
    // One every two seconds.
    assert!((1_700..=1_900).contains(&requests), "{requests}");
}

#[tokio::test]
async fn hanging_channel_takes_nothing_from_another() {
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::answering(Reply::ok()).await;
    let hanging = open_with(Shop::at(&server), impatient());
    let url = format!("http://{}/read", mute.local_addr().unwrap());
    let stuck = Request::get("read stock", url).without_login();
    let other = open_with(Shop::at(&server), impatient());
    tokio::select! {
        biased;
        _ = futures::future::join_all((0..50).map(|_| hanging.send(stuck.clone()))) => {
            panic!("nobody answers there");
        }
        answer = other.send(read(&server)) => { answer.unwrap(); }
    }
}

#[tokio::test]
async fn recovery_is_noticed_by_the_next_first_try() {
    let server = Server::scripted(|_, nth| Reply::status(if nth < 300 { 503 } else { 200 })).await;
    let exchange = open_with(Shop::at(&server), impatient());
    while server.count("/read") < 300 {
        let _ = exchange.send(read(&server)).await;
    }
    exchange.send(read(&server)).await.unwrap();
}
