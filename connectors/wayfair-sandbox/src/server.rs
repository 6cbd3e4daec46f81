//! The routes: login, GraphQL, and a window on the state.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::json;

use crate::auth::Ask;
use crate::cut::Scissors;
use crate::fate::{Ending, Fate};
use crate::form::read_form;
use crate::reply;
use crate::schema::{Visit, Wayfair, schema, shaped};
use crate::world::Shared;

/// A True-Up travels in one request, however many lines it has.
const BODY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Where tokens are asked for.
pub(crate) const TOKEN_PATH: &str = "/oauth/token";
/// Where GraphQL is spoken.
pub(crate) const GRAPHQL_PATH: &str = "/v1/graphql";

#[derive(Clone)]
struct Served {
    world: Shared,
    schema: Wayfair,
}

/// All routes over one world.
pub(crate) fn routes(world: Shared) -> Router {
    let served = Served { schema: schema(world.clone()), world };
    Router::new()
        .route(TOKEN_PATH, post(token))
        .route(GRAPHQL_PATH, post(graphql))
        .route("/state", get(state))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(served)
}

async fn state(State(served): State<Served>) -> Response {
    let view = served.world.lock().view(Timestamp::now());
    match serde_json::to_vec(&view) {
        Ok(body) => reply::json_bytes(StatusCode::OK, body.into()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn token(State(served): State<Served>, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = served.world.lock();
    world.calls.token += 1;
    let modes = world.modes.clone();
    let Some(ask) = ask(&headers, &body) else {
        let error = json!({ "error": "invalid_request" });
        return reply::json(StatusCode::BAD_REQUEST, &error);
    };
    match world.desk.grant(&ask, &modes, Timestamp::now()) {
        Err(refusal) => reply::no_token(refusal, &modes.access),
        Ok(token) => {
            let granted = json!({
                "access_token": token,
                "scope": "read:inventory write:inventory",
                "expires_in": modes.access.expires_in,
                "token_type": "Bearer",
            });
            reply::json(StatusCode::OK, &granted)
        }
    }
}

fn ask(headers: &HeaderMap, body: &[u8]) -> Option<Ask> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return serde_json::from_value(read_form(body)?).ok();
    }
    serde_json::from_slice(body).ok()
}

async fn graphql(
    State(served): State<Served>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (fate, access) = {
        let mut world = served.world.lock();
        let fate = Fate::of(&mut world, authorization, Timestamp::now());
        (fate, world.modes.access.clone())
    };
    let response = match fate.ending {
        Ending::Closed(closed) => reply::closed(closed, &access),
        Ending::Throttled(wait) => reply::throttled(wait, access.throttle_form),
        Ending::NotAppliedDrop => dropped(&scissors),
        Ending::ServerErrorNotApplied => reply::html(StatusCode::BAD_GATEWAY),
        Ending::Html200 => reply::html(StatusCode::OK),
        Ending::DataNull => reply::data_null("Internal server error", "INTERNAL"),
        Ending::Answered
        | Ending::LostAnswer
        | Ending::ServerErrorApplied
        | Ending::TruncatedBody
        | Ending::Late(_) => carried_out(&served.schema, &scissors, &body, fate.ending).await,
    };
    if !fate.delay.is_zero() {
        tokio::time::sleep(fate.delay).await;
    }
    response
}

/// Carries the request out, then ends it as it must end.
async fn carried_out(
    schema: &Wayfair,
    scissors: &Scissors,
    body: &[u8],
    ending: Ending,
) -> Response {
    let late_ms = match ending {
        Ending::Late(millis) => Some(millis),
        _ => None,
    };
    let Some(answer) = execute(schema, body, Visit { late_ms }).await else {
        let error =
            json!({ "errors": [{ "message": "The request body is not a GraphQL request" }] });
        return reply::json(StatusCode::BAD_REQUEST, &error);
    };
    match ending {
        Ending::LostAnswer | Ending::Late(_) => dropped(scissors),
        Ending::ServerErrorApplied => reply::html(StatusCode::INTERNAL_SERVER_ERROR),
        Ending::TruncatedBody => reply::truncated(&answer),
        _ => reply::json_bytes(StatusCode::OK, answer),
    }
}

async fn execute(schema: &Wayfair, body: &[u8], visit: Visit) -> Option<Bytes> {
    let request: async_graphql::Request = serde_json::from_slice(body).ok()?;
    let response = shaped(schema.execute(request.data(visit)).await);
    serde_json::to_vec(&response).ok().map(Bytes::from)
}

/// Nothing of this response gets out.
fn dropped(scissors: &Scissors) -> Response {
    scissors.cut();
    Response::new(Body::empty())
}
