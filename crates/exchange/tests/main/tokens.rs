//! Tokens that need no login, and headers of a marketplace's own.

use http::HeaderName;
use trueup_marketplace::{Arrival, ErrorKind, Retry, Secret, TokenHeader, Wire};

use crate::support::{Reply, Server, Shop, failed, open, write};

const OWN: HeaderName = HeaderName::from_static("x-shop-access-token");

fn fixed(server: &Server) -> Shop {
    Shop { fixed: Some(Secret::new("shpat_1")), ..Shop::at(server) }
}

fn named(shop: Shop) -> Shop {
    Shop { header: TokenHeader::Named(OWN), ..shop }
}

#[tokio::test]
async fn fixed_token_is_sent_and_nobody_logs_in() {
    let server = Server::answering(Reply::ok()).await;
    open(fixed(&server)).send(write(&server)).await.unwrap();
    assert_eq!(server.count("/token"), 0);
    assert_eq!(server.seen("/write")[0].token(), "shpat_1");
}

#[tokio::test]
async fn token_travels_alone_in_the_marketplaces_own_header() {
    for shop in [fixed as fn(&Server) -> Shop, Shop::at] {
        let server = Server::answering(Reply::ok()).await;
        open(named(shop(&server))).send(write(&server)).await.unwrap();
        let seen = &server.seen("/write")[0];
        let own = seen.head.lines().find_map(|line| line.strip_prefix("x-shop-access-token: "));
        assert!(["shpat_1", "token-0"].contains(&own.unwrap()), "{}", seen.head);
        assert!(!seen.head.contains("authorization"), "{}", seen.head);
    }
}

#[tokio::test]
async fn refused_fixed_token_is_final_at_once_and_named() {
    let server = Server::answering(Reply::status(401)).await;
    let (kind, arrival, retry, error) = failed(&open(fixed(&server)), write(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Unauthorised, Arrival::NotApplied));
    assert_eq!(retry, Retry::Never);
    assert_eq!((server.count("/write"), server.count("/token")), (1, 0));
    let message = error.to_string();
    assert!(message.contains("refused the token of the channel's settings"), "{message}");
}

#[tokio::test]
async fn fixed_token_that_no_header_can_hold_is_not_sent() {
    let server = Server::answering(Reply::ok()).await;
    let shop = Shop { fixed: Some(Secret::new("two\nlines")), ..Shop::at(&server) };
    let (kind, _, retry, error) = failed(&open(shop), write(&server)).await;
    assert_eq!((kind, retry), (ErrorKind::Unauthorised, Retry::Never));
    assert!(!format!("{error:?}").contains("lines"), "{error:?}");
    assert_eq!(server.count("/write"), 0);
}
