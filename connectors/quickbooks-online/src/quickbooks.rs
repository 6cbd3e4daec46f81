//! The flow: read what is on hand, book the differences, check.

use std::time::Duration;

use async_trait::async_trait;
use http::HeaderValue;
use http::header::ACCEPT;
use jiff::tz::TimeZone;
use trueup_marketplace::{
    Acknowledges, Answer, Batch, Capabilities, Checked, Connector, Context, Effect, Endpoint,
    Error, ErrorKind, Limit, LineVerdict, Locations, Marketplace, OpenError, Pace, Prepared,
    Problems, Quantity, Receipt, Request, Response, Retry, Secret, Token, TrueUp, Verdict,
    form_fields, oauth, one_line,
};

use crate::fault;
use crate::item::{self, Items};
use crate::plan::{Plan, Row};
use crate::settings::Settings;

/// Payloads in a batch, the most that Intuit recommends.
const LINES_PER_BATCH: Limit = Limit::lines(30);
/// QuickBooks ends requests after 120 s.
const DEADLINE: Duration = Duration::from_secs(125);
const CONSENT: &str = "https://appcenter.intuit.com";
const TOKENS: &str = "https://oauth.platform.intuit.com";
const SCOPE: &str = "com.intuit.quickbooks.accounting";

/// A channel to one company.
#[derive(Clone, Debug)]
pub struct QuickBooksOnline {
    settings: Settings,
    time_zone: TimeZone,
}

