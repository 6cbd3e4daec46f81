//! The suite that every connector runs, and the binary that has this one.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use trueup_conformance::{Bench, Shelf};
use trueup_custom_connector::Webhook;
use trueup_marketplace::Registration;

type Levels = Arc<Mutex<Shelf>>;

struct Hook {
    address: SocketAddr,
    levels: Levels,
}

#[async_trait]
impl Bench for Hook {
    fn registration() -> Registration {
        Registration::of::<Webhook>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(_: usize) -> Self {
        let levels = Levels::default();
        let hook = get(|| async { "here" }).post(told);
        let routes = Router::new().route("/", hook).with_state(Arc::clone(&levels));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, levels }
    }

    fn settings(&self) -> Value {
        json!({ "hook_url": format!("http://{}/", self.address), "hook_token": "h00k-canary" })
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    async fn shelf(&self) -> Shelf {
        self.levels.lock().unwrap().clone()
    }
}

async fn told(
    State(levels): State<Levels>,
    headers: HeaderMap,
    Json(told): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    if headers.get("authorization").is_none_or(|value| value != "Bearer h00k-canary") {
        return Err(StatusCode::UNAUTHORIZED);
    }
    for line in told.as_array().unwrap() {
        let part = line["part"].as_str().unwrap().to_owned();
        levels.lock().unwrap().insert((part, String::new()), line["level"].as_i64().unwrap());
    }
    Ok(Json(told))
}

#[test]
fn it_conforms() {
    trueup_conformance::run::<Hook>().expect_conformance();
}

#[test]
fn the_binary_has_it_beside_those_of_trueup() {
    let program = env!("CARGO_BIN_EXE_trueup-with-webhook");
    let output = Command::new(program).args(["connectors", "--format", "csv"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().any(|line| line.starts_with("webhook,Web hook,")), "{text}");
    assert!(text.lines().any(|line| line.starts_with("wayfair,")), "{text}");
}
