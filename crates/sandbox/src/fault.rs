//! Faults of the wire: which of them strikes a request, and how the request then ends.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::Response;

use crate::chance::{Chance, Dice};
use crate::cut::Scissors;
use crate::knob::Knob;
use crate::reply;
use crate::value::{chance, delay};

/// A fault that holds something back for so long.
#[derive(Clone, Debug, Default)]
pub struct Delay {
    /// How long.
    pub millis: u64,
    /// How often.
    pub chance: Chance,
}

/// Faults of the wire; at most one of those that end a request strikes each request.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// The connection is dropped and nothing is carried out.
    pub not_applied_drop: Chance,
    /// A gateway's page, and nothing is carried out.
    pub server_error_not_applied: Chance,
    /// A page with status 200, and nothing is carried out.
    pub html_200: Chance,
    /// The protocol's own failure without data. Only protocols that have one offer a knob for it.
    pub data_null: Chance,
    /// The protocol's own way to ask for a slower pace.
    pub throttle: Chance,
    /// Carried out, and the connection is dropped.
    pub lost_answer: Chance,
    /// Carried out, and a server's page.
    pub server_error_applied: Chance,
    /// Carried out, and half the answer.
    pub truncated_body: Chance,
    /// Carried out twice, as where something on the way repeats a request.
    pub twice: Chance,
    /// The connection is dropped, and the request is carried out later.
    pub late: Delay,
    /// Carried out at once and answered later.
    pub slow: Delay,
}

/// The knobs of [`Faults`], the same in every sandbox.
pub const FAULTS: &[Knob<Faults>] = &[
    ("lost_answer", "applies the call, then drops the connection without an answer", |f, v| {
        chance(v).map(|c| f.lost_answer = c)
    }),
    ("not_applied_drop", "drops the connection before anything is applied", |f, v| {
        chance(v).map(|c| f.not_applied_drop = c)
    }),
    (
        "server_error_applied",
        "applies the call, then answers HTTP 500 with an HTML page",
        |f, v| chance(v).map(|c| f.server_error_applied = c),
    ),
    (
        "server_error_not_applied",
        "answers HTTP 502 with an HTML page and applies nothing",
        |f, v| chance(v).map(|c| f.server_error_not_applied = c),
    ),
    ("html_200", "answers HTTP 200 with an HTML page and applies nothing", |f, v| {
        chance(v).map(|c| f.html_200 = c)
    }),
    ("truncated_body", "applies the call, then breaks off in the middle of the answer", |f, v| {
        chance(v).map(|c| f.truncated_body = c)
    }),
    ("twice", "applies the call twice and gives the second answer", |f, v| {
        chance(v).map(|c| f.twice = c)
    }),
    (
        "throttle",
        "answers that there were too many calls, in the form of `throttle_form`",
        |f, v| chance(v).map(|c| f.throttle = c),
    ),
    (
        "slow",
        "MS[@CHANCE]: applies the call at once and answers so many milliseconds later",
        |f, v| delay(v).map(|d| f.slow = d),
    ),
    (
        "late",
        "MS[@CHANCE]: drops the connection and applies the call so many milliseconds later",
        |f, v| delay(v).map(|d| f.late = d),
    ),
];

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    Answered,
    /// See [`Faults::not_applied_drop`].
    NotAppliedDrop,
    /// See [`Faults::server_error_not_applied`].
    ServerErrorNotApplied,
    /// See [`Faults::html_200`].
    Html200,
    /// See [`Faults::data_null`]; the sandbox writes the answer.
    DataNull,
    /// See [`Faults::throttle`]; the sandbox writes the answer.
    Throttled,
    /// See [`Faults::lost_answer`].
    LostAnswer,
    /// See [`Faults::server_error_applied`].
    ServerErrorApplied,
    /// See [`Faults::truncated_body`].
    TruncatedBody,
    /// See [`Faults::twice`]; the sandbox carries the request out once more.
    Twice,
    /// See [`Faults::late`]; the sandbox carries the request out so many milliseconds later.
    Late(u64),
}

impl Faults {
    /// Whether the answer is held back, and for how long.
    pub fn delay(&mut self, dice: Dice) -> Duration {
        let is_slow = self.slow.chance.strikes(dice.draw("slow"));
        Duration::from_millis(if is_slow { self.slow.millis } else { 0 })
    }

    /// The first fault that strikes ends the request. Those after it do not draw, so that a fault
    /// that counts its strikes is not used up by a request that ended otherwise.
    pub fn ending(&mut self, dice: Dice) -> Ending {
        let late = Ending::Late(self.late.millis);
        let order: [(&str, &mut Chance, Ending); 10] = [
            ("throttle", &mut self.throttle, Ending::Throttled),
            ("not_applied_drop", &mut self.not_applied_drop, Ending::NotAppliedDrop),
            (
                "server_error_not_applied",
                &mut self.server_error_not_applied,
                Ending::ServerErrorNotApplied,
            ),
            ("html_200", &mut self.html_200, Ending::Html200),
            ("data_null", &mut self.data_null, Ending::DataNull),
            ("late", &mut self.late.chance, late),
            ("lost_answer", &mut self.lost_answer, Ending::LostAnswer),
            ("server_error_applied", &mut self.server_error_applied, Ending::ServerErrorApplied),
            ("truncated_body", &mut self.truncated_body, Ending::TruncatedBody),
            ("twice", &mut self.twice, Ending::Twice),
        ];
        order
            .into_iter()
            .find_map(|(name, chance, ending)| chance.strikes(dice.draw(name)).then_some(ending))
            .unwrap_or(Ending::Answered)
    }
}

impl Ending {
    /// The answer to a request that is not carried out. `None` where it is carried out, and where
    /// the sandbox writes the answer itself.
    #[must_use]
    pub fn without_effect(self, scissors: &Scissors) -> Option<Response> {
        match self {
            Self::NotAppliedDrop => Some(dropped(scissors)),
            Self::ServerErrorNotApplied => Some(reply::html(StatusCode::BAD_GATEWAY)),
            Self::Html200 => Some(reply::html(StatusCode::OK)),
            _ => None,
        }
    }

    /// What becomes of the answer to a request that was carried out.
    #[must_use]
    pub fn with_effect(self, scissors: &Scissors, answer: Bytes) -> Response {
        match self {
            Self::LostAnswer | Self::Late(_) => dropped(scissors),
            Self::ServerErrorApplied => reply::html(StatusCode::INTERNAL_SERVER_ERROR),
            Self::TruncatedBody => reply::truncated(&answer),
            _ => reply::json_bytes(StatusCode::OK, answer),
        }
    }
}

/// Nothing of this response gets out.
fn dropped(scissors: &Scissors) -> Response {
    scissors.cut();
    Response::new(Body::empty())
}
