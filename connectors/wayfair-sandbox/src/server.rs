//! The routes: login, GraphQL, and a window on the state.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::json;
use trueup_sandbox::reply::{json as json_answer, json_bytes};
use trueup_sandbox::{Ending, Scissors, Simulated as _, read_form};

use crate::auth::Ask;
use crate::fate::{Fate, Refused};
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
        Ok(body) => json_bytes(StatusCode::OK, body.into()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn token(State(served): State<Served>, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = served.world.lock();
    world.calls.token += 1;
    let modes = world.modes.clone();
    let Some(ask) = ask(&headers, &body) else {
        let error = json!({ "error": "invalid_request" });
        return json_answer(StatusCode::BAD_REQUEST, &error);
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
            json_answer(StatusCode::OK, &granted)
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
        Err(Refused::Closed(closed)) => reply::closed(closed, &access),
        Err(Refused::Throttled(wait)) => reply::throttled(wait, access.throttle_form),
        Ok(Ending::DataNull) => reply::data_null("Internal server error", "INTERNAL"),
        Ok(ending) => match ending.without_effect(&scissors) {
            Some(response) => response,
            None => carried_out(&served.schema, &scissors, &body, ending).await,
        },
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
    let visit = Visit { late_ms };
    let mut answer = execute(schema, body, visit).await;
    if ending == Ending::Twice {
        answer = execute(schema, body, visit).await;
    }
    let Some(answer) = answer else {
        let error =
            json!({ "errors": [{ "message": "The request body is not a GraphQL request" }] });
        return json_answer(StatusCode::BAD_REQUEST, &error);
    };
    ending.with_effect(scissors, answer)
}

async fn execute(schema: &Wayfair, body: &[u8], visit: Visit) -> Option<Bytes> {
    let request: async_graphql::Request = serde_json::from_slice(body).ok()?;
    let response = shaped(schema.execute(request.data(visit)).await);
    serde_json::to_vec(&response).ok().map(Bytes::from)
}
