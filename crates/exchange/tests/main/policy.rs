//! Which addresses are talked to, and which answers are followed.

use std::net::IpAddr;
use std::time::Duration;

use trueup_exchange::{Exchange, Networks, Options};
use trueup_marketplace::{Arrival, ErrorKind, Request, Retry, Wire};

use crate::support::{Reply, Server, Shop, failed, open, open_with, quick, read};

#[tokio::test]
async fn plain_http_to_another_machine_opens_no_socket() {
    let server = Server::answering(Reply::ok()).await;
    // Whoever listens on 0.0.0.0 would answer this one if it were tried.
    let url = format!("http://0.0.0.0:{}/read?key=abc", server.address.port());
    let (kind, arrival, retry, error) =
        failed(&open(Shop::at(&server)), Request::get("read stock", url)).await;
    assert_eq!((kind, arrival), (ErrorKind::Refused, Arrival::NotApplied));
    assert_eq!(retry, Retry::Never);
    assert_eq!(server.count("/read") + server.count("/token"), 0);
    let message = error.to_string();
    assert!(message.starts_with("read stock: plain http to 0.0.0.0 would"), "{message}");
    assert!(!message.contains("abc"));
}

#[tokio::test]
async fn address_of_a_private_network_is_talked_to_only_where_settings_say_so() {
    let server = Server::answering(Reply::ok()).await;
    let request = || {
        let url = "https://10.255.255.1/read?key=abc";
        Request::get("read stock", url).without_login().within(Duration::from_millis(50))
    };
    let (kind, arrival, retry, error) = failed(&open(Shop::at(&server)), request()).await;
    assert_eq!((kind, arrival), (ErrorKind::Refused, Arrival::NotApplied));
    assert_eq!(retry, Retry::Never);
    let message = error.to_string();
    assert!(message.starts_with("read stock: 10.255.255.1 is in a private network"), "{message}");
    let options = Options { networks: Networks::Any, ..quick() };
    let (kind, ..) = failed(&open_with(Shop::at(&server), options), request()).await;
    assert!(matches!(kind, ErrorKind::Connection | ErrorKind::Timeout), "{kind:?}");
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "what was left out is said")]
async fn name_that_leads_inside_is_refused_after_it_was_looked_up() {
    let Some(name) = inner_name() else {
        return eprintln!("left out: no name beside localhost in /etc/hosts");
    };
    let server = Server::answering(Reply::ok()).await;
    let port = server.address.port();
    let request = || Request::get("read stock", format!("https://{name}:{port}/")).without_login();
    let (kind, arrival, retry, error) = failed(&open(Shop::at(&server)), request()).await;
    assert_eq!((kind, arrival, retry), (ErrorKind::Refused, Arrival::NotApplied, Retry::Never));
    assert!(error.to_string().contains(&format!("{name} is in a private network")), "{error}");
    let connect_timeout = Duration::from_millis(50);
    let options = Options { networks: Networks::Any, connect_timeout, ..quick() };
    let (kind, ..) = failed(&open_with(Shop::at(&server), options), request()).await;
    assert_eq!(kind, ErrorKind::Connection, "it was tried, and no TLS is spoken there");
}

/// A name that this machine itself knows for a private or loopback address.
fn inner_name() -> Option<String> {
    let hosts = std::fs::read_to_string("/etc/hosts").ok()?;
    let mut lines = hosts.lines().map(str::split_whitespace).filter_map(|mut words| {
        let address: IpAddr = words.next()?.parse().ok()?;
        let is_inner = match address {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback(),
        };
        words.find(|name| is_inner && *name != "localhost").map(str::to_owned)
    });
    lines.next()
}

#[tokio::test]
async fn redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::scripted(move |seen, _| match seen.path.as_str() {
            "/read" => Reply::with_header(status, "location: /elsewhere"),
            _ => Reply::ok(),
        })
        .await;
        let (kind, arrival, ..) = failed(&open(Shop::at(&server)), read(&server)).await;
        assert_eq!((kind, arrival), (ErrorKind::Unreadable, Arrival::Unknown));
        assert_eq!(server.count("/elsewhere"), 0, "{status}");
    }
}

#[tokio::test]
async fn user_agent_and_own_headers_are_sent() {
    let server = Server::answering(Reply::ok()).await;
    let name = http::HeaderName::from_static("x-integration");
    let request = read(&server).header(name, http::HeaderValue::from_static("ours"));
    open(Shop::at(&server)).send(request).await.unwrap();
    let head = server.seen("/read")[0].head.clone();
    assert!(head.contains("user-agent: trueup/"), "{head}");
    assert!(head.contains("x-integration: ours"), "{head}");
}

#[tokio::test]
async fn proxy_that_is_no_url_is_refused_without_being_shown() {
    let server = Server::answering(Reply::ok()).await;
    let options = Options { https_proxy: Some("http://user:hidden@:bad".to_owned()), ..quick() };
    let shop = std::sync::Arc::new(Shop::at(&server));
    let error = Exchange::open(shop, options).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "the exchange cannot read the URL of the https proxy");
    assert!(!format!("{error:?}").contains("hidden"));
}

#[test]
fn exchange_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Exchange>();
    shared::<Options>();
}
