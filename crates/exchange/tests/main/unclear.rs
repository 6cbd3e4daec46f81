//! What may have been applied is unknown, and only reads are repeated.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use trueup_exchange::Options;
use trueup_marketplace::{Arrival, ErrorKind, Wire};

use crate::support::{Reply, Server, Shop, failed, open, open_with, quick, read, write};

#[tokio::test]
async fn write_of_unclear_outcome_is_unknown_and_sent_once() {
    let cases = [
        (Reply::status(500), ErrorKind::Unavailable),
        (Reply::status(503), ErrorKind::Unavailable),
        (Reply::with_header(503, "retry-after: 0"), ErrorKind::Unavailable),
        (Reply::Close, ErrorKind::Connection),
        (Reply::Reset, ErrorKind::Connection),
        (Reply::Truncated, ErrorKind::Connection),
    ];
    for (reply, expected) in cases {
        let server = Server::answering(reply.clone()).await;
        let (kind, arrival, ..) = failed(&open(Shop::at(&server)), write(&server)).await;
        assert_eq!((kind, arrival), (expected, Arrival::Unknown), "{reply:?}");
        assert_eq!(server.count("/write"), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn read_of_unclear_outcome_is_repeated() {
    for reply in [Reply::status(503), Reply::Close, Reply::Reset, Reply::Truncated] {
        let script = reply.clone();
        let script = move |_: &_, nth| if nth < 2 { script.clone() } else { Reply::ok() };
        let server = Server::scripted(script).await;
        open(Shop::at(&server)).send(read(&server)).await.unwrap();
        assert_eq!(server.count("/read"), 3, "{reply:?}");
    }
}

#[tokio::test]
async fn read_is_given_up_after_three_attempts() {
    let server = Server::answering(Reply::status(503)).await;
    let (kind, arrival, ..) = failed(&open(Shop::at(&server)), read(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Unavailable, Arrival::Unknown));
    assert_eq!(server.count("/read"), 3);
}

#[tokio::test]
async fn answer_that_never_comes_is_unknown_at_the_deadline() {
    let server = Server::answering(Reply::Hang).await;
    let exchange = open(Shop::at(&server));
    let began = Instant::now();
    let request = write(&server).within(Duration::from_millis(150));
    let (kind, arrival, ..) = failed(&exchange, request).await;
    assert_eq!((kind, arrival), (ErrorKind::Timeout, Arrival::Unknown));
    assert!(began.elapsed() >= Duration::from_millis(150));
    assert!(began.elapsed() < Duration::from_secs(4), "the deadline ended it");
    assert_eq!(server.count("/write"), 1);
}

#[tokio::test]
async fn endless_answer_is_cut_off() {
    let server = Server::answering(Reply::Endless).await;
    let options = Options { answer_bytes_max: 1 << 20, ..quick() };
    let exchange = open_with(Shop::at(&server), options);
    let (kind, arrival, ..) = failed(&exchange, read(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Unreadable, Arrival::Unknown));
    assert_eq!(server.count("/read"), 1);
}

#[tokio::test]
async fn answer_of_the_largest_size_is_read_whole() {
    let body = "x".repeat(1 << 20);
    let server = Server::answering(Reply::Answer(200, String::new(), body.clone())).await;
    for (room, is_read) in [(1 << 20, true), ((1 << 20) - 1, false)] {
        let options = Options { answer_bytes_max: room, ..quick() };
        let answer = open_with(Shop::at(&server), options).send(read(&server)).await;
        assert_eq!(answer.is_ok_and(|answer| answer.body == body), is_read);
    }
}

#[tokio::test]
async fn dropped_request_does_not_disturb_the_next() {
    let server = Server::scripted(|_, nth| if nth == 0 { Reply::Hang } else { Reply::ok() }).await;
    let exchange = open(Shop::at(&server));
    let dropped = timeout(Duration::from_millis(100), exchange.send(write(&server))).await;
    assert!(dropped.is_err());
    exchange.send(write(&server)).await.unwrap();
    assert_eq!(server.count("/write"), 2);
}

#[tokio::test]
async fn refusal_is_final_and_not_applied() {
    for status in [400, 403, 404, 409, 422] {
        let server = Server::answering(Reply::status(status)).await;
        let (kind, arrival, ..) = failed(&open(Shop::at(&server)), read(&server)).await;
        assert_eq!((kind, arrival), (ErrorKind::Refused, Arrival::NotApplied), "{status}");
        assert_eq!(server.count("/read"), 1);
    }
}
