//! A simulator with somebody logged in.

use std::net::SocketAddr;

use serde_json::{Value, json};
pub use trueup_sandbox::raw::Answer;
use trueup_wayfair_sandbox::{CLIENT_ID, CLIENT_SECRET, Options, WayfairSandbox};

use crate::documents::{READ, SAVE};

pub const PRODUCTION: &str = "https://api.wayfair.com/";

/// Sends a request on a connection of its own; none when nothing came back.
pub async fn send(to: SocketAddr, head: &str, body: &[u8]) -> Option<Answer> {
    trueup_sandbox::raw::send(to, head, body).await.unwrap()
}

pub async fn ask_for_token(to: SocketAddr, ask: &Value) -> Answer {
    let head = "POST /oauth/token HTTP/1.1\r\ncontent-type: application/json";
    send(to, head, ask.to_string().as_bytes()).await.unwrap()
}

pub fn ask(audience: &str) -> Value {
    json!({
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "audience": audience,
    })
}

/// A simulator with somebody logged in.
pub struct Visitor {
    pub sandbox: WayfairSandbox,
    pub token: String,
}

impl Visitor {
    pub async fn with(faults: &[&str]) -> Self {
        Self::seeded(0, faults).await
    }

    pub async fn seeded(seed: u64, faults: &[&str]) -> Self {
        let options = Options {
            seed,
            faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
            ..Options::default()
        };
        let sandbox = WayfairSandbox::start(options).await.unwrap();
        let is_sandbox = faults.contains(&"environment=sandbox");
        let audience = if is_sandbox { "https://sandbox.api.wayfair.com/" } else { PRODUCTION };
        let answer = ask_for_token(sandbox.address(), &ask(audience)).await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { sandbox, token }
    }

    /// One GraphQL request; none when nothing came back.
    pub async fn post(&self, query: &str, variables: Value) -> Option<Answer> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        self.post_raw(body.as_bytes()).await
    }

    pub async fn post_raw(&self, body: &[u8]) -> Option<Answer> {
        let head = format!(
            "POST /v1/graphql HTTP/1.1\r\ncontent-type: application/json\r\nauthorization: Bearer {}",
            self.token
        );
        send(self.sandbox.address(), &head, body).await
    }

    /// A save in the modern form; none when nothing came back.
    pub async fn try_save(&self, kind: &str, lines: &[Value]) -> Option<Answer> {
        let variables = json!({ "inventory": lines, "feedKind": kind, "dryRun": false });
        self.post(SAVE, variables).await
    }

    /// The transaction of a save that is answered.
    pub async fn save(&self, kind: &str, lines: &[Value]) -> Value {
        let answer = self.try_save(kind, lines).await.unwrap().json();
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"]["inventory"]["save"].clone()
    }

    /// The errors of a save that fails as GraphQL.
    pub async fn refused(&self, kind: &str, lines: &[Value]) -> Value {
        let answer = self.try_save(kind, lines).await.unwrap();
        failure(&answer)
    }

    /// The transaction as `transactions` shows it.
    pub async fn read(&self, handle: &Value) -> Value {
        let answer = self.post(READ, json!({ "handle": handle })).await.unwrap();
        answer.json()["data"]["transactions"][0].clone()
    }

    pub fn on_hand(&self, supplier_id: i32, part: &str) -> Option<i32> {
        self.sandbox.state().on_hand(supplier_id, part)
    }
}

/// The first error of an answer that is HTTP 200 without data.
pub fn failure(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(body["data"], Value::Null, "{body}");
    body["errors"][0].clone()
}

pub fn line(supplier_id: i32, part: &str, on_hand: i32) -> Value {
    json!({ "supplierId": supplier_id, "supplierPartNumber": part, "quantityOnHand": on_hand })
}
