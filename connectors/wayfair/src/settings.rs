//! A channel's `[settings]`.

use std::num::{NonZeroU32, NonZeroUsize};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{Endpoint, Secret};

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
    pub api_url: Option<Endpoint>,
    /// Where tokens come from, if not from Wayfair. Plain http only to this machine. Without a
    /// path, `/oauth/token` is meant.
    pub auth_url: Option<Endpoint>,
    /// What is sent as quantity on hand where nothing is left and orders wait for more.
    #[serde(default)]
    pub when_backordered: WhenBackordered,
    /// Whether Wayfair is asked what became of a feed.
    #[serde(default)]
    pub confirm: Confirm,
    /// The most lines a True-Up may have. Wayfair publishes no limit for production; its sandbox
    /// takes 500. A longer True-Up is not sent at all.
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

    /// The API's root.
    pub(crate) const fn root(self) -> &'static str {
        match self {
            Self::Production => "https://api.wayfair.com",
            Self::Sandbox => "https://sandbox.api.wayfair.com",
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
