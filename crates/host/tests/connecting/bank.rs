//! A marketplace with a consent, rotating refresh tokens and a server.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::net::TcpListener;
use trueup_host::Host;
use trueup_marketplace::{
    Batch, Capabilities, Checked, Connector, Context, Error, ErrorKind, Marketplace, OpenError,
    Prepared, Receipt, Registration, Registry, Request, Response, Retry, Secret, Token, Verdict,
    oauth,
};

#[derive(Debug)]
pub struct Bank(BankSettings);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BankSettings {
    /// Where it is.
    pub url: String,
    /// Which company is meant.
    pub company: String,
}

impl Connector for Bank {
    const ID: &'static str = "bank";
    const TITLE: &'static str = "Bank";
    type Settings = BankSettings;

    fn open(settings: BankSettings) -> Result<Self, OpenError> {
        Ok(Self(settings))
    }

    fn example() -> &'static str {
        "[settings]\nurl = \"http://localhost:1\"\ncompany = \"7\"\n"
    }
}

#[async_trait]
impl Marketplace for Bank {
    fn capabilities(&self) -> Capabilities {
        Capabilities::least()
    }

    fn consent_url(&self, redirect: &str, state: &str) -> Option<String> {
        Some(format!("{}/consent?redirect_uri={redirect}&state={state}", self.0.url))
    }

    fn consented(&self, told: &[(String, String)]) -> Result<(), Error> {
        let company = told.iter().find(|(name, _)| name == "company");
        match company.is_some_and(|(_, company)| *company == self.0.company) {
            true => Ok(()),
            false => Err(Error::not_applied(
                ErrorKind::Refused,
                Retry::Never,
                format!("the consent is for another company than {}", self.0.company),
            )),
        }
    }

    fn code_request(&self, code: &Secret, redirect: &str) -> Option<Request> {
        let fields = [("code", code.expose()), ("redirect_uri", redirect)];
        Some(Request::post_form("exchange the code", format!("{}/token", self.0.url), &fields))
    }

    fn token_request(&self, refresh: Option<&Secret>) -> Option<Request> {
        let fields = [("refresh_token", refresh?.expose())];
        Some(Request::post_form("log in", format!("{}/token", self.0.url), &fields))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        oauth::read_token(response, Verdict::by_status(response), "connect anew")
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        Ok(Prepared::default())
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        Err(Error::unreadable("nothing is submitted here"))
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let answer = context.wire.send(Request::get("check", format!("{}/check", self.0.url)));
        Ok(Checked(answer.await?.text().into_owned()))
    }
}

/// What was asked of the server, and the only token that it takes next.
#[derive(Debug, Default)]
pub struct Asked {
    pub tokens: Vec<String>,
    valid: Option<String>,
}

pub type Shared = Arc<Mutex<Asked>>;

/// Takes the code `good` once, and each refresh token once.
async fn token(State(asked): State<Shared>, body: String) -> (StatusCode, String) {
    let mut asked = asked.lock().unwrap();
    asked.tokens.push(body.clone());
    let is_code = body.starts_with("code=good&") && asked.tokens.len() == 1;
    let refresh = body.strip_prefix("refresh_token=").map(str::to_owned);
    if !is_code && (refresh.is_none() || refresh != asked.valid) {
        return (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#.to_owned());
    }
    let next = format!("refresh-{}", asked.tokens.len());
    asked.valid = Some(next.clone());
    let token =
        format!(r#"{{"access_token":"access","expires_in":3600,"refresh_token":"{next}"}}"#);
    (StatusCode::OK, token)
}

async fn check(headers: HeaderMap) -> String {
    format!("{:?}", headers.get("authorization"))
}

pub struct World {
    pub asked: Shared,
    pub dir: TempDir,
}

impl World {
    pub async fn new() -> Self {
        let asked = Shared::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/token", post(token)).route("/check", get(check));
        let routes = routes.with_state(Arc::clone(&asked));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("channels")).unwrap();
        std::fs::write(dir.path().join("trueup.toml"), "").unwrap();
        let channel = format!(
            "marketplace = \"bank\"\n[settings]\nurl = \"http://{address}\"\ncompany = \"7\"\n"
        );
        std::fs::write(dir.path().join("channels/books.toml"), channel).unwrap();
        Self { asked, dir }
    }

    /// The host as a new process opens it.
    pub async fn host(&self) -> Host {
        let registry = Registry::of([Registration::of::<Bank>("0")]).unwrap();
        let builder = Host::builder().config_dir(self.dir.path()).registry(registry);
        builder.environment([]).open().await.unwrap()
    }
}
