//! A channel's `[settings]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{Endpoint, OpenError, Problems, Secret};

/// How a channel reaches a store, and what it may do there.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The store: `example-store`, or `example-store.myshopify.com`. Not the address customers see.
    #[schemars(length(min = 1))]
    pub shop: String,
    /// The client id of an app of the Dev Dashboard. Goes with `client_secret`.
    pub client_id: Option<String>,
    /// The client secret of the same app. Goes with `client_id`.
    pub client_secret: Option<Secret>,
    /// The Admin API access token of a custom app made in the store's admin before 2026, instead of
    /// `client_id` and `client_secret`.
    pub access_token: Option<Secret>,
    /// The version of the Admin API, 2026-04 or later.
    #[serde(default = "default_api_version")]
    pub api_version: String,
    /// Which of Shopify's quantities is set.
    #[serde(default)]
    pub quantity: Quantity,
    /// What happens where a quantity changed at Shopify between reading and setting it.
    #[serde(default)]
    pub when_changed: WhenChanged,
    /// Which products have their stock told.
    #[serde(default)]
    pub products: Products,
    /// What happens to an item that is not stocked at the location.
    #[serde(default)]
    pub when_not_stocked: WhenNotStocked,
    /// What happens to an item whose quantity Shopify does not track.
    #[serde(default)]
    pub when_not_tracked: WhenNotTracked,
    /// What counts as proof that a quantity is in force.
    #[serde(default)]
    pub confirm: Confirm,
    /// Where the store is reached, if not at Shopify: a proxy or a simulator, without a path. Plain
    /// http only to this machine.
    pub api_url: Option<Endpoint>,
}

fn default_api_version() -> String {
    "2026-10".to_owned()
}

/// Which of Shopify's quantities is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// What can be sold. Our number has the open orders, this store's included, subtracted.
    #[default]
    Available,
    /// What lies there. Shopify subtracts this store's open orders itself.
    OnHand,
}

/// What happens where a quantity changed at Shopify between reading and setting it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenChanged {
    /// It is left, read again and planned anew.
    #[default]
    Replan,
    /// It is overwritten: nothing is compared.
    Overwrite,
}

/// Which products have their stock told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Products {
    /// Those with status Active.
    #[default]
    Active,
    /// Drafts and archived ones too.
    Any,
}

/// What happens to an item that is not stocked at the location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenNotStocked {
    /// It is stocked there first.
    #[default]
    Activate,
    /// The line is refused.
    Refuse,
}

/// What happens to an item whose quantity Shopify does not track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenNotTracked {
    /// The line is refused: with tracking on, 0 takes a product off sale, which is the merchant's to
    /// decide.
    #[default]
    Refuse,
    /// Tracking is switched on first.
    Track,
}

/// What counts as proof that a quantity is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// Shopify's answer.
    #[default]
    Answer,
    /// The quantity, read again after the answer.
    ReadBack,
}

/// How a channel logs in: with exactly one of the two.
#[derive(Clone, Debug)]
pub(crate) enum Login {
    App { id: String, secret: Secret },
    Token(Secret),
}

impl Settings {
    /// The login and the store's name, or everything that is wrong.
    pub(crate) fn checked(&self) -> Result<(Login, String), OpenError> {
        let mut problems = Problems::default();
        let name = self.shop.trim().trim_end_matches(".myshopify.com").to_owned();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if name.is_empty() || !name.chars().all(is_plain) {
            let fix = "write the part of its admin address before .myshopify.com";
            problems.add("shop", format!("is not the name of a store; {fix}"));
        }
        if !is_version(&self.api_version) {
            problems.add("api_version", "is not a version from 2026-04 on, such as 2026-10");
        }
        if self.api_url.as_ref().is_some_and(|url| !url.or_path("/-").ends_with("/-")) {
            problems.add("api_url", "has a path; write the address alone");
        }
        let login = self.login(&mut problems);
        problems.finish()?;
        let nothing = || OpenError::at("", "say how to log in");
        Ok((login.ok_or_else(nothing)?, name))
    }

    fn login(&self, problems: &mut Problems) -> Option<Login> {
        let texts = [
            ("client_id", self.client_id.as_deref()),
            ("client_secret", self.client_secret.as_ref().map(Secret::expose)),
            ("access_token", self.access_token.as_ref().map(Secret::expose)),
        ];
        for (key, text) in texts {
            problems.require(
                key,
                text.unwrap_or("-"),
                "copy it from the app's page, or leave it out",
            );
        }
        let (key, fix) = match (&self.client_id, &self.client_secret, &self.access_token) {
            (Some(id), Some(secret), None) => {
                return Some(Login::App { id: id.clone(), secret: secret.clone() });
            }
            (None, None, Some(token)) => return Some(Login::Token(token.clone())),
            (_, _, Some(_)) => {
                ("access_token", "stands beside client_id or client_secret; keep one way to log in")
            }
            (Some(_), None, None) => ("client_secret", "is missing beside client_id"),
            (None, _, None) => {
                ("client_id", "is missing; write client_id and client_secret, or access_token")
            }
        };
        problems.add(key, fix);
        None
    }
}

/// Before 2026-04 the set took other fields.
fn is_version(text: &str) -> bool {
    let (year, month) = text.split_once('-').unwrap_or_default();
    let is_form = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    is_form && matches!(month, "01" | "04" | "07" | "10") && text >= "2026-04"
}
