//! Resting when an answer shows that the allowance is used up.

use std::time::Duration;

use trueup_marketplace::{Arrival, ErrorKind, Retry, Wire};

use crate::support::{Reply, Server, Shop, failed, open, read, write};

/// A server that answers so once, and well from then on.
async fn once(reply: Reply) -> Server {
    Server::scripted(move |_, nth| if nth == 0 { reply.clone() } else { Reply::ok() }).await
}

#[tokio::test]
async fn answer_is_handed_over_and_the_next_request_waits() {
    let server = once(Reply::with_header(200, "x-used-up-ms: 300")).await;
    let exchange = open(Shop::at(&server));
    exchange.send(write(&server)).await.unwrap();
    exchange.send(write(&server)).await.unwrap();
    let seen = server.seen("/write");
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(300));
}

#[tokio::test]
async fn refusals_and_failures_show_it_as_well() {
    for status in [400, 418, 500] {
        let server = once(Reply::with_header(status, "x-used-up-ms: 60000")).await;
        let exchange = open(Shop::at(&server));
        failed(&exchange, write(&server)).await;
        let (kind, arrival, retry, _) = failed(&exchange, read(&server)).await;
        assert_eq!((kind, arrival), (ErrorKind::Throttled, Arrival::NotApplied), "{status}");
        assert!(matches!(retry, Retry::After(rest) if rest > Duration::from_secs(50)));
        assert_eq!(server.count("/read"), 0);
    }
}

#[tokio::test]
async fn rest_is_cut_to_the_longest_we_grant() {
    let server = once(Reply::with_header(200, "x-used-up-ms: 7200000")).await;
    let exchange = open(Shop::at(&server));
    exchange.send(write(&server)).await.unwrap();
    let (.., retry, _) = failed(&exchange, write(&server)).await;
    let longest = Duration::from_secs(900);
    assert!(matches!(retry, Retry::After(rest) if rest <= longest && rest > longest / 2));
}

#[tokio::test]
async fn rest_of_one_channel_does_not_slow_another() {
    let server = once(Reply::with_header(200, "x-used-up-ms: 60000")).await;
    open(Shop::at(&server)).send(write(&server)).await.unwrap();
    open(Shop::at(&server)).send(write(&server)).await.unwrap();
}
