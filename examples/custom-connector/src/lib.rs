//! A connector of one's own, outside trueup's `connectors/` folder: it tells a web hook of each
//! listing's level, one request per listing, and believes only an answer that repeats the level.

use std::time::Duration;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use trueup_marketplace::{
    Acknowledges, Answer, Batch, Capabilities, Checked, Connector, Context, Endpoint, Error,
    Marketplace, OpenError, Pace, Prepared, Receipt, Request, Secret,
};

/// How a channel reaches its web hook.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where levels are posted to.
    pub hook_url: Endpoint,
    /// What proves who we are.
    pub hook_token: Secret,
}

/// A channel to one web hook.
#[derive(Debug)]
pub struct Webhook(Settings);

impl Connector for Webhook {
    const ID: &'static str = "webhook";
    const TITLE: &'static str = "Web hook";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        Ok(Self(settings))
    }

    fn example() -> &'static str {
        "[settings]\nhook_url = \"https://hook.example/levels\"\nhook_token = { env = \"HOOK_TOKEN\" }\n"
    }
}

#[async_trait]
impl Marketplace for Webhook {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            acknowledges: Acknowledges::Applied,
            pace: Pace { requests: 10, per: Duration::from_secs(1), burst: 10 },
            ..Capabilities::least()
        }
    }

    fn fixed_token(&self) -> Option<&Secret> {
        Some(&self.0.hook_token)
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        // `admit` has seen to it that there is one.
        let levels = batch
            .lines
            .iter()
            .map(|line| json!({ "part": line.part_number, "level": line.level.quantity }));
        let levels: Value = levels.collect();
        Ok(Prepared { body: levels.to_string().into(), withheld: Vec::new() })
    }

    async fn submit(
        &self,
        _: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let (url, body) = (self.0.hook_url.as_str(), prepared.body.clone());
        let request = Request::post("tell level", url, "application/json", body);
        let echo: Value = context.wire.send(request).await?.json()?;
        let told: Value = serde_json::from_slice(&prepared.body).unwrap_or_default();
        match echo == told {
            true => Ok(Receipt::new(Answer::Applied)),
            false => Err(Error::unreadable("the hook does not repeat the level it was told")),
        }
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let request = Request::get("check access", self.0.hook_url.as_str());
        context.wire.send(request).await?;
        Ok(Checked("the hook answers".to_owned()))
    }
}

trueup_marketplace::register!(Webhook);
