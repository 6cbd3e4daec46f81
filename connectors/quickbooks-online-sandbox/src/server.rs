//! The routes: consent, tokens, queries, batches, and a window on the state.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use trueup_sandbox::{Dice, Ending, Rate, Scissors, Simulated as _, read_form, reply};

use crate::REALM;
use crate::batch::{self, Sent};
use crate::fault::{self, Fault};
use crate::modes::Decision;
use crate::query;
use crate::world::{Shared, World};

/// The published limits.
const PER_SECOND: Rate = Rate { capacity: 10, per_second: 10.0 };
const PER_MINUTE: Rate = Rate { capacity: 500, per_second: 500.0 / 60.0 };
/// The company of somebody else.
const ELSEWHERE: &str = "9130355377388383";
const BATCHES: Rate = Rate { capacity: 40, per_second: 40.0 / 60.0 };

/// All routes over one world.
pub(crate) fn routes(world: Shared) -> Router {
    Router::new()
        .route("/connect/oauth2", get(consent))
        .route("/oauth2/v1/tokens/bearer", post(token))
        .route("/v3/company/{realm}/query", post(read))
        .route("/v3/company/{realm}/batch", post(write))
        .route("/state", get(state))
        .with_state(world)
}

/// The parameters behind the `?` of an address.
fn parameters(query: Option<String>) -> Value {
    read_form(query.unwrap_or_default().as_bytes()).unwrap_or_default()
}

async fn state(State(world): State<Shared>) -> Response {
    let view = world.lock().view(Timestamp::now());
    reply::json_bytes(StatusCode::OK, serde_json::to_vec(&view).unwrap_or_default().into())
}

/// A person who decides at once: the browser is led back with a code, or without.
async fn consent(State(world): State<Shared>, RawQuery(asked): RawQuery) -> Response {
    let asked = parameters(asked);
    let given = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
    if given("client_id") != crate::CLIENT_ID || given("response_type") != "code" {
        return reply::text(StatusCode::BAD_REQUEST, "the app is not known");
    }
    let (redirect, state) = (given("redirect_uri"), given("state"));
    let mut world = world.lock();
    let realm = match world.modes.decision {
        Decision::Given => REALM,
        Decision::Elsewhere => ELSEWHERE,
        Decision::Denied => {
            let back = format!("{redirect}?error=access_denied&state={state}");
            return Redirect::to(&back).into_response();
        }
    };
    let code = world.desk.consent(&redirect, Timestamp::now());
    Redirect::to(&format!("{redirect}?code={code}&state={state}&realmId={realm}")).into_response()
}

async fn token(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = world.lock();
    world.calls.token += 1;
    let ask = read_form(&body).unwrap_or_default();
    let modes = world.modes.clone();
    let granted = world.desk.grant(credentials(&headers), &ask, &modes, Timestamp::now());
    match granted {
        Ok(tokens) => reply::json(StatusCode::OK, &tokens),
        Err((status, error)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            reply::json(status, &json!({ "error": error }))
        }
    }
}

fn credentials(headers: &HeaderMap) -> &str {
    headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// One call to the company, with all that decides what becomes of it.
struct Call<'a> {
    realm: &'a str,
    headers: &'a HeaderMap,
    is_batch: bool,
    now: Timestamp,
}

/// The refusal of a call that is not let in; nothing is carried out.
fn refused(world: &mut World, call: &Call<'_>) -> Option<Response> {
    world.settle(call.now);
    world.calls.api += 1;
    let modes = world.modes.clone();
    let token = credentials(call.headers).strip_prefix("Bearer ");
    if !world.desk.opens(token, &modes, call.now) {
        return Some(fault::unauthenticated());
    }
    if call.realm != REALM || !modes.is_allowed {
        return Some(fault::forbidden());
    }
    let is_over = modes.limits
        && (world.per_second.take(1.0, PER_SECOND, call.now).is_err()
            || world.per_minute.take(1.0, PER_MINUTE, call.now).is_err()
            || (call.is_batch && world.batches.take(1.0, BATCHES, call.now).is_err()));
    is_over.then(|| {
        world.calls.throttled += 1;
        fault::throttled()
    })
}

async fn read(
    State(world): State<Shared>,
    Path(realm): Path<String>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    headers: HeaderMap,
    statement: String,
) -> Response {
    let execute = |world: &mut World, _: Timestamp| {
        world.calls.queries += 1;
        query::answer(&mut world.company, world.modes.is_open, &statement)
    };
    let call = Call { realm: &realm, headers: &headers, is_batch: false, now: Timestamp::now() };
    let (response, delay) = carried_out(&mut world.lock(), &call, &scissors, None, execute);
    held_back(response, delay).await
}

async fn write(
    State(world): State<Shared>,
    Path(realm): Path<String>,
    RawQuery(asked): RawQuery,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(body) = serde_json::from_slice(&body) else {
        return Fault::new(2010, "Request has invalid or unsupported property", "").answer();
    };
    let sent =
        Sent { request_id: parameters(asked)["requestid"].as_str().map(str::to_owned), body };
    let execute = |world: &mut World, now: Timestamp| batch::answer(world, &sent, now);
    let call = Call { realm: &realm, headers: &headers, is_batch: true, now: Timestamp::now() };
    let (response, delay) =
        carried_out(&mut world.lock(), &call, &scissors, Some(sent.clone()), execute);
    held_back(response, delay).await
}

async fn held_back(response: Response, delay: Duration) -> Response {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    response
}

/// Lets a call in, carries it out as its fault has it, and ends it so.
fn carried_out(
    world: &mut World,
    call: &Call<'_>,
    scissors: &Scissors,
    write: Option<Sent>,
    execute: impl Fn(&mut World, Timestamp) -> Result<Value, Fault>,
) -> (Response, Duration) {
    if let Some(response) = refused(world, call) {
        return (response, Duration::ZERO);
    }
    let dice = Dice { seed: world.seed, request: world.calls.api };
    let delay = world.modes.faults.delay(dice);
    let ending = world.modes.faults.ending(dice);
    let response = match (ending, write) {
        (Ending::Throttled, _) => fault::throttled(),
        (Ending::Late(millis), Some(sent)) => {
            let wait = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
            world.delay(call.now.checked_add(wait).unwrap_or(Timestamp::MAX), sent);
            ending.with_effect(scissors, Bytes::new())
        }
        (ending, _) => match ending.without_effect(scissors) {
            Some(response) => response,
            None => {
                let mut answered = execute(world, call.now);
                if ending == Ending::Twice {
                    answered = execute(world, call.now);
                }
                match answered {
                    Ok(body) => ending.with_effect(scissors, body.to_string().into()),
                    Err(fault) => fault.answer(),
                }
            }
        },
    };
    (response, delay)
}
