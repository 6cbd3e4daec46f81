//! One request of a marketplace: bounded, handed to its channel, answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{Method as HttpMethod, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use trueup_marketplace::{Call, Marketplace, Method, Reply};
use trueup_runner::Channel;
use trueup_store::{ChannelId, Store};

use crate::Host;

/// Requests of one channel that are answered at the same time; a request may take a body of 10 MiB
/// and some 20 MiB to check a password.
const SEATS: usize = 4;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(20);
/// After how many seconds one for whom there was no seat may come again.
const COME_AGAIN: &str = "5";

/// The channels that marketplaces call, by name.
type Counters = Arc<BTreeMap<String, Counter>>;

/// Where the requests of one channel are answered.
#[derive(Clone, Debug)]
struct Counter {
    channel: ChannelId,
    marketplace: Arc<dyn Marketplace>,
    store: Store,
    url: String,
    seats: Arc<Semaphore>,
}

impl Host {
    /// The enabled channels that marketplaces call, at `/polled/<channel>` each, as a service that a
    /// host can mount in a server of its own; [`Host::run_mounted`] then runs the schedules.
    /// `public_url` of the settings must be the address under which it is mounted. Whoever mounts it sees to TLS, and to limits of time and number for
    /// connections; bodies and requests under way are bounded here.
    pub fn polled_router(&self) -> Router {
        let counters = self.polled_channels().map(|channel| {
            let counter = Counter {
                channel: channel.id,
                marketplace: Arc::clone(&channel.marketplace),
                store: self.store().clone(),
                url: self.polled_url(channel),
                seats: Arc::new(Semaphore::new(SEATS)),
            };
            (channel.name.to_string(), counter)
        });
        let counters: Counters = Arc::new(counters.collect());
        Router::new().route("/polled/{channel}", any(answer)).with_state(counters)
    }

    /// The enabled channels that marketplaces call.
    pub(super) fn polled_channels(&self) -> impl Iterator<Item = &Channel> {
        let channels = self.channels().iter().filter(|channel| self.is_enabled(&channel.name));
        channels.filter(|channel| channel.marketplace.polled().is_some())
    }

    /// Where the marketplace calls a channel.
    pub(super) fn polled_url(&self, channel: &Channel) -> String {
        format!("{}/polled/{}", self.settings().polled.public_url, channel.name)
    }
}

async fn answer(
    State(counters): State<Counters>,
    Path(channel): Path<String>,
    request: Request,
) -> Response {
    let Some(counter) = counters.get(&channel).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // Before the body is read, so that memory is bounded too.
    let Ok(seat) = Arc::clone(&counter.seats).try_acquire_owned() else {
        let come_again = [(header::RETRY_AFTER, COME_AGAIN)];
        return (StatusCode::SERVICE_UNAVAILABLE, come_again).into_response();
    };
    match call(&counter, request).await {
        Ok(call) => counter.answer(call, seat).await,
        Err(status) => status.into_response(),
    }
}

async fn call(counter: &Counter, request: Request) -> Result<Call, StatusCode> {
    let (parts, body) = request.into_parts();
    let method = match parts.method {
        HttpMethod::GET => Method::Get,
        HttpMethod::POST => Method::Post,
        _ => return Err(StatusCode::METHOD_NOT_ALLOWED),
    };
    let body = timeout(BODY_TIME, whole(body)).await;
    Ok(Call {
        method,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        url: counter.url.clone(),
        headers: parts.headers,
        body: body.map_err(|_| StatusCode::REQUEST_TIMEOUT)??,
        now: Timestamp::now(),
    })
}

async fn whole(body: Body) -> Result<Bytes, StatusCode> {
    to_bytes(body, Call::BODY_BYTES_MAX).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

impl Counter {
    /// Answers where blocking work harms nobody. Once begun it is done to its end, also where the
    /// marketplace hangs up: what it fetched and what it told stays noted.
    async fn answer(self, call: Call, seat: OwnedSemaphorePermit) -> Response {
        let runtime = Handle::current();
        let letters = self.store.letters(self.channel, call.now);
        let answering = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            let polled = self.marketplace.polled()?;
            Some(runtime.block_on(polled.answer(&call, &letters)))
        });
        match answering.await {
            Ok(Some(reply)) => respond(reply),
            Ok(None) => StatusCode::NOT_FOUND.into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

fn respond(reply: Reply) -> Response {
    let Reply { status, content_type, body } = reply;
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
