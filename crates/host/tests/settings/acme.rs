//! Two small marketplaces that exist to have settings.
#![expect(dead_code, reason = "settings are read, and then nothing is done with them")]

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use trueup_marketplace::{
    Batch, Capabilities, Checked, Connector, Context, Error, Locations, Marketplace, OpenError,
    Prepared, Receipt, Registration, Registry, RemoteLocation, Request, Secret,
};

/// A marketplace with locations, an enumeration, a number, and secrets at several depths.
#[derive(Debug)]
pub struct Acme {
    pub settings: AcmeSettings,
}

/// The settings of an Acme account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcmeSettings {
    /// Which of Acme's systems. The default is none.
    pub environment: Environment,
    /// The account's id. It is no secret.
    pub client_id: String,
    /// The account's secret.
    pub client_secret: Secret,
    /// Seconds between two requests.
    #[serde(default)]
    #[schemars(range(min = 1, max = 60))]
    pub pause_seconds: Option<u32>,
    /// Where to report to.
    #[serde(default)]
    pub webhook: Option<Webhook>,
    /// How to sign in, where that differs.
    #[serde(default)]
    pub login: Option<Login>,
}

/// Where to report to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// What signs a report.
    pub signing_key: Option<Secret>,
}

/// How to sign in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Login {
    /// With a token.
    Token {
        /// The token.
        token: Secret,
    },
    /// With a name and a password.
    Password {
        /// The name.
        name: String,
        /// The password.
        password: Secret,
    },
}

/// Which system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The real one.
    Production,
    /// One to try things in.
    Sandbox,
}

impl Connector for Acme {
    const ID: &'static str = "acme";
    const TITLE: &'static str = "Acme";
    type Settings = AcmeSettings;

    fn open(settings: AcmeSettings) -> Result<Self, OpenError> {
        if settings.client_id.contains(' ') {
            // A careless connector: it names the secret in its message.
            let secret = settings.client_secret.expose();
            let message = format!("has a blank (the secret is {secret})");
            return Err(OpenError::at("client_id", message));
        }
        Ok(Self { settings })
    }

    fn example() -> &'static str {
        "# Our location -> Acme's.\n[locations]\nMAIN = \"A-1\"\n\n[settings]\n\
         environment = \"sandbox\"\nclient_id = \"your-client-id\"\n\
         client_secret = { env = \"ACME_SECRET\" }\n"
    }
}

#[async_trait]
impl Marketplace for Acme {
    fn capabilities(&self) -> Capabilities {
        Capabilities { locations: Locations::Required, ..Capabilities::least() }
    }

    fn check_location(&self, location: &RemoteLocation) -> Result<(), String> {
        if location.as_str().starts_with("A-") {
            return Ok(());
        }
        Err("Acme's locations start with A-".to_owned())
    }

    fn token_request(&self, _: Option<&Secret>) -> Option<Request> {
        let secret = self.settings.client_secret.expose();
        Some(Request::post_json("sign in", "https://acme.example", &secret))
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        unreachable!("settings send nothing")
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        unreachable!("settings send nothing")
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked(format!("at {} with {}", context.now, self.settings.client_id)))
    }
}

/// A marketplace without settings, locations and differential feeds.
#[derive(Debug)]
pub struct Bare;

/// Nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BareSettings {}

impl Connector for Bare {
    const ID: &'static str = "bare";
    const TITLE: &'static str = "Bare";
    type Settings = BareSettings;

    fn open(_: BareSettings) -> Result<Self, OpenError> {
        Ok(Self)
    }

    fn example() -> &'static str {
        "[settings]\n"
    }
}

#[async_trait]
impl Marketplace for Bare {
    fn capabilities(&self) -> Capabilities {
        Capabilities { takes_differential: false, ..Capabilities::least() }
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        unreachable!("settings send nothing")
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        unreachable!("settings send nothing")
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        unreachable!("settings send nothing")
    }
}

/// Both, as a host has them.
pub fn registry() -> Registry {
    Registry::of([Registration::of::<Acme>("1.0.0"), Registration::of::<Bare>("1.0.0")]).unwrap()
}
