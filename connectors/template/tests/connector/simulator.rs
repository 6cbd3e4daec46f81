//! A simulated Template shop: what its API guide says, in memory, over real HTTP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use trueup_conformance::{Bench, Shelf, item};
use trueup_marketplace::{PartNumber, Registration, RemoteLocation};
use trueup_template::Template;

const TOKEN: &str = "t0ken-canary";

/// What the shop knows: every part number it sells, and what it shows.
#[derive(Default)]
struct World {
    sold: Vec<String>,
    shelf: Shelf,
}

type Shared = Arc<Mutex<World>>;

/// A running shop. It ends with the runtime it was started on.
pub struct Shop {
    address: SocketAddr,
    world: Shared,
}

#[async_trait]
impl Bench for Shop {
    fn registration() -> Registration {
        Registration::of::<Template>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(items: usize) -> Self {
        let sold = (0..items).map(|number| item(number).to_string()).collect();
        let world = Arc::new(Mutex::new(World { sold, shelf: Shelf::new() }));
        let routes = Router::new()
            .route("/v1/stock", post(save))
            .route("/v1/account", get(account))
            .with_state(Arc::clone(&world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, world }
    }

    fn settings(&self) -> Value {
        json!({ "api_url": format!("http://{}", self.address), "api_token": TOKEN })
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    fn locations() -> Vec<RemoteLocation> {
        ["EAST", "WEST"].map(|name| name.parse().unwrap()).into()
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-PART".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        self.world.lock().unwrap().shelf.clone()
    }
}

fn is_known(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|value| value == &format!("Bearer {TOKEN}"))
}

async fn account(headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    match is_known(&headers) {
        true => Ok(Json(json!({ "name": "Acme" }))),
        false => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn save(
    State(world): State<Shared>,
    headers: HeaderMap,
    Json(batch): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    if !is_known(&headers) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let lines = batch["lines"].as_array().ok_or(StatusCode::BAD_REQUEST)?;
    if lines.len() > 100 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut world = world.lock().unwrap();
    let mut rejected = Vec::new();
    for line in lines {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let (sku, warehouse) = (text("sku"), text("warehouse"));
        match (world.sold.contains(&sku), line["quantity"].as_i64()) {
            (true, Some(quantity)) if quantity >= 0 => {
                world.shelf.insert((sku, warehouse), quantity);
            }
            _ => rejected
                .push(json!({ "sku": sku, "warehouse": warehouse, "reason": "not sold here" })),
        }
    }
    let accepted = lines.len() - rejected.len();
    let reference = &batch["reference"];
    Ok(Json(json!({ "reference": reference, "accepted": accepted, "rejected": rejected })))
}
