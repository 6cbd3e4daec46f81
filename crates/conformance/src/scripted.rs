//! Wires for a connector's own tests, without a simulator.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use trueup_marketplace::{Error, ErrorKind, Marketplace, Request, Response, Retry, Verdict, Wire};

/// A wire that passes given answers through the channel's verdict, as the exchange does, and keeps
/// what was sent.
#[derive(Debug)]
pub struct Scripted<'a> {
    marketplace: &'a dyn Marketplace,
    answers: Mutex<VecDeque<Response>>,
    sent: Mutex<Vec<Request>>,
}

impl<'a> Scripted<'a> {
    /// A wire with these answers, each given once.
    #[must_use]
    pub fn new(
        marketplace: &'a dyn Marketplace,
        answers: impl IntoIterator<Item = Response>,
    ) -> Self {
        let answers = Mutex::new(answers.into_iter().collect());
        Self { marketplace, answers, sent: Mutex::default() }
    }

    /// What was sent.
    #[must_use]
    pub fn sent(&self) -> Vec<Request> {
        held(&self.sent).clone()
    }

    /// A member of every JSON body that was sent; null where it is missing.
    #[must_use]
    pub fn sent_members(&self, name: &str) -> Vec<Value> {
        let bodies = self.sent().into_iter();
        let bodies = bodies.map(|sent| serde_json::from_slice::<Value>(&sent.body));
        bodies.map(|body| body.unwrap_or_default()[name].take()).collect()
    }
}

#[async_trait]
impl Wire for Scripted<'_> {
    async fn send(&self, request: Request) -> Result<Response, Error> {
        held(&self.sent).push(request);
        let response = held(&self.answers).pop_front().expect("the test has an answer for each");
        let refused = |kind, words: &str| Err(Error::not_applied(kind, Retry::Never, words));
        match self.marketplace.verdict(&response) {
            Verdict::Answered => Ok(response),
            Verdict::TokenRefused => refused(ErrorKind::Unauthorised, "token refused"),
            Verdict::Throttled(_) => refused(ErrorKind::Throttled, "throttled"),
            Verdict::Refused(words) => refused(ErrorKind::Refused, &words),
            Verdict::Unclear(words) => Err(Error::unknown(ErrorKind::Unavailable, words)),
        }
    }
}

fn held<T>(part: &Mutex<T>) -> MutexGuard<'_, T> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A wire that leads nowhere, for what must not call.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

#[async_trait]
impl Wire for Nowhere {
    async fn send(&self, request: Request) -> Result<Response, Error> {
        panic!("nothing may be sent here: {request:?}");
    }
}

/// An answer with this status and body.
///
/// # Panics
/// Where there is no such status.
#[must_use]
pub fn answer(status: u16, body: impl Into<String>) -> Response {
    let status = StatusCode::from_u16(status).expect("the test names a status of HTTP");
    let body: String = body.into();
    Response { status, headers: HeaderMap::new(), body: body.into() }
}
