//! The flow: prepare, submit, check.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderName;
use trueup_marketplace::graphql::Client;
use trueup_marketplace::{
    Acknowledges, Batch, Capabilities, Checked, Connector, Context, Effect, Endpoint, Error,
    ErrorKind, Limit, Line, LineKey, LineVerdict, Locations, Marketplace, OpenError, Pace,
    Prepared, Receipt, Refusal, RemoteLocation, Request, Response, Retry, Secret, Token,
    TokenHeader, TrueUp, Verdict, oauth,
};

use crate::handshake::handshake;
use crate::plan::{Plan, Row, location_id};
use crate::settings::{Login, Settings, WhenChanged};
use crate::store::Store;
use crate::telling::Telling;
use crate::{answer, variant};

/// Shopify takes no longer list.
const LINES_PER_BATCH: Limit = Limit::lines(250);
const QUANTITY_MAX: i64 = 1_000_000_000;
/// How long Shopify knows a key.
const KEY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Shopify's gateway gives a request up after about 10 s.
const SETTLE: Duration = Duration::from_secs(120);

const TOKEN: HeaderName = HeaderName::from_static("x-shopify-access-token");

/// A channel to one store.
#[derive(Clone, Debug)]
pub struct Shopify {
    settings: Settings,
    login: Login,
    root: String,
}

impl Connector for Shopify {
    const ID: &'static str = "shopify";
    const TITLE: &'static str = "Shopify";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let (login, name) = settings.checked()?;
        Ok(Self { settings, login, root: format!("https://{name}.myshopify.com") })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for Shopify {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            effect: match self.settings.when_changed {
                WhenChanged::Replan => Effect::IfValue,
                WhenChanged::Overwrite => Effect::Absolute,
            },
            acknowledges: Acknowledges::Applied,
            true_up: TrueUp::Chunked,
            lines_per_batch: LINES_PER_BATCH,
            locations: Locations::Required,
            quantity_max: QUANTITY_MAX,
            settle: SETTLE,
            key_life: KEY_LIFE,
            // Points are what Shopify limits, and every answer tells how many are left.
            pace: Pace { requests: 40, per: Duration::from_secs(1), burst: 40 },
            ..Capabilities::least()
        }
    }

    fn check_location(&self, location: &RemoteLocation) -> Result<(), String> {
        location_id(Some(location)).map(drop)
    }

    fn fixed_token(&self) -> Option<&Secret> {
        match &self.login {
            Login::Token(token) => Some(token),
            Login::App { .. } => None,
        }
    }

    fn token_header(&self) -> TokenHeader {
        TokenHeader::Named(TOKEN)
    }

    fn token_request(&self, _: Option<&Secret>) -> Option<Request> {
        let Login::App { id, secret } = &self.login else { return None };
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret.expose()),
        ];
        let url = self.url("/admin/oauth/access_token");
        Some(Request::post_form("log in", url, &fields).without_login().reading())
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        let advice = "check shop, client_id and client_secret, that the app is installed on the \
            store, and that both belong to one organisation";
        oauth::read_token(response, self.verdict(response), advice)
    }

    fn verdict(&self, response: &Response) -> Verdict {
        answer::verdict(response)
    }

    fn rest_after(&self, response: &Response) -> Option<Duration> {
        answer::rest_after(response)
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let store = self.store(context);
        let mut found: HashMap<LineKey, Result<Row, Refusal>> = HashMap::new();
        for (location, lines) in by_location(batch)? {
            let variants = variant::find(&store, &location, &lines).await?;
            found.extend(lines.iter().zip(variants).map(|(line, variant)| {
                let judged = variant.and_then(|variant| match variant.refusal(&self.settings) {
                    Some(refusal) => Err(refusal),
                    None => Ok(Row::new(line.key, line.level.quantity, &location, variant)),
                });
                (line.key, judged)
            }));
        }
        let (mut rows, mut withheld) = (Vec::new(), Vec::new());
        for line in &batch.lines {
            match found.remove(&line.key) {
                Some(Ok(row)) => rows.push(row),
                Some(Err(refusal)) => withheld.push((line.key, LineVerdict::Rejected(refusal))),
                None => {}
            }
        }
        let is_compared = self.settings.when_changed == WhenChanged::Replan;
        let plan = Plan { quantity: store.quantity().to_owned(), is_compared, rows };
        Ok(Prepared::json(&plan, withheld))
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        Telling::new(self.store(context), batch, &prepared.read()?).tell().await
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        handshake(&self.store(context)).await
    }
}

impl Shopify {
    fn url(&self, path: &str) -> String {
        Endpoint::url_of(self.settings.api_url.as_ref(), &self.root, path)
    }

    fn store<'a>(&'a self, context: &Context<'a>) -> Store<'a> {
        let url = self.url(&format!("/admin/api/{}/graphql.json", self.settings.api_version));
        let client = Client { wire: context.wire, url, dialect: &answer::SHOPIFY };
        Store { client, settings: &self.settings }
    }
}

/// The lines by the global ids of their locations.
fn by_location(batch: &Batch) -> Result<BTreeMap<String, Vec<&Line>>, Error> {
    let mut places: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
    for line in &batch.lines {
        let location = location_id(line.location.as_ref())
            .map_err(|why| Error::not_applied(ErrorKind::BeyondLimits, Retry::Never, why))?;
        places.entry(location).or_default().push(line);
    }
    Ok(places)
}
