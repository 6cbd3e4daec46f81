//! A connector under any answers: what it makes of them, and what it was told.
//!
//! The property is the same for every connector: a line that has no verdict of its own must be
//! spoken for by an answer. What speaks for a line is the marketplace's, read here apart from the
//! code under test.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures::executor::block_on;
use jiff::Timestamp;
use serde_json::Value;
use trueup_marketplace::{
    Answer, Batch, BatchKey, Context, Error, ErrorKind, FeedKind, Level, Line, LineKey,
    Marketplace, Prepared, Receipt, Request, Response, Retry, Ticket, Verdict, Wire,
};

use crate::answers::body_of;

/// Lines of a batch: parts `P1` to `P4` with the keys and quantities 1 to 4.
pub(crate) const LINES: i64 = 4;

/// A batch of [`LINES`] lines.
pub(crate) fn batch(location: Option<&str>) -> Batch {
    let line = |at: i64| Line {
        key: LineKey(at),
        part_number: format!("P{at}").parse().expect("a part number"),
        location: location.map(|location| location.parse().expect("a location")),
        remote_id: None,
        level: Level { quantity: at, ..Level::default() },
    };
    let (key, kind) = (BatchKey("batch-1".to_owned()), FeedKind::Differential);
    Batch { key, kind, is_dry_run: false, lines: (1..=LINES).map(line).collect() }
}

/// A question and the answer it got.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) request: Value,
    pub(crate) response: Response,
    pub(crate) answer: Value,
}

/// What a connector made of its answers.
#[derive(Debug)]
pub(crate) struct Told {
    /// The answers, as far as they were asked for.
    pub(crate) given: Vec<Given>,
    /// What it says of lines without a verdict of their own; nothing after preparing.
    pub(crate) answer: Option<Answer>,
    /// The lines without one.
    pub(crate) unharmed: Vec<i64>,
}

impl Told {
    fn of(given: Vec<Given>, receipt: &Receipt) -> Self {
        let is_unharmed = |line: &i64| !receipt.exceptions().contains_key(&LineKey(*line));
        let unharmed = (1..=LINES).filter(is_unharmed).collect();
        Self { given, answer: Some(receipt.answer().clone()), unharmed }
    }

    /// Holds the connector to it: `speaks` tells whether a good answer speaks for a line.
    pub(crate) fn is_justified(&self, speaks: impl Fn(&Given, i64) -> bool) {
        for line in &self.unharmed {
            let mut good = self.given.iter().filter(|given| given.response.status.is_success());
            assert!(good.any(|given| speaks(given, *line)), "no answer speaks for P{line}");
        }
    }
}

/// Prepares a batch; nothing where that fails as a whole.
pub(crate) fn prepare(
    marketplace: &dyn Marketplace,
    batch: &Batch,
    answers: Vec<Response>,
) -> Option<(Prepared, Told)> {
    let wire = Script::new(marketplace, answers);
    let context = Context::calling(&wire, Timestamp::UNIX_EPOCH);
    let prepared = block_on(marketplace.prepare(batch, &context)).ok()?;
    let is_withheld = |line: &i64| prepared.withheld.iter().any(|(key, _)| key.0 == *line);
    let unharmed = (1..=LINES).filter(|line| !is_withheld(line)).collect();
    let told = Told { given: wire.given(), answer: None, unharmed };
    Some((prepared, told))
}

/// Submits what was prepared.
pub(crate) fn submit(
    marketplace: &dyn Marketplace,
    batch: &Batch,
    prepared: &Prepared,
    answers: Vec<Response>,
) -> Option<Told> {
    let wire = Script::new(marketplace, answers);
    let context = Context::calling(&wire, Timestamp::UNIX_EPOCH);
    let receipt = block_on(marketplace.submit(batch, prepared, &context)).ok()?;
    Some(Told::of(wire.given(), &receipt))
}

/// Asks what became of a submission.
pub(crate) fn settle(
    marketplace: &dyn Marketplace,
    batch: &Batch,
    ticket: &Ticket,
    answers: Vec<Response>,
) -> Option<Told> {
    let wire = Script::new(marketplace, answers);
    let context = Context::calling(&wire, Timestamp::UNIX_EPOCH);
    let receipt = block_on(marketplace.settle(batch, ticket, &context)).ok()?;
    Some(Told::of(wire.given(), &receipt))
}

/// A wire that nothing may be sent through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silence;

#[async_trait]
impl Wire for Silence {
    async fn send(&self, _: Request) -> Result<Response, Error> {
        Err(Error::not_applied(ErrorKind::Connection, Retry::Never, "nobody is called"))
    }
}

/// A wire that gives the answers in order, and the last one again and again, through the channel's
/// verdict, as the exchange does.
#[derive(Debug)]
struct Script<'a> {
    marketplace: &'a dyn Marketplace,
    answers: Vec<Response>,
    given: Mutex<Vec<Given>>,
}

impl<'a> Script<'a> {
    fn new(marketplace: &'a dyn Marketplace, answers: Vec<Response>) -> Self {
        Self { marketplace, answers, given: Mutex::default() }
    }

    fn given(&self) -> Vec<Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn next(&self, request: &Request) -> Response {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = self.answers.get(given.len()).or(self.answers.last());
        let response = answer.cloned().expect("there is always one part");
        let request = serde_json::from_slice(&request.body).unwrap_or_default();
        given.push(Given { request, answer: body_of(&response), response: response.clone() });
        response
    }
}

#[async_trait]
impl Wire for Script<'_> {
    async fn send(&self, request: Request) -> Result<Response, Error> {
        let response = self.next(&request);
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
