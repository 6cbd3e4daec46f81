//! A simulated shop without flaws, for connectors with one.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use trueup_conformance::{Bench, Shelf, item};
use trueup_marketplace::{PartNumber, Registration};

use crate::acme::Subject;
use crate::variant::Variant;

/// Lines it takes at once.
pub const LINES_MAX: usize = 20;

#[derive(Default)]
struct World {
    sold: Vec<String>,
    shelf: Shelf,
}

pub struct Shop<V> {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    variant: PhantomData<V>,
}

#[async_trait]
impl<V: Variant> Bench for Shop<V> {
    fn registration() -> Registration {
        Registration::of::<Subject<V>>("1.2.3")
    }

    async fn start(items: usize) -> Self {
        let sold = (0..items).map(|number| item(number).to_string()).collect();
        let world = Arc::new(Mutex::new(World { sold, shelf: Shelf::new() }));
        let routes = Router::new().route("/stock", post(save)).with_state(Arc::clone(&world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, world, variant: PhantomData }
    }

    fn settings(&self) -> Value {
        json!({ "api_url": format!("http://{}", self.address), "api_token": "t0ken-canary" })
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-PART".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        self.world.lock().unwrap().shelf.clone()
    }
}

/// Sets or adds, and answers with the part numbers it refuses.
async fn save(
    State(world): State<Arc<Mutex<World>>>,
    Json(body): Json<Value>,
) -> Result<Json<Vec<String>>, StatusCode> {
    let lines = body["lines"].as_array().ok_or(StatusCode::BAD_REQUEST)?;
    if lines.len() > LINES_MAX {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut world = world.lock().unwrap();
    let mut refused = Vec::new();
    for line in lines {
        let sku = line["sku"].as_str().unwrap_or_default().to_owned();
        if !world.sold.contains(&sku) {
            refused.push(sku);
        } else if body["rehearses"] != true {
            let shown = world.shelf.entry((sku, String::new())).or_default();
            let kept = if body["adds"] == true { *shown } else { 0 };
            *shown = kept + line["quantity"].as_i64().ok_or(StatusCode::BAD_REQUEST)?;
        }
    }
    Ok(Json(refused))
}
