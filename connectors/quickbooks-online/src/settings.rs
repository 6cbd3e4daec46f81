//! A channel's `[settings]`.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{Endpoint, Secret};

/// How a channel reaches a company, and how differences are booked there.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which of QuickBooks' environments the company is in.
    #[serde(default)]
    pub environment: Environment,
    /// The company id, which QuickBooks' API calls realm id.
    #[schemars(length(min = 1))]
    pub realm_id: String,
    /// The client id of the app, from developer.intuit.com, Keys & credentials.
    #[schemars(length(min = 1))]
    pub client_id: String,
    /// The client secret of the same app.
    pub client_secret: Secret,
    /// The id of the account that differences are booked against: an expense account.
    #[schemars(length(min = 1))]
    pub adjust_account: String,
    /// The company's time zone, an IANA name: what day an adjustment is booked on.
    pub time_zone: String,
    /// What part numbers are compared with.
    #[serde(default)]
    pub match_by: MatchBy,
    /// A refresh token from elsewhere to begin with, in place of `trueup connect`.
    pub refresh_token: Option<Secret>,
    /// How long QuickBooks is taken to know the id of a request. Intuit does not say.
    #[serde(default = "default_request_id_minutes")]
    pub request_id_minutes: NonZeroU32,
    /// How long after an unclear outcome a request could still take effect. QuickBooks ends
    /// requests after 120 s.
    #[serde(default = "default_settle_seconds")]
    pub settle_seconds: NonZeroU32,
    /// Where the API is, if not at QuickBooks: a proxy or a simulator. Plain http only to this
    /// machine.
    pub api_url: Option<Endpoint>,
    /// Where tokens come from, if not from Intuit. Plain http only to this machine.
    pub auth_url: Option<Endpoint>,
    /// Where a person consents, if not at Intuit. Plain http only to this machine.
    pub consent_url: Option<Endpoint>,
}

const fn default_request_id_minutes() -> NonZeroU32 {
    NonZeroU32::new(60).expect("an hour has minutes")
}

const fn default_settle_seconds() -> NonZeroU32 {
    NonZeroU32::new(240).expect("240 is not 0")
}

/// QuickBooks' environments. Credentials and companies of one do not work in the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Real companies.
    #[default]
    Production,
    /// Companies for trying.
    Sandbox,
}

impl Environment {
    /// The API's root.
    pub(crate) const fn root(self) -> &'static str {
        match self {
            Self::Production => "https://quickbooks.api.intuit.com",
            Self::Sandbox => "https://sandbox-quickbooks.api.intuit.com",
        }
    }
}

/// What part numbers are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// The item's SKU.
    #[default]
    Sku,
    /// The item's name.
    Name,
}

impl MatchBy {
    /// The field of an item.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Sku => "Sku",
            Self::Name => "Name",
        }
    }
}