impl Connector for QuickBooksOnline {
    const ID: &'static str = "quickbooks_online";
    const TITLE: &'static str = "QuickBooks Online";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let mut problems = Problems::default();
        let keys = "take it from developer.intuit.com, the app, Keys & credentials";
        problems.require("client_id", &settings.client_id, keys);
        problems.require("client_secret", settings.client_secret.expose(), keys);
        if !settings.realm_id.bytes().all(|byte| byte.is_ascii_digit()) {
            problems.add(
                "realm_id",
                "is not a company id, which is a number; `trueup connect` shows it",
            );
        }
        if !settings.adjust_account.bytes().all(|byte| byte.is_ascii_digit()) {
            problems.add("adjust_account", "is not an account's id, which is a number");
        }
        let time_zone = problems.time_zone("time_zone", &settings.time_zone);
        problems.finish()?;
        Ok(Self { settings, time_zone })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for QuickBooksOnline {
    fn capabilities(&self) -> Capabilities {
        let minutes = u64::from(self.settings.request_id_minutes.get());
        Capabilities {
            effect: Effect::KeyedDifference,
            acknowledges: Acknowledges::Applied,
            true_up: TrueUp::Chunked,
            lines_per_batch: LINES_PER_BATCH,
            locations: Locations::None,
            // What an adjustment of 7 digits can reach; QuickBooks documents no largest quantity.
            quantity_max: 9_999_999,
            settle: Duration::from_secs(self.settings.settle_seconds.get().into()),
            key_life: Duration::from_secs(minutes * 60),
            // 40 batches a minute, each with the read before it.
            pace: Pace { requests: 80, per: Duration::from_secs(60), burst: 8 },
            ..Capabilities::least()
        }
    }

    fn consent_url(&self, redirect: &str, state: &str) -> Option<String> {
        let url = Endpoint::url_of(self.settings.consent_url.as_ref(), CONSENT, "/connect/oauth2");
        let fields = [
            ("client_id", self.settings.client_id.as_str()),
            ("scope", SCOPE),
            ("redirect_uri", redirect),
            ("response_type", "code"),
            ("state", state),
        ];
        Some(format!("{url}?{}", form_fields(&fields)))
    }

    /// The person at Intuit's page chooses the company; the token of another one opens nothing here.
    fn consented(&self, told: &[(String, String)]) -> Result<(), Error> {
        let chosen = told.iter().find(|(name, _)| name == "realmId").map(|(_, realm)| realm);
        let Some(chosen) = chosen.filter(|realm| **realm != self.settings.realm_id) else {
            return Ok(());
        };
        let message = format!(
            "company {} was chosen, and realm_id names {}; choose that one, or correct realm_id",
            one_line(chosen),
            self.settings.realm_id
        );
        Err(Error::not_applied(ErrorKind::Refused, Retry::Never, message))
    }

    fn code_request(&self, code: &Secret, redirect: &str) -> Option<Request> {
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect),
        ])
    }

    fn token_request(&self, refresh: Option<&Secret>) -> Option<Request> {
        // Without any, Intuit's refusal leads to the words that say how to connect.
        let refresh = refresh.or(self.settings.refresh_token.as_ref());
        let refresh = refresh.map(Secret::expose).unwrap_or("none");
        self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", refresh)])
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        oauth::read_token(response, self.verdict(response), "run `trueup connect` for this channel")
    }

    fn verdict(&self, response: &Response) -> Verdict {
        fault::verdict(response)
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let by = self.settings.match_by;
        let found = self.query("find items", item::statement(batch, by));
        let items = Items::read(&context.wire.send(found).await?, by)?;
        let (mut rows, mut withheld) = (Vec::new(), Vec::new());
        for line in &batch.lines {
            match items.of(line) {
                Ok((item, on_hand)) => {
                    let difference = Quantity::units(line.level.quantity).minus(on_hand);
                    rows.push(Row { key: line.key, item: item.id.clone(), difference });
                }
                Err(refusal) => withheld.push((line.key, LineVerdict::Rejected(refusal))),
            }
        }
        let account = self.settings.adjust_account.clone();
        let on = context.now.to_zoned(self.time_zone.clone()).date();
        Ok(Prepared::json(&Plan { account, on, rows }, withheld))
    }

    /// Books a plan. The same plan under the same key is booked once, however often it is sent.
    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let plan: Plan = prepared.read()?;
        if plan.is_done() {
            return Ok(Receipt::new(Answer::Applied));
        }
        let url = self.url(&format!("batch?minorversion=75&requestid={}", batch.key));
        let request = Request::post_json("book differences", url, &plan.body(batch));
        let response = context.wire.send(self.accepting(request)).await?;
        plan.receipt(batch, &response)
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let account = &self.settings.adjust_account;
        let statement = format!("SELECT Id, Name, AccountType FROM Account WHERE Id = '{account}'");
        let response = context.wire.send(self.query("read account", statement)).await?;
        let answer: serde_json::Value = response.json()?;
        match answer["QueryResponse"]["Account"][0]["Name"].as_str() {
            Some(name) => Ok(Checked(format!(
                "QuickBooks lets this channel in; differences are booked against `{name}`"
            ))),
            None => {
                let message = format!("the company has no account {account}; check adjust_account");
                Err(Error::not_applied(ErrorKind::Refused, Retry::Never, message))
            }
        }
    }
}

impl QuickBooksOnline {
    fn url(&self, path: &str) -> String {
        let Settings { api_url, environment, realm_id, .. } = &self.settings;
        let path = format!("/v3/company/{realm_id}/{path}");
        Endpoint::url_of(api_url.as_ref(), environment.root(), &path)
    }

    /// A statement in the body: long lists do not fit into an address.
    fn query(&self, purpose: &'static str, statement: String) -> Request {
        let url = self.url("query?minorversion=75");
        self.accepting(Request::post(purpose, url, "application/text", statement)).reading()
    }

    fn accepting(&self, request: Request) -> Request {
        request.header(ACCEPT, HeaderValue::from_static("application/json")).within(DEADLINE)
    }

    fn tokens(&self, fields: &[(&str, &str)]) -> Option<Request> {
        let Settings { auth_url, client_id, client_secret, .. } = &self.settings;
        let url = Endpoint::url_of(auth_url.as_ref(), TOKENS, "/oauth2/v1/tokens/bearer");
        let request = Request::post_form("log in", url, fields).basic(client_id, client_secret);
        request.ok().map(|request| self.accepting(request))
    }
}
