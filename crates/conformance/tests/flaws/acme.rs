//! A connector to a simulated shop, with the flaw of its variant.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use trueup_marketplace::{
    Acknowledges, Answer, Batch, Capabilities, Checked, Connector, Context, Effect, Endpoint,
    Error, Limit, Line, Marketplace, OpenError, Prepared, Receipt, Refusal, Request, Response,
    Secret, TrueUp,
};

use crate::shop::LINES_MAX;
use crate::variant::{Flaw, Variant};

pub struct Subject<V> {
    url: Endpoint,
    token: Secret,
    remembered: Mutex<HashMap<String, i64>>,
    sent: AtomicU64,
    variant: PhantomData<V>,
}

impl<V: Variant> Subject<V> {
    pub fn describe() -> &'static str {
        V::NAME
    }

    fn has(&self, flaw: Flaw) -> bool {
        V::FLAW == flaw
    }

    async fn save(&self, body: String, context: &Context<'_>) -> Result<Response, Error> {
        let url = format!("{}/stock", self.url.as_str().trim_end_matches('/'));
        context.wire.send(Request::post("save", url, "application/json", body)).await
    }

    fn wire_line(&self, line: &Line) -> Value {
        let mut quantity = line.level.quantity;
        if self.has(Flaw::ZeroIsOne) {
            quantity = quantity.max(1);
        }
        if self.has(Flaw::AddsFromMemory) {
            let remembered = self.remembered.lock().unwrap();
            let last = remembered.get(line.part_number.as_str()).copied().unwrap_or_default();
            // What was sent first is what it goes on adding.
            quantity = if last == quantity { quantity } else { quantity - last };
        }
        json!({ "sku": line.part_number, "quantity": quantity })
    }

    fn remember(&self, batch: &Batch) {
        let mut remembered = self.remembered.lock().unwrap();
        for line in &batch.lines {
            remembered.insert(line.part_number.to_string(), line.level.quantity);
        }
    }
}

impl<V: Variant> fmt::Debug for Subject<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.has(Flaw::Talkative) { self.token.expose() } else { "hidden" };
        f.debug_struct("Subject").field("token", &token).finish_non_exhaustive()
    }
}

impl<V: Variant> Connector for Subject<V> {
    const ID: &'static str = "acme";
    const TITLE: &'static str = "Acme";
    type Settings = V::Settings;

    fn open(settings: V::Settings) -> Result<Self, OpenError> {
        let (url, token) = settings.into();
        let (remembered, sent) = (Mutex::default(), AtomicU64::new(0));
        Ok(Self { url, token, remembered, sent, variant: PhantomData })
    }

    fn example() -> &'static str {
        V::EXAMPLE
    }
}

#[async_trait]
impl<V: Variant> Marketplace for Subject<V> {
    fn capabilities(&self) -> Capabilities {
        let most = if self.has(Flaw::OverfullBatches) { 2 * LINES_MAX } else { LINES_MAX };
        let whole = TrueUp::Whole(Limit::NONE);
        let is_keyed = self.has(Flaw::KeysWithoutLife);
        Capabilities {
            effect: if is_keyed { Effect::KeyedDifference } else { Effect::Absolute },
            acknowledges: Acknowledges::Applied,
            rehearses: true,
            lines_per_batch: Limit::lines(most),
            true_up: if self.has(Flaw::ClaimsWhole) { whole } else { TrueUp::Chunked },
            settle: Duration::from_secs(if self.has(Flaw::NoLateRequests) { 0 } else { 60 }),
            ..Capabilities::least()
        }
    }

    fn fixed_token(&self) -> Option<&Secret> {
        Some(&self.token)
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        if !self.has(Flaw::Unbounded) {
            self.capabilities().admit(batch)?;
        }
        let most = if self.has(Flaw::FirstLineOnly) { 1 } else { usize::MAX };
        let lines: Vec<_> =
            batch.lines.iter().take(most).map(|line| self.wire_line(line)).collect();
        let mut body = json!({
            "lines": lines,
            "adds": self.has(Flaw::AddsFromMemory),
            "rehearses": batch.is_dry_run && !self.has(Flaw::IgnoresDryRun),
        });
        if self.has(Flaw::NeverTheSame) {
            body["number"] = json!(self.sent.fetch_add(1, Ordering::Relaxed));
        }
        if self.has(Flaw::PreparesByWriting) {
            self.save(body.to_string(), context).await?;
        }
        Ok(Prepared { body: body.to_string().into(), withheld: Vec::new() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let body = String::from_utf8_lossy(&prepared.body).into_owned();
        let response = self.save(body, context).await?;
        let mut receipt = Receipt::new(Answer::Applied);
        if self.has(Flaw::BelievesAnything) {
            return Ok(receipt);
        }
        let refused: Vec<String> = response.json()?;
        self.remember(batch);
        if !self.has(Flaw::HidesRefusals) {
            let refusal = Refusal { code: "unknown".into(), message: "not sold here".into() };
            let named = refused.iter().map(|part| (part.as_str(), refusal.clone()));
            receipt.refuse_all(batch, named)?;
        }
        Ok(receipt)
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        let lines = match self.has(Flaw::ChecksByWriting) {
            true => json!([{ "sku": "ITEM-00000", "quantity": 1 }]),
            false => json!([]),
        };
        self.save(json!({ "lines": lines }).to_string(), context).await?;
        Ok(Checked("Acme answers".to_owned()))
    }
}
