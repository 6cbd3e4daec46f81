//! The flow: prepare, submit, settle, check.

use std::num::NonZeroUsize;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderName;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use trueup_marketplace::{
    Acknowledges, Answer, Arrival, Batch, BatchScope, Capabilities, Checked, Connector, Context,
    Effect, Error, ErrorKind, FeedKind, Fields, Limit, Locations, Marketplace, OpenError, Pace,
    Prepared, Receipt, RemoteLocation, Request, Response, Retry, Secret, Ticket, Token, TrueUp,
    Verdict,
};

use crate::answer;
use crate::feed::{self, Operation};
use crate::login;
use crate::settings::{Confirm, Endpoints, Environment, Settings};
use crate::transaction::{self, NAMED_BY_DEFAULT, Transaction};

/// Lines per Differential, as many as Wayfair's own plugin sent; Wayfair publishes no limit.
const LINES_PER_BATCH: usize = 500;
/// Wayfair's sandbox silently drops what is beyond.
const SANDBOX_LINES_MAX: NonZeroUsize = NonZeroUsize::new(500).expect("500 is not 0");
/// A whole catalogue takes Wayfair longer to receive than a batch.
const TRUE_UP_DEADLINE: Duration = Duration::from_secs(120);
const BATCH_DEADLINE: Duration = Duration::from_secs(60);

/// A channel to one Wayfair application.
#[derive(Clone, Debug)]
pub struct Wayfair {
    settings: Settings,
    endpoints: Endpoints,
}

