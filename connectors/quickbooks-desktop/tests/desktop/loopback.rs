//! The connector behind a real HTTP server, and the simulated Web Connector that polls it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method as HttpMethod, Uri, header};
use axum::response::IntoResponse;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use trueup_marketplace::{Batch, Call, Method, Polled, Receipt};
use trueup_quickbooks_desktop_sandbox::{DesktopSandbox, Ending, Options, VisitView};

use crate::support::{Talk, batch, fates, line};

/// The service on loopback, with what it serves.
pub struct Loopback {
    pub talk: Arc<Talk>,
    pub url: String,
    pub sandbox: DesktopSandbox,
    server: JoinHandle<()>,
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State((talk, root)): State<(Arc<Talk>, String)>,
    method: HttpMethod,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let call = Call {
        method: if method == HttpMethod::GET { Method::Get } else { Method::Post },
        query: uri.query().unwrap_or_default().to_owned(),
        url: format!("{root}{}", uri.path()),
        headers,
        body,
        now: Timestamp::now(),
    };
    let reply = talk.desktop.answer(&call, &talk.mailbox).await;
    (reply.status, [(header::CONTENT_TYPE, reply.content_type)], reply.body)
}

/// Serves a channel, and starts a simulator with these faults that calls it.
pub async fn start(settings: &str, faults: &[&str]) -> Loopback {
    let talk = Arc::new(Talk::new(settings));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().fallback(answer).with_state((talk.clone(), root.clone()));
    let server = tokio::spawn(async move {
        axum::serve(listener, routes).await.unwrap();
    });
    let url = format!("{root}/qbwc/acme");
    let options = Options::default().with(&format!("url={url}"));
    let options = faults.iter().fold(options, |options, fault| options.with(fault));
    let sandbox = DesktopSandbox::start(options).await.unwrap();
    Loopback { talk, url, sandbox, server }
}

impl Loopback {
    /// Posts a batch, has the Web Connector call once, and reads what became of it.
    pub async fn deliver(&self, batch: &Batch) -> (VisitView, Receipt) {
        self.talk.post(batch).await;
        let visit = self.sandbox.visit().await;
        (visit, self.talk.settle(batch).await.unwrap())
    }

    pub fn on_hand(&self, item: &str) -> String {
        self.sandbox.state().on_hand(item).unwrap_or("nothing").to_owned()
    }
}

#[tokio::test]
async fn a_feed_reaches_the_company_file() {
    let loopback = start("", &["items=Lamp|||3;Chair|||7.5;Shelf|||2"]).await;
    let lines = vec![line(1, "Lamp", 10), line(2, "chair", 0), line(3, "Shelf", 2)];
    let feed = batch("b-1", lines);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert_eq!(visit.ending, Ending::Done);
    assert_eq!(fates(&receipt, &feed), ["applied", "applied", "applied"]);
    let on_hand = ["Lamp", "Chair", "Shelf"].map(|item| loopback.on_hand(item));
    assert_eq!(on_hand, ["10", "0", "2"]);
    let state = loopback.sandbox.state();
    assert_eq!(state.adjustments.len(), 1);
    let adjustment = &state.adjustments[0];
    assert_eq!((adjustment.date.as_str(), adjustment.lines.len()), ("2026-11-23", 2));
    assert_eq!(adjustment.lines[1].difference, "-7.5");
    assert_eq!(receipt.handle(), Some(adjustment.ref_number.as_str()));
}

#[tokio::test]
async fn a_session_is_as_short_as_it_can_be() {
    let loopback = start("", &[]).await;
    let (visit, _) = loopback.deliver(&batch("b-1", vec![line(1, "Lamp", 10)])).await;
    let calls = [
        "serverVersion",
        "clientVersion",
        "authenticate",
        "sendRequestXML",
        "receiveResponseXML",
        "sendRequestXML",
        "receiveResponseXML",
        "closeConnection",
    ];
    assert_eq!(visit.calls, calls);
    let idle = loopback.sandbox.visit().await;
    assert_eq!(idle.ending, Ending::NoWork);
    assert_eq!(idle.calls.len(), 4);
}

#[tokio::test]
async fn several_letters_are_delivered_in_one_session_in_their_order() {
    let loopback = start("", &[]).await;
    let feeds: Vec<Batch> =
        (1..=3).map(|n| batch(&format!("b-{n}"), vec![line(1, "Lamp", n)])).collect();
    for feed in &feeds {
        loopback.talk.post(feed).await;
    }
    assert_eq!(loopback.sandbox.visit().await.ending, Ending::Done);
    for feed in &feeds {
        let receipt = loopback.talk.settle(feed).await.unwrap();
        assert_eq!(fates(&receipt, feed), ["applied"]);
    }
    assert_eq!(loopback.on_hand("Lamp"), "3");
}
