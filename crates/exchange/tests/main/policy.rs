//! Which addresses are talked to, and which answers are followed.

use trueup_exchange::{Exchange, Options};
use trueup_marketplace::{Arrival, ErrorKind, Request, Retry, Wire};

use crate::support::{Reply, Server, Shop, failed, open, quick, read};

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
