//! A channel's `[settings]`, and what is checked of them before anything is sent.

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};

use http::{HeaderValue, Uri, uri::Authority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{Problem, Secret};

/// How a channel reaches Wayfair and what it may tell it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which of Wayfair's two environments the application belongs to.
    #[serde(default)]
    pub environment: Environment,
    /// The client id of the application, from Partner Home, Developer, Application Management.
    #[schemars(length(min = 1))]
    pub client_id: String,
    /// The client secret of the same application. Wayfair shows it once.
    pub client_secret: Secret,
    /// Where the API is, if not at Wayfair: a proxy or a simulator. Plain http only to this
    /// machine. Without a path, `/v1/graphql` is meant.
    #[serde(default)]
    pub api_url: Option<String>,
    /// Where tokens come from, if not from Wayfair. Plain http only to this machine. Without a
    /// path, `/oauth/token` is meant.
    #[serde(default)]
    pub auth_url: Option<String>,
    /// What is sent as quantity on hand where nothing is left and orders wait for more.
    #[serde(default)]
    pub when_backordered: WhenBackordered,
    /// Whether Wayfair is asked what became of a feed.
    #[serde(default)]
    pub confirm: Confirm,
    /// The most lines a True-Up may have. Wayfair publishes no limit for production; its sandbox
    /// takes 500. A longer True-Up is not sent at all.
    #[serde(default)]
    pub true_up_lines_max: Option<NonZeroUsize>,
    /// The request rate. Wayfair publishes none.
    #[serde(default = "default_requests_per_minute")]
    pub requests_per_minute: NonZeroU32,
    /// The `Wayfair-Integration-Agent` header by which Wayfair's support recognises the sender;
    /// empty sends none.
    #[serde(default = "default_integration_agent")]
    pub integration_agent: String,
    /// How long after an unclear outcome a request could still take effect at Wayfair. The number
    /// is confirmed again once it has passed.
    #[serde(default = "default_settle_seconds")]
    pub settle_seconds: u32,
}

const fn default_requests_per_minute() -> NonZeroU32 {
    NonZeroU32::new(60).expect("60 is not 0")
}

fn default_integration_agent() -> String {
    concat!("trueup - v:", env!("CARGO_PKG_VERSION")).to_owned()
}

const fn default_settle_seconds() -> u32 {
    600
}

/// Wayfair's environments. Credentials of one do not work in the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// What customers see.
    #[default]
    Production,
    /// For trying: True-Ups of at most 500 lines, no Differential.
    Sandbox,
}

impl Environment {
    /// Its name in settings files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }

    /// The host root that tokens are made for. It names the environment, so it stays the same
    /// wherever the API is reached.
    pub(crate) const fn audience(self) -> &'static str {
        match self {
            Self::Production => "https://api.wayfair.com/",
            Self::Sandbox => "https://sandbox.api.wayfair.com/",
        }
    }
}

/// What is sent as quantity on hand where nothing is left and orders wait for more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenBackordered {
    /// 0: out of stock.
    #[default]
    Zero,
    /// −1, which Wayfair reserves for eligible distributors with variable lead times.
    MinusOne,
}

/// Whether Wayfair is asked what became of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// Where Wayfair offers to tell. Otherwise feeds are submitted, not confirmed.
    #[default]
    WhenOffered,
    /// Never: feeds are submitted, not confirmed.
    Never,
}

/// What the settings say of the connection, checked.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    pub(crate) api_url: String,
    pub(crate) auth_url: String,
    pub(crate) agent: Option<HeaderValue>,
}

impl Endpoints {
    /// Checks everything the types cannot, and names every problem.
    pub(crate) fn check(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let texts = [
            ("client_id", settings.client_id.as_str()),
            ("client_secret", settings.client_secret.expose()),
        ];
        let missing = texts.iter().filter(|(_, text)| text.trim().is_empty());
        problems.extend(missing.map(|(key, _)| {
            let from = "is empty; take it from Partner Home, Developer, Application Management";
            problem(key, from)
        }));

        let root = settings.environment.audience();
        let mut endpoint = |key, given: &Option<String>, home: String, path| {
            let Some(given) = given else { return home };
            checked_url(given, path).unwrap_or_else(|message| {
                problems.push(problem(key, message));
                home
            })
        };
        let api_home = format!("{root}v1/graphql");
        let api_url = endpoint("api_url", &settings.api_url, api_home, "/v1/graphql");
        let auth_home = "https://sso.auth.wayfair.com/oauth/token".to_owned();
        let auth_url = endpoint("auth_url", &settings.auth_url, auth_home, "/oauth/token");

        let agent = HeaderValue::from_str(&settings.integration_agent);
        if agent.is_err() {
            let message = "has a character that headers cannot carry; use plain letters";
            problems.push(problem("integration_agent", message));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let agent = agent.ok().filter(|agent| !agent.is_empty());
        Ok(Self { api_url, auth_url, agent })
    }
}

fn problem(key: &str, message: impl Into<String>) -> Problem {
    let (key, message) = (key.to_owned(), message.into());
    Problem { key, message }
}

/// The URL with `path` where it has none. Messages never repeat it: it may hold a password.
fn checked_url(given: &str, path: &str) -> Result<String, String> {
    let invalid = "is not an absolute URL such as https://proxy.example.com";
    let uri: Uri = given.parse().map_err(|_| invalid.to_owned())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(invalid.to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("holds a user name; credentials belong into client_id and client_secret".into());
    }
    match scheme {
        "https" => {}
        "http" if is_this_machine(authority) => {}
        "http" => {
            let host = authority.host();
            return Err(format!(
                "would send the secret to {host} in clear text; use https, or http to 127.0.0.1 only"
            ));
        }
        other => return Err(format!("starts with {other}; use https")),
    }
    let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
    let end = if is_bare { path } else { "" };
    let start = if is_bare { given.trim_end_matches('/') } else { given };
    Ok(format!("{start}{end}"))
}

fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let address: Option<IpAddr> = host.parse().ok();
    host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}
