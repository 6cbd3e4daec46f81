//! The flow: prepare, submit, check.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use trueup_marketplace::{
    Acknowledges, Batch, Capabilities, Checked, Connector, Context, Effect, Error, Limit, Line,
    Locations, Marketplace, OpenError, Pace, Prepared, Problems, Receipt, Request, Secret,
};

use crate::answer;
use crate::settings::Settings;

/// Lines per request, as the shop's API guide sets it.
const LINES_PER_BATCH: Limit = Limit::lines(100);

/// A channel to one account of the shop.
#[derive(Clone, Debug)]
pub struct Template {
    settings: Settings,
}

impl Connector for Template {
    const ID: &'static str = "template";
    const TITLE: &'static str = "Template";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let mut problems = Problems::default();
        let fix = "take it from the shop's back office, Integrations";
        problems.require("api_token", settings.api_token.expose(), fix);
        problems.finish()?;
        Ok(Self { settings })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for Template {
    // What is left out is the least: see `Capabilities::least`.
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            effect: Effect::Absolute,
            acknowledges: Acknowledges::Applied,
            lines_per_batch: LINES_PER_BATCH,
            locations: Locations::Required,
            settle: Duration::from_secs(self.settings.settle_seconds.into()),
            pace: Pace { requests: 60, per: Duration::from_secs(60), burst: 5 },
            ..Capabilities::least()
        }
    }

    fn fixed_token(&self) -> Option<&Secret> {
        Some(&self.settings.api_token)
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let lines: Vec<_> = batch.lines.iter().map(wire_line).collect();
        let body = json!({ "reference": batch.key, "lines": lines });
        Ok(Prepared { body: body.to_string().into(), withheld: Vec::new() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let (url, body) = (self.url("/v1/stock"), prepared.body.clone());
        let request = Request::post("save stock", url, "application/json", body);
        answer::read(batch, &context.wire.send(request).await?)
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let request = Request::get("read account", self.url("/v1/account"));
        let account: serde_json::Value = context.wire.send(request).await?.json()?;
        match account["name"].as_str() {
            Some(name) => Ok(Checked(format!("the shop knows this channel as `{name}`"))),
            None => Err(Error::unreadable("the answer names no account; check api_url")),
        }
    }
}

impl Template {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.api_url.as_str().trim_end_matches('/'))
    }
}

fn wire_line(line: &Line) -> serde_json::Value {
    json!({
        "sku": line.part_number,
        "warehouse": line.location,
        "quantity": line.level.quantity,
    })
}
