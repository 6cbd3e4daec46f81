//! A window on the state, and a bell that makes the Web Connector call at once.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use trueup_sandbox::reply::json_bytes;

use crate::connector;
use crate::world::Shared;

/// All routes over one world.
pub(crate) fn routes(world: Shared) -> Router {
    Router::new().route("/state", get(state)).route("/visit", post(visit)).with_state(world)
}

async fn state(State(world): State<Shared>) -> Response {
    let view = world.lock().view();
    shown(&view)
}

async fn visit(State(world): State<Shared>) -> Response {
    shown(&connector::visit(&world).await)
}

fn shown(view: &impl Serialize) -> Response {
    match serde_json::to_vec(view) {
        Ok(body) => json_bytes(StatusCode::OK, body.into()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