impl Connector for Wayfair {
    const ID: &'static str = "wayfair";
    const TITLE: &'static str = "Wayfair";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let endpoints = Endpoints::check(&settings).map_err(|problems| OpenError { problems })?;
        Ok(Self { settings, endpoints })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for Wayfair {
    fn capabilities(&self) -> Capabilities {
        let requests = self.settings.requests_per_minute.get();
        Capabilities {
            effect: Effect::Absolute,
            acknowledges: match self.settings.confirm {
                Confirm::WhenOffered => Acknowledges::Ticket,
                Confirm::Never => Acknowledges::Submission,
            },
            true_up: TrueUp::Whole(self.true_up_limit()),
            takes_differential: self.settings.environment == Environment::Production,
            rehearses: true,
            batch_scope: BatchScope::OneLocation,
            lines_per_batch: Limit::lines(LINES_PER_BATCH),
            locations: Locations::Required,
            fields: Fields {
                on_orders: true,
                backordered: true,
                next_available_on: true,
                discontinued: true,
            },
            quantity_max: i32::MAX.into(),
            settle: Duration::from_secs(self.settings.settle_seconds.into()),
            pace: Pace { requests, per: Duration::from_secs(60), burst: requests.min(5) },
            ..Capabilities::least()
        }
    }

    fn check_location(&self, location: &RemoteLocation) -> Result<(), String> {
        feed::supplier_id(location).map(|_| ())
    }

    fn token_request(&self, _: Option<&Secret>) -> Option<Request> {
        Some(login::request(&self.settings, &self.endpoints.auth_url))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        login::read(response, self.settings.environment)
    }

    fn verdict(&self, response: &Response) -> Verdict {
        answer::verdict(response)
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.refuse_unfit(batch)?;
        let body = self.save(batch, Some(named_max(batch)))?.body;
        Ok(Prepared { body, withheld: Vec::new() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let mut first = self.post("save inventory", &Value::Null);
        first.body = prepared.body.clone();
        let first = first.within(deadline(batch));
        let plain = || self.save(batch, None);
        let (data, named_max) = self.ask(context, first, named_max(batch), plain).await?;
        let saved: Transaction = part(data?, "/inventory/save")?;
        let confirm = self.settings.confirm == Confirm::WhenOffered && !batch.is_dry_run;
        saved.submitted(batch, named_max, confirm)
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let first = self.transaction(ticket, Some(named_max(batch)));
        let plain = || Ok(self.transaction(ticket, None));
        let (data, named_max) = self.ask(context, first, named_max(batch), plain).await?;
        let data = match data {
            // Not every application may ask this; its feeds stay submitted.
            Err(error) if error.arrival() == Arrival::NotApplied => {
                return Ok(Receipt::new(Answer::Submitted).with_handle(&ticket.0));
            }
            data => data?,
        };
        let found: Option<Vec<Transaction>> = part(data, "/transactions")?;
        let found = found.unwrap_or_default();
        if found.is_empty() {
            return Ok(transaction::pending(ticket));
        }
        let ours = found.iter().find(|found| found.handle() == Some(&ticket.0));
        let ours = ours.ok_or_else(|| Error::unreadable("the answer tells of another feed"))?;
        ours.settled(batch, named_max, ticket)
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let query = json!({ "query": "query { __typename }" });
        let request = self.post("check access", &query).reading();
        let response = context.wire.send(request).await?;
        let data = answer::read(&response, self.settings.environment)?;
        if !data["__typename"].is_string() {
            return Err(Error::unreadable("the answer names no type; check api_url"));
        }
        Ok(Checked(format!(
            "Wayfair accepts the {} application; supplier ids and part numbers are judged when a \
             feed is sent, and a dry run tries them",
            self.settings.environment.name()
        )))
    }
}

impl Wayfair {
    /// The most lines a True-Up may have.
    fn true_up_limit(&self) -> Limit {
        let wanted = self.settings.true_up_lines_max;
        match self.settings.environment {
            Environment::Production => Limit(wanted),
            Environment::Sandbox => {
                Limit(Some(wanted.unwrap_or(SANDBOX_LINES_MAX).min(SANDBOX_LINES_MAX)))
            }
        }
    }

    /// Refuses what Wayfair would cut off, or not take at all.
    fn refuse_unfit(&self, batch: &Batch) -> Result<(), Error> {
        let is_sandbox = self.settings.environment == Environment::Sandbox;
        if is_sandbox && batch.kind == FeedKind::Differential {
            let message = "Wayfair's sandbox takes no Differential; send a True-Up";
            return Err(Error::not_applied(ErrorKind::Unsupported, Retry::Never, message));
        }
        let limit = match batch.kind {
            FeedKind::TrueUp => self.true_up_limit(),
            FeedKind::Differential => Limit::lines(LINES_PER_BATCH),
        };
        let (lines, kind) = (batch.lines.len(), batch.kind);
        match limit.0 {
            Some(most) if !limit.allows(lines) => Err(feed::beyond(format!(
                "the {kind} feed has {lines} lines, and {} takes at most {most} in one request",
                if is_sandbox { "Wayfair's sandbox" } else { "this channel" }
            ))),
            Some(_) | None => Ok(()),
        }
    }

    fn save(&self, batch: &Batch, errors: Option<usize>) -> Result<Request, Error> {
        let operation = Operation::save(batch, errors, self.settings.when_backordered)?;
        Ok(self.post("save inventory", &operation).within(deadline(batch)))
    }

    fn transaction(&self, ticket: &Ticket, errors: Option<usize>) -> Request {
        self.post("read feed status", &Operation::transaction(ticket, errors)).reading()
    }

    fn post(&self, purpose: &'static str, operation: &impl Serialize) -> Request {
        let request = Request::post_json(purpose, &self.endpoints.api_url, operation);
        match &self.endpoints.agent {
            Some(agent) => {
                request.header(HeaderName::from_static("wayfair-integration-agent"), agent.clone())
            }
            None => request,
        }
    }

    /// Sends a request that asks for `named_max` refused lines, and `plain` where the server knows
    /// no such argument: nothing was executed then. Gives back how many the answer can name.
    async fn ask(
        &self,
        context: &Context<'_>,
        request: Request,
        named_max: usize,
        plain: impl Fn() -> Result<Request, Error> + Send,
    ) -> Result<(Result<Value, Error>, usize), Error> {
        let response = context.wire.send(request).await?;
        let data = answer::read(&response, self.settings.environment);
        if !data.as_ref().is_err_and(is_about_limit) {
            return Ok((data, named_max));
        }
        let response = context.wire.send(plain()?).await?;
        let data = answer::read(&response, self.settings.environment);
        Ok((data, NAMED_BY_DEFAULT))
    }
}

/// Whether the server knows no `limit` on the lists of a transaction.
fn is_about_limit(error: &Error) -> bool {
    let words = error.to_string().to_lowercase();
    let names_it = words.contains("limit") && words.contains("argument");
    error.arrival() == Arrival::NotApplied && names_it
}

/// More than there are lines, so that a full list is one that was cut off.
fn named_max(batch: &Batch) -> usize {
    batch.lines.len() + 1
}

fn deadline(batch: &Batch) -> Duration {
    match batch.kind {
        FeedKind::TrueUp => TRUE_UP_DEADLINE,
        FeedKind::Differential => BATCH_DEADLINE,
    }
}

fn part<T: DeserializeOwned>(mut data: Value, path: &str) -> Result<T, Error> {
    let part = data.pointer_mut(path).map(Value::take);
    serde_json::from_value(part.unwrap_or_default())
        .map_err(|_| Error::unreadable("the answer does not hold the transaction asked for"))
}
