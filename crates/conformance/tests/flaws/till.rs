//! A shop that adds and knows no keys, and connectors that find out what became of a request, or send
//! it again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trueup_conformance::{Bench, Shelf};
use trueup_marketplace::{
    Acknowledges, Answer, Batch, Capabilities, Checked, Connector, Context, Effect, Endpoint,
    Error, Limit, LineVerdict, Marketplace, OpenError, Prepared, Receipt, Registration, Request,
};

use crate::variant::Strict;

/// What the shop holds, and the numbers of the requests it has carried out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Books {
    stock: BTreeMap<String, i64>,
    done: BTreeSet<String>,
}

/// A request: its number, and what is added.
#[derive(Debug, Deserialize, Serialize)]
struct Addition {
    number: String,
    lines: Vec<(String, i64)>,
}

/// A connector that keeps the default `resolve`, or one that `ASKS`.
#[derive(Debug)]
pub struct Adder<const ASKS: bool>(Endpoint);

impl<const ASKS: bool> Adder<ASKS> {
    async fn books(&self, context: &Context<'_>) -> Result<Books, Error> {
        let request = Request::get("read", self.0.or_path("/books")).reading();
        context.wire.send(request).await?.json()
    }
}

impl<const ASKS: bool> Connector for Adder<ASKS> {
    const ID: &'static str = "till";
    const TITLE: &'static str = "Till";
    type Settings = Strict;

    fn open(settings: Strict) -> Result<Self, OpenError> {
        let (url, _) = settings.into();
        Ok(Self(url))
    }

    fn example() -> &'static str {
        "[settings]\napi_url = \"https://till.example\"\napi_token = { env = \"TILL\" }\n"
    }
}

#[async_trait]
impl<const ASKS: bool> Marketplace for Adder<ASKS> {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            effect: Effect::Difference,
            acknowledges: Acknowledges::Applied,
            lines_per_batch: Limit::lines(20),
            settle: Duration::from_secs(60),
            ..Capabilities::least()
        }
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        let books = self.books(context).await?;
        let line = |line: &trueup_marketplace::Line| {
            let part = line.part_number.to_string();
            let shown = books.stock.get(&part).copied().unwrap_or_default();
            (part, line.level.quantity - shown)
        };
        let lines = batch.lines.iter().map(line).collect();
        Ok(Prepared::json(&Addition { number: batch.key.to_string(), lines }, Vec::new()))
    }

    async fn submit(
        &self,
        _: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let addition: Addition = prepared.read()?;
        let request = Request::post_json("add", self.0.or_path("/books"), &json!(addition));
        let _added: Value = context.wire.send(request).await?.json()?;
        Ok(Receipt::new(Answer::Applied))
    }

    async fn resolve(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        if !ASKS {
            // What the contract does by default.
            return self.submit(batch, prepared, context).await;
        }
        let mut receipt = Receipt::new(Answer::Applied);
        if !self.books(context).await?.done.contains(batch.key.0.as_str()) {
            for line in &batch.lines {
                let never = LineVerdict::NotApplied("it never arrived".to_owned());
                receipt.set(batch, line.key, never)?;
            }
        }
        Ok(receipt)
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        self.books(context).await?;
        Ok(Checked("the till answers".to_owned()))
    }
}

pub struct Till<const ASKS: bool>(SocketAddr, Arc<Mutex<Books>>);

#[async_trait]
impl<const ASKS: bool> Bench for Till<ASKS> {
    fn registration() -> Registration {
        Registration::of::<Adder<ASKS>>("1.2.3")
    }

    async fn start(_: usize) -> Self {
        let books = Arc::new(Mutex::new(Books::default()));
        let routes = Router::new().route("/books", get(read).post(add));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = routes.with_state(Arc::clone(&books));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self(address, books)
    }

    fn settings(&self) -> Value {
        json!({ "api_url": format!("http://{}", self.0), "api_token": "t0ken-canary" })
    }

    fn upstream(&self) -> Option<SocketAddr> {
        Some(self.0)
    }

    async fn shelf(&self) -> Shelf {
        let stock = self.1.lock().unwrap().stock.clone();
        stock.into_iter().map(|(part, quantity)| ((part, String::new()), quantity)).collect()
    }
}

async fn read(State(books): State<Arc<Mutex<Books>>>) -> Json<Books> {
    Json(books.lock().unwrap().clone())
}

async fn add(
    State(books): State<Arc<Mutex<Books>>>,
    Json(addition): Json<Addition>,
) -> Json<Value> {
    let mut books = books.lock().unwrap();
    for (part, by) in addition.lines {
        *books.stock.entry(part).or_default() += by;
    }
    books.done.insert(addition.number);
    Json(json!({}))
}
