//! Tokens: fetched once, renewed early, and again when refused.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{advance, pause, resume, sleep, timeout};
use trueup_marketplace::{Arrival, ErrorKind, Retry, Wire};

use crate::support::{Reply, Server, Shop, failed, open, read, write};

const MINUTE: Duration = Duration::from_secs(60);

/// Sends in which a renewal in the background must have ended.
const SENDS_MAX: usize = 2_000;

/// Lets time pass without waiting for it; sockets need the clock to run again afterwards.
async fn pass(time: Duration) {
    pause();
    advance(time).await;
    resume();
}

#[tokio::test]
async fn fifty_at_once_share_one_login() {
    let server = Server::answering(Reply::ok()).await;
    let exchange = open(Shop::at(&server));
    let all = join_all((0..50).map(|_| exchange.send(write(&server)))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(server.count("/token"), 1);
    assert_eq!(server.count("/write"), 50);
    assert!(server.seen("/write").iter().all(|seen| seen.token() == "token-0"));
}

#[tokio::test]
async fn fifty_at_once_share_one_failed_login() {
    let refused = Reply::Delayed(Duration::from_millis(50), Box::new(Reply::status(403)));
    let server = Server::start(move |_, _| refused.clone()).await;
    let exchange = open(Shop::at(&server));
    let all = join_all((0..50).map(|_| exchange.send(write(&server)))).await;
    assert!(all.iter().all(Result::is_err));
    assert_eq!(server.count("/token"), 1);
    assert_eq!(server.count("/write"), 0);
}

#[tokio::test]
async fn request_without_login_carries_no_token() {
    let server = Server::answering(Reply::ok()).await;
    let exchange = open(Shop::at(&server));
    exchange.send(read(&server).without_login()).await.unwrap();
    assert_eq!(server.count("/token"), 0);
    assert_eq!(server.seen("/read")[0].token(), "");
}

#[tokio::test]
async fn expired_token_is_renewed_before_anything_fails() {
    let server = Server::answering(Reply::ok()).await;
    let exchange = open(Shop::at(&server));
    exchange.send(write(&server)).await.unwrap();
    pass(61 * MINUTE).await;
    exchange.send(write(&server)).await.unwrap();
    let tokens: Vec<_> = server.seen("/write").iter().map(|seen| seen.token().to_owned()).collect();
    assert_eq!(tokens, ["token-0", "token-1"]);
}

#[tokio::test]
async fn ageing_token_is_used_while_the_next_one_is_fetched() {
    let server = Server::answering(Reply::ok()).await;
    let exchange = open(Shop::at(&server));
    exchange.send(write(&server)).await.unwrap();
    pass(57 * MINUTE).await;
    exchange.send(write(&server)).await.unwrap();
    assert_eq!(server.seen("/write")[1].token(), "token-0", "nobody waited");
    for _ in 0..SENDS_MAX {
        exchange.send(write(&server)).await.unwrap();
        if server.seen("/write").last().unwrap().token() == "token-1" {
            break;
        }
    }
    assert_eq!(server.count("/token"), 2);
}

#[tokio::test]
async fn failed_renewal_harms_nobody_while_the_token_lives() {
    let server = Server::start(|seen, nth| match (seen.path.as_str(), nth) {
        ("/token", 0) => Reply::token(0, 3_600),
        ("/token", _) => Reply::status(400),
        _ => Reply::ok(),
    })
    .await;
    let exchange = open(Shop::at(&server));
    exchange.send(write(&server)).await.unwrap();
    pass(57 * MINUTE).await;
    for _ in 0..SENDS_MAX {
        exchange.send(write(&server)).await.unwrap();
        if server.count("/token") == 3 {
            break;
        }
    }
    assert_eq!(server.count("/token"), 3, "it kept trying");
    pass(4 * MINUTE).await;
    let (kind, ..) = failed(&exchange, write(&server)).await;
    assert_eq!(kind, ErrorKind::Unauthorised);
}

#[tokio::test]
async fn token_refused_once_costs_one_login_and_one_repeat() {
    let server = Server::scripted(|_, nth| Reply::status(if nth == 0 { 401 } else { 200 })).await;
    let exchange = open(Shop::at(&server));
    exchange.send(write(&server)).await.unwrap();
    assert_eq!(server.count("/token"), 2);
    assert_eq!(server.count("/write"), 2);
    assert_eq!(server.seen("/write")[1].token(), "token-1");
}

#[tokio::test]
async fn twenty_refused_at_once_share_one_new_login() {
    let server = Server::scripted(|seen, _| {
        let status = if seen.token() == "token-0" { 401 } else { 200 };
        Reply::Delayed(Duration::from_millis(20), Box::new(Reply::status(status)))
    })
    .await;
    let exchange = open(Shop::at(&server));
    let all = join_all((0..20).map(|_| exchange.send(write(&server)))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(server.count("/token"), 2);
    assert_eq!(server.count("/write"), 40);
}

#[tokio::test]
async fn token_refused_twice_is_final() {
    let server = Server::answering(Reply::status(401)).await;
    let (kind, arrival, retry, _) = failed(&open(Shop::at(&server)), read(&server)).await;
    assert_eq!(kind, ErrorKind::Unauthorised);
    assert_eq!((arrival, retry), (Arrival::NotApplied, Retry::Never));
    assert_eq!(server.count("/token"), 2);
    assert_eq!(server.count("/read"), 2);
}

#[tokio::test]
async fn refusal_without_a_token_is_final_at_once() {
    let server = Server::answering(Reply::status(401)).await;
    let request = read(&server).without_login();
    let (kind, _, retry, _) = failed(&open(Shop::at(&server)), request).await;
    assert_eq!((kind, retry), (ErrorKind::Unauthorised, Retry::Never));
    assert_eq!(server.count("/read"), 1);
}

#[tokio::test]
async fn wrong_credentials_are_named_and_nothing_is_sent() {
    for reply in [400, 401, 403].map(Reply::status).into_iter().chain([Reply::ok()]) {
        let server = Server::start(move |_, _| reply.clone()).await;
        let (kind, arrival, retry, error) = failed(&open(Shop::at(&server)), write(&server)).await;
        assert_eq!(kind, ErrorKind::Unauthorised, "{error}");
        assert_eq!((arrival, retry), (Arrival::NotApplied, Retry::Never));
        assert_eq!(server.count("/token"), 1);
        assert_eq!(server.count("/write"), 0);
    }
}

#[tokio::test]
async fn broken_login_is_repeated_and_then_not_applied() {
    let server = Server::start(|_, _| Reply::status(503)).await;
    let (kind, arrival, retry, _) = failed(&open(Shop::at(&server)), write(&server)).await;
    assert_eq!(kind, ErrorKind::Unavailable);
    assert_eq!((arrival, retry), (Arrival::NotApplied, Retry::Later));
    assert_eq!(server.count("/token"), 3);
    assert_eq!(server.count("/write"), 0);
}

#[tokio::test]
async fn slow_login_ends_at_the_deadline_of_the_request() {
    let server = Server::start(|_, _| Reply::Hang).await;
    let request = write(&server).within(Duration::from_millis(50));
    let (kind, arrival, ..) = failed(&open(Shop::at(&server)), request).await;
    assert_eq!((kind, arrival), (ErrorKind::Timeout, Arrival::NotApplied));
}

#[tokio::test]
async fn dropped_request_leaves_its_login_to_the_next() {
    let server = Server::start(|seen, nth| match seen.path.as_str() {
        "/token" => Reply::Delayed(Duration::from_millis(80), Box::new(Reply::token(nth, 3_600))),
        _ => Reply::ok(),
    })
    .await;
    let exchange = open(Shop::at(&server));
    let dropped = timeout(Duration::from_millis(30), exchange.send(write(&server))).await;
    assert!(dropped.is_err());
    sleep(Duration::from_millis(10)).await;
    exchange.send(write(&server)).await.unwrap();
    assert_eq!(server.count("/token"), 1);
    assert_eq!(server.count("/write"), 1);
}
