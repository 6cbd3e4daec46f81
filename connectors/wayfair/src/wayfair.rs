//! The flow: prepare, submit, settle, check.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use serde_json::json;
use trueup_marketplace::graphql::{self, Envelope};
use trueup_marketplace::{
    Acknowledges, Answer, Arrival, Batch, BatchScope, Capabilities, Checked, Connector, Context,
    Effect, Endpoint, Error, FeedKind, Fields, Limit, Locations, Marketplace, OpenError, Pace,
    Prepared, Problems, Receipt, RemoteLocation, Request, Response, Secret, Ticket, Token, TrueUp,
    Verdict,
};

use crate::settings::{Confirm, Environment, Settings};
use crate::transaction::{NAMED_BY_DEFAULT, Transaction};
use crate::{answer, feed};

/// Lines per Differential, as many as Wayfair's own plugin sent; Wayfair publishes no limit.
const LINES_PER_BATCH: Limit = Limit::lines(500);
/// Wayfair's sandbox silently drops what is beyond.
const SANDBOX_LINES_MAX: Limit = Limit::lines(500);
/// A whole catalogue takes Wayfair longer to receive than a batch.
const TRUE_UP_DEADLINE: Duration = Duration::from_secs(120);
const BATCH_DEADLINE: Duration = Duration::from_secs(60);

const LOGIN_ROOT: &str = "https://sso.auth.wayfair.com";
const AGENT: HeaderName = HeaderName::from_static("wayfair-integration-agent");

/// A channel to one Wayfair application.
#[derive(Clone, Debug)]
pub struct Wayfair {
    settings: Settings,
    agent: Option<HeaderValue>,
}

impl Connector for Wayfair {
    const ID: &'static str = "wayfair";
    const TITLE: &'static str = "Wayfair";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let mut problems = Problems::default();
        let fix = "take it from Partner Home, Developer, Application Management";
        problems.require("client_id", &settings.client_id, fix);
        problems.require("client_secret", settings.client_secret.expose(), fix);
        let agent = HeaderValue::from_str(&settings.integration_agent);
        if agent.is_err() {
            let message = "has a character that headers cannot carry; use plain letters";
            problems.add("integration_agent", message);
        }
        problems.finish()?;
        Ok(Self { settings, agent: agent.ok().filter(|agent| !agent.is_empty()) })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for Wayfair {
    fn capabilities(&self) -> Capabilities {
        let requests = self.settings.requests_per_minute.get();
        let wanted = Limit(self.settings.true_up_lines_max);
        let true_up_lines_max = match self.settings.environment {
            Environment::Production => wanted,
            Environment::Sandbox => wanted.and(SANDBOX_LINES_MAX),
        };
        Capabilities {
            effect: Effect::Absolute,
            acknowledges: match self.settings.confirm {
                Confirm::WhenOffered => Acknowledges::Ticket,
                Confirm::Never => Acknowledges::Submission,
            },
            true_up: TrueUp::Whole(true_up_lines_max),
            takes_differential: self.settings.environment == Environment::Production,
            rehearses: true,
            batch_scope: BatchScope::OneLocation,
            lines_per_batch: LINES_PER_BATCH,
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
        feed::supplier_id(Some(location)).map(drop)
    }

    fn token_request(&self, _: Option<&Secret>) -> Option<Request> {
        let Settings { client_id, client_secret, environment, auth_url, .. } = &self.settings;
        let url = Endpoint::url_of(auth_url.as_ref(), LOGIN_ROOT, "/oauth/token");
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret.expose(),
            // It names the environment, so it stays the same wherever the API is reached.
            "audience": format!("{}/", environment.root()),
        });
        Some(Request::post_json("log in", url, &body).without_login().reading())
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        answer::token(response, self.settings.environment)
    }

    fn verdict(&self, response: &Response) -> Verdict {
        answer::verdict(response)
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let body = feed::save(batch, Some(named_max(batch)), self.settings.when_backordered)?;
        Ok(Prepared { body, withheld: Vec::new() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let deadline = match batch.kind {
            FeedKind::TrueUp => TRUE_UP_DEADLINE,
            FeedKind::Differential => BATCH_DEADLINE,
        };
        let request = |named_max| {
            let body = match named_max {
                Some(_) => prepared.body.clone(),
                None => feed::save(batch, None, self.settings.when_backordered)?,
            };
            Ok(self.post("save inventory", body).within(deadline))
        };
        let (answer, named_max) = self.ask(batch, context, request).await?;
        let saved: Transaction = answer.part("/inventory/save")?;
        let is_asked = self.settings.confirm == Confirm::WhenOffered && !batch.is_dry_run;
        saved.submitted(batch, named_max, is_asked)
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let request = |named_max| {
            let body = feed::transaction(ticket, named_max);
            Ok(self.post("read feed status", body).reading())
        };
        let (answer, named_max) = self.ask(batch, context, request).await?;
        let found: Option<Vec<Transaction>> = match answer.part("/transactions") {
            // Not every application may ask this; its feeds stay submitted.
            Err(error) if error.arrival() == Arrival::NotApplied => {
                return Ok(Receipt::new(Answer::Submitted).with_handle(&ticket.0));
            }
            found => found?,
        };
        let found = found.unwrap_or_default();
        match found.iter().find(|found| found.handle() == Some(&ticket.0)) {
            Some(ours) => ours.report(named_max).settled(batch, ticket),
            None if found.is_empty() => Ok(Receipt::pending(ticket)),
            None => Err(Error::unreadable("the answer tells of another feed")),
        }
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let body = graphql::body("query { __typename }", &json!({}));
        let answer = self.send(context, self.post("check access", body).reading()).await?;
        if !answer.data()?["__typename"].is_string() {
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
    fn post(&self, purpose: &'static str, body: Bytes) -> Request {
        let Settings { api_url, environment, .. } = &self.settings;
        let url = Endpoint::url_of(api_url.as_ref(), environment.root(), "/v1/graphql");
        let request = Request::post(purpose, url, "application/json", body);
        match &self.agent {
            Some(agent) => request.header(AGENT, agent.clone()),
            None => request,
        }
    }

    async fn send(&self, context: &Context<'_>, request: Request) -> Result<Envelope, Error> {
        let response = context.wire.send(request).await?;
        answer::read(&response, self.settings.environment)
    }

    /// Asks for as many refused lines as there can be, or, where the server knows no such limit,
    /// for those it names by itself. Gives back how many the answer can name.
    async fn ask(
        &self,
        batch: &Batch,
        context: &Context<'_>,
        request: impl Fn(Option<usize>) -> Result<Request, Error> + Send,
    ) -> Result<(Envelope, usize), Error> {
        let named_max = named_max(batch);
        let answer = self.send(context, request(Some(named_max))?).await?;
        if !answer.is_about("limit") {
            return Ok((answer, named_max));
        }
        let answer = self.send(context, request(None)?).await?;
        Ok((answer, NAMED_BY_DEFAULT))
    }
}

/// More than there are lines, so that a full list is one that was cut off.
fn named_max(batch: &Batch) -> usize {
    batch.lines.len() + 1
}
