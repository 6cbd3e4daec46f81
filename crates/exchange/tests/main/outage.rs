//! A marketplace that is down gets at most a fifth more than the first tries.

use std::time::Duration;

use tokio::net::TcpListener;
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
