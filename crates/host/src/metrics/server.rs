//! `/metrics` and `/healthz` over HTTP. The handlers only ask; the host answers, one question at a
//! time, so that whoever asks too often costs the database nothing.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::HostError;

/// Questions that may wait; more are turned away.
const WAITING_MAX: usize = 8;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What somebody wants to know, and where the answer goes: whether all is well, and a text.
#[derive(Debug)]
pub(crate) enum Question {
    /// How everything stands, for Prometheus.
    Metrics(oneshot::Sender<(bool, String)>),
    /// Whether the program does its work, as JSON.
    Health(oneshot::Sender<(bool, String)>),
}

/// Opens the address, and serves it in a task of its own until the receiver is dropped.
///
/// # Errors
/// An address that cannot be listened on.
pub(crate) async fn listen(address: SocketAddr) -> Result<mpsc::Receiver<Question>, HostError> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let message = format!("metrics.listen: {address} cannot be listened on; name another one");
        HostError::usage(message).caused_by(error)
    })?;
    let (asking, answering) = mpsc::channel(WAITING_MAX);
    let over = asking.clone();
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
        .with_state(asking);
    tokio::spawn(async move {
        let served = axum::serve(listener, router);
        let over = async move { over.closed().await };
        if let Err(error) = served.with_graceful_shutdown(over).await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    tracing::info!(%address, "metrics and health are served");
    Ok(answering)
}

type Asking = State<mpsc::Sender<Question>>;

async fn metrics(State(asking): Asking) -> Response {
    ask(&asking, Question::Metrics, OPEN_METRICS).await
}

async fn health(State(asking): Asking) -> Response {
    ask(&asking, Question::Health, "application/json").await
}

async fn ask(
    asking: &mpsc::Sender<Question>,
    question: fn(oneshot::Sender<(bool, String)>) -> Question,
    content_type: &'static str,
) -> Response {
    let (answer, answered) = oneshot::channel();
    if asking.try_send(question(answer)).is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many ask at once, or it is ending")
            .into_response();
    }
    let Ok(Ok((is_well, text))) = timeout(PATIENCE, answered).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "no answer in time").into_response();
    };
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers: [(HeaderName, &str); 1] = [(CONTENT_TYPE, content_type)];
    (status, headers, text).into_response()
}
