//! What fails before the first byte of the request is not applied, and repeated.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::sleep;
use trueup_exchange::{Options, Retries};
use trueup_marketplace::{Arrival, ErrorKind, Request, Retry, Wire};

use crate::support::{Reply, Server, Shop, failed, open, open_with, quick, write};

/// An address at which nobody listens.
async fn deserted() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

fn to(url: String) -> Request {
    Request::post_json("save stock", url, &[7]).without_login().within(Duration::from_secs(5))
}

#[tokio::test]
async fn refused_connection_is_not_applied() {
    let server = Server::answering(Reply::ok()).await;
    let request = to(format!("http://{}/write", deserted().await));
    let (kind, arrival, retry, error) = failed(&open(Shop::at(&server)), request).await;
    assert_eq!((kind, arrival), (ErrorKind::Connection, Arrival::NotApplied));
    assert_eq!(retry, Retry::Later);
    assert_eq!(error.to_string(), "save stock: no connection to 127.0.0.1");
}

#[tokio::test]
async fn refused_connection_is_tried_again_until_somebody_listens() {
    let address = deserted().await;
    let server = Server::answering(Reply::ok()).await;
    let options = Options {
        retries: Retries {
            attempts_max: 30,
            failures_max: 30,
            backoff_base: Duration::from_millis(40),
            backoff_max: Duration::from_millis(40),
            ..Retries::default()
        },
        ..quick()
    };
    let exchange = open_with(Shop::at(&server), options);
    let late = async {
        sleep(Duration::from_millis(60)).await;
        Server::start_on(&address, |_, _| Reply::ok()).await
    };
    let (late, answer) = tokio::join!(late, exchange.send(to(format!("http://{address}/write"))));
    answer.unwrap();
    assert_eq!(late.count("/write"), 1);
}

#[tokio::test]
async fn failed_handshake_is_not_applied() {
    let server = Server::answering(Reply::ok()).await;
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let request = to(format!("https://{}/write", plain.local_addr().unwrap()));
    let speak_plainly = async {
        loop {
            let (mut stream, _) = plain.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").await.unwrap();
        }
    };
    let exchange = open(Shop::at(&server));
    tokio::select! {
        () = speak_plainly => {}
        (kind, arrival, ..) = failed(&exchange, request) => {
            assert_eq!((kind, arrival), (ErrorKind::Connection, Arrival::NotApplied));
        }
    }
}

#[tokio::test]
async fn connection_that_takes_too_long_is_not_applied() {
    // It accepts, and never shakes hands.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::answering(Reply::ok()).await;
    let options = Options { connect_timeout: Duration::from_millis(50), ..quick() };
    let exchange = open_with(Shop::at(&server), options);
    let request = to(format!("https://{}/write", mute.local_addr().unwrap()));
    let (kind, arrival, ..) = failed(&exchange, request).await;
    assert_eq!((kind, arrival), (ErrorKind::Connection, Arrival::NotApplied));
}

#[tokio::test]
async fn proxy_sees_the_host_of_https_and_nothing_of_http() {
    let proxy = Server::start(|_, _| Reply::status(502)).await;
    let server = Server::answering(Reply::ok()).await;
    let options = Options { https_proxy: Some(proxy.url("")), ..quick() };
    let exchange = open_with(Shop::at(&server), options);
    exchange.send(write(&server)).await.unwrap();
    assert_eq!(server.count("/write"), 1, "loopback goes straight");
    let request = to("https://api.example.invalid/write?q=secret".to_owned());
    let (kind, arrival, ..) = failed(&exchange, request).await;
    assert_eq!((kind, arrival), (ErrorKind::Connection, Arrival::NotApplied));
    let seen = proxy.seen("api.example.invalid:443");
    assert_eq!(seen.len(), 3, "it was repeated");
    assert!(!seen[0].head.contains("secret"));
}
