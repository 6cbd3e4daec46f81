//! The routes: login, GraphQL, and a window on the state.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use trueup_sandbox::reply::{json as json_answer, json_bytes};
use trueup_sandbox::{Dice, Ending, Scissors, Simulated as _, read_form};

use crate::execute::{Answered, Asked, execute, throttled};
use crate::graphql::error::GraphError;
use crate::modes::{SCOPES, ThrottleForm, VERSIONS};
use crate::world::{Shared, Visit, World};

const TOKEN: &str = "x-shopify-access-token";
const VERSION: HeaderName = HeaderName::from_static("x-shopify-api-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the fault `throttle` says was asked for.
const DEAR: u32 = 752;

/// All routes over one world.
pub(crate) fn routes(world: Shared) -> Router {
    Router::new()
        .route("/admin/oauth/access_token", post(token))
        .route("/admin/api/{version}/graphql.json", post(graphql))
        .route("/state", get(state))
        .with_state(world)
}

async fn state(State(world): State<Shared>) -> Response {
    let view = world.lock().view(Timestamp::now());
    let view = serde_json::to_vec(&view).unwrap_or_default();
    json_bytes(StatusCode::OK, view.into())
}

async fn token(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = world.lock();
    world.calls.token += 1;
    let access = world.modes.access.clone();
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let ask = match kind.starts_with("application/x-www-form-urlencoded") {
        true => read_form(&body),
        false => serde_json::from_slice(&body).ok(),
    };
    match world.desk.grant(&ask.unwrap_or_default(), &access, Timestamp::now()) {
        Err(refusal) => {
            let words = format!("Oauth error {}: {}", refusal.0, refusal.1);
            let body = json!({ "error": refusal.0, "error_description": words });
            let status = StatusCode::from_u16(access.bad_client_status);
            json_answer(status.unwrap_or(StatusCode::BAD_REQUEST), &body)
        }
        Ok(token) => {
            let held = SCOPES.iter().filter(|scope| !access.missing_scopes.contains(**scope));
            let scope = held.copied().collect::<Vec<&str>>().join(",");
            let granted =
                json!({ "access_token": token, "scope": scope, "expires_in": access.expires_in });
            json_answer(StatusCode::OK, &granted)
        }
    }
}

/// What becomes of a request, decided under the lock.
enum Fate {
    /// It is answered so, and nothing is carried out.
    Refused(Response),
    /// It is carried out, or not, as the ending says.
    Ends(Ending, Visit),
}

async fn graphql(
    State(world): State<Shared>,
    Path(version): Path<String>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let token = headers.get(TOKEN).and_then(|value| value.to_str().ok());
    let (fate, delay, version) = fate(&mut world.lock(), token, &version);
    let mut response = match fate {
        Fate::Refused(response) => response,
        Fate::Ends(ending, visit) => match ending.without_effect(&scissors) {
            Some(response) => response,
            None => carried_out(&mut world.lock(), &scissors, &body, ending, visit),
        },
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    response.headers_mut().insert(VERSION, HeaderValue::from_static(version));
    response.headers_mut().insert(REQUEST_ID, HeaderValue::from_static("sandbox-request"));
    response
}

fn fate(world: &mut World, token: Option<&str>, asked: &str) -> (Fate, Duration, &'static str) {
    let now = Timestamp::now();
    world.settle(now);
    world.calls.graphql += 1;
    let dice = Dice { seed: world.seed, request: world.calls.graphql };
    let delay = world.modes.faults.delay(dice);
    let access = world.modes.access.clone();
    let version = answering(asked, access.oldest_version);
    let visit = Visit { now, version, dice };
    let fate = match access.shop_status {
        Some(status) => Fate::Refused(closed(status)),
        None if !world.desk.opens(token, &access, now) => Fate::Refused(closed(401)),
        None => match world.modes.faults.ending(dice) {
            Ending::Throttled => {
                let body = throttled(world, DEAR, visit);
                Fate::Refused(slow_down(&body, access.throttle_form))
            }
            Ending::DataNull => Fate::Refused(internal_error()),
            ending => Fate::Ends(ending, visit),
        },
    };
    (fate, delay, version)
}

/// A version that has ended is answered by the oldest that has not.
fn answering(asked: &str, oldest: &'static str) -> &'static str {
    let served = VERSIONS.iter().find(|version| **version == asked && **version >= oldest);
    served.copied().unwrap_or(oldest)
}

/// Carries the request out, then ends it as it must end.
fn carried_out(
    world: &mut World,
    scissors: &Scissors,
    body: &[u8],
    ending: Ending,
    visit: Visit,
) -> Response {
    let Ok(asked) = serde_json::from_slice::<Asked>(body) else {
        let errors = json!({ "query": "Required parameter missing or invalid" });
        return json_answer(StatusCode::BAD_REQUEST, &json!({ "errors": errors }));
    };
    if let Ending::Late(millis) = ending {
        let wait = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
        let due = visit.now.checked_add(wait).unwrap_or(Timestamp::MAX);
        world.delay(due, asked, visit);
        return ending.with_effect(scissors, Bytes::new());
    }
    let mut answered = execute(world, &asked, visit);
    if ending == Ending::Twice {
        answered = execute(world, &asked, visit);
    }
    match answered {
        Answered::Throttled(body) => slow_down(&body, world.modes.access.throttle_form),
        Answered::Body(body) => ending.with_effect(scissors, body.to_string().into()),
    }
}

fn slow_down(body: &Value, form: ThrottleForm) -> Response {
    match form {
        ThrottleForm::Ok200 => json_answer(StatusCode::OK, body),
        ThrottleForm::Status429 => {
            let errors = "Exceeded 2 calls per second for api client.";
            let mut response =
                json_answer(StatusCode::TOO_MANY_REQUESTS, &json!({ "errors": errors }));
            let wait = HeaderValue::from_static("2.0");
            response.headers_mut().insert(axum::http::header::RETRY_AFTER, wait);
            response
        }
    }
}

fn internal_error() -> Response {
    let words = "Internal error. Looks like something went wrong on our end.\nRequest ID: \
        sandbox-request (include this in support requests).";
    let error = GraphError::new("INTERNAL_SERVER_ERROR", words);
    let error = error.with("requestId", json!("sandbox-request"));
    json_answer(StatusCode::OK, &json!({ "errors": [error.json()], "data": null }))
}

/// A call that is not let in, in the words of its status.
fn closed(status: u16) -> Response {
    let words = match status {
        401 => "[API] Invalid API key or access token (unrecognized login or wrong password)",
        402 => "This shop's plan does not have access to this feature",
        403 => "User does not have access",
        404 => "Not Found",
        423 => "This shop is unavailable",
        430 => "Shopify Security Rejection",
        _ => "Bad Request",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    json_answer(status, &json!({ "errors": words }))
}
