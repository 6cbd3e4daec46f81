//! A shop that polls, and connectors with one flaw in how they answer it.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trueup_conformance::{Bench, Shelf};
use trueup_marketplace::{
    Acknowledges, Answer, Batch, BatchKey, Call, Capabilities, Checked, Connector, Contact,
    Context, Error, Invitation, Letter, Limit, Mailbox, Marketplace, Method, OpenError, Polled,
    Prepared, Receipt, Registration, Reply, Ticket,
};

/// Nothing is wrong.
pub const SOUND: u8 = 0;
/// What was handed over counts as done.
pub const TRUSTS_THE_WIRE: u8 = 1;
/// A message that was handed over before is handed over again, and the shop adds.
pub const ADDS_AGAIN: u8 = 2;
/// A call that cannot be read counts as the shop's word that it is done.
pub const BELIEVES_ANY_CALL: u8 = 3;

/// The settings of a channel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the shop calls itself.
    name: String,
}

/// A connector with a flaw.
#[derive(Debug)]
pub struct Pager<const FLAW: u8>;

/// What the shop says: nothing is done and it asks for work, or this is done.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Words {
    done: Option<String>,
}

/// What it is told: the key of a message, and its lines.
#[derive(Debug, Deserialize, Serialize)]
struct Work {
    key: String,
    lines: Vec<(String, i64)>,
}

impl<const FLAW: u8> Connector for Pager<FLAW> {
    const ID: &'static str = "pager";
    const TITLE: &'static str = "Pager";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        drop(settings.name);
        Ok(Self)
    }

    fn example() -> &'static str {
        "[settings]\nname = \"corner shop\"\n"
    }
}

#[async_trait]
impl<const FLAW: u8> Marketplace for Pager<FLAW> {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            acknowledges: Acknowledges::Ticket,
            contact: Contact::TheyPoll,
            lines_per_batch: Limit::lines(20),
            settle: Duration::from_secs(60),
            ..Capabilities::least()
        }
    }

    fn polled(&self) -> Option<&dyn Polled> {
        Some(self)
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let line =
            |line: &trueup_marketplace::Line| (line.part_number.clone(), line.level.quantity);
        let lines: Vec<_> = batch.lines.iter().map(line).collect();
        Ok(Prepared::json(&json!({ "key": batch.key.0, "lines": lines }), Vec::new()))
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        context.mailbox.post(&batch.key, prepared.body.clone()).await?;
        Ok(Receipt::pending(&Ticket(batch.key.0.clone())))
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        match context.mailbox.look(&batch.key).await? {
            Letter::Answered(_) => Ok(Receipt::new(Answer::Applied)),
            Letter::Fetched if FLAW == TRUSTS_THE_WIRE => Ok(Receipt::new(Answer::Applied)),
            Letter::Waiting | Letter::Fetched => Ok(Receipt::pending(ticket)),
            Letter::Absent => Ok(Receipt::new(Answer::Submitted)),
        }
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked("the shop calls when it likes".to_owned()))
    }
}

#[async_trait]
impl<const FLAW: u8> Polled for Pager<FLAW> {
    async fn answer(&self, call: &Call, mailbox: &dyn Mailbox) -> Reply {
        let words = serde_json::from_slice::<Words>(&call.body);
        let Ok(words) = words else {
            if FLAW == BELIEVES_ANY_CALL
                && let Some(letter) = mailbox.fetch().await.unwrap()
            {
                mailbox.reply(&letter.key, "done".into()).await.unwrap();
            }
            return reply(StatusCode::BAD_REQUEST, &Value::Null);
        };
        if let Some(done) = words.done {
            mailbox.reply(&BatchKey(done), "done".into()).await.unwrap();
            return reply(StatusCode::OK, &Value::Null);
        }
        let Some(letter) = mailbox.fetch().await.unwrap() else {
            return reply(StatusCode::OK, &Value::Null);
        };
        let mut work: Value = serde_json::from_slice(&letter.message).unwrap();
        work["adds"] = json!(FLAW == ADDS_AGAIN && letter.is_repeat);
        reply(StatusCode::OK, &work)
    }

    fn invitation(&self, _: &str, _: &str) -> Result<Invitation, String> {
        Err("the shop knows by itself".to_owned())
    }
}

fn reply(status: StatusCode, body: &Value) -> Reply {
    Reply { status, content_type: "application/json", body: body.to_string().into() }
}

/// The shop.
pub struct Shop<const FLAW: u8>(Mutex<Shelf>);

impl<const FLAW: u8> Shop<FLAW> {
    /// Calls until there is no work, or something cannot be read.
    async fn visit(&self, polled: &dyn Polled, mailbox: &dyn Mailbox) -> Option<()> {
        loop {
            let work = said(polled, mailbox, &Words { done: None }).await?;
            let adds = work["adds"] == true;
            let work: Work = serde_json::from_value(work).ok()?;
            for (part, quantity) in work.lines {
                let mut shelf = self.0.lock().unwrap();
                let shown = shelf.entry((part, String::new())).or_default();
                *shown = if adds { *shown + quantity } else { quantity };
            }
            said(polled, mailbox, &Words { done: Some(work.key) }).await?;
        }
    }
}

async fn said(polled: &dyn Polled, mailbox: &dyn Mailbox, words: &Words) -> Option<Value> {
    let call = Call {
        method: Method::Post,
        query: String::new(),
        url: "http://127.0.0.1/".to_owned(),
        headers: HeaderMap::new(),
        body: serde_json::to_vec(words).ok()?.into(),
        now: Timestamp::now(),
    };
    let reply = polled.answer(&call, mailbox).await;
    (reply.status == StatusCode::OK).then(|| serde_json::from_slice(&reply.body).ok())?
}

#[async_trait]
impl<const FLAW: u8> Bench for Shop<FLAW> {
    fn registration() -> Registration {
        Registration::of::<Pager<FLAW>>("1.2.3")
    }

    async fn start(_: usize) -> Self {
        Self(Mutex::default())
    }

    fn settings(&self) -> Value {
        json!({ "name": "corner shop" })
    }

    async fn shelf(&self) -> Shelf {
        self.0.lock().unwrap().clone()
    }

    async fn attend(&self, marketplace: &dyn Marketplace, mailbox: &dyn Mailbox) {
        if mailbox.waits().await.unwrap() {
            self.visit(marketplace.polled().unwrap(), mailbox).await;
        }
    }
}
