//! A channel's `[settings]`.

use schemars::JsonSchema;
use serde::Deserialize;
use trueup_marketplace::{Endpoint, Secret};

/// How a channel reaches the shop.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the shop's API is. Plain http only to this machine.
    pub api_url: Endpoint,
    /// The token from the shop's back office, Integrations.
    pub api_token: Secret,
    /// How long after an unclear outcome a request could still take effect at the shop.
    #[serde(default = "default_settle_seconds")]
    pub settle_seconds: u32,
}

const fn default_settle_seconds() -> u32 {
    600
}
