//! A channel to a simulator, with the proxy between them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use trueup_exchange::{Exchange, Options, Retries};
use trueup_marketplace::{
    Answer, Batch, BatchKey, Capabilities, Context, Error, FeedKind, Level, Line, LineKey,
    Locations, Marketplace, MemoryMailbox, Prepared, Receipt, RemoteLocation, Ticket,
};

use crate::bench::{Bench, Shelf, item};
use crate::fate::Told;
use crate::leak;
use crate::poll::{Switchboard, Switched};
use crate::proxy::Proxy;
use crate::unpaced::Unpaced;

/// How often the marketplace is asked what became of a feed, and how long between.
const QUESTIONS: usize = 400;
const BETWEEN: Duration = Duration::from_millis(5);

/// A channel under test.
pub(crate) struct Channel<B> {
    pub(crate) bench: B,
    pub(crate) marketplace: Arc<dyn Marketplace>,
    pub(crate) capabilities: Capabilities,
    pub(crate) proxy: Option<Proxy>,
    wire: Exchange,
    mailbox: MemoryMailbox,
    /// Between the marketplace and us, where it polls.
    pub(crate) switchboard: Switchboard,
    keys: AtomicU64,
}

/// A line to send: which item, at which of the bench's locations, how many.
pub(crate) type Wish = (usize, usize, i64);

impl<B: Bench> Channel<B> {
    /// Opens a channel to a simulator of its own.
    pub(crate) async fn open(items: usize) -> Result<Self, String> {
        let bench = B::start(items).await;
        let proxy = match bench.upstream() {
            Some(upstream) => Some(Proxy::start(upstream).await.map_err(said)?),
            None => None,
        };
        let settings = redirected(bench.settings(), &bench, proxy.as_ref());
        leak::guard_secrets(&B::registration().schema().to_value(), &settings);
        let opened = B::registration().open(settings);
        let marketplace = opened.map_err(|error| format!("the settings are refused: {error:?}"))?;
        leak::note(&format!("{marketplace:?}"));
        let wire = Exchange::open(Arc::new(Unpaced(Arc::clone(&marketplace))), options());
        let capabilities = marketplace.capabilities();
        Ok(Self {
            bench,
            marketplace,
            capabilities,
            proxy,
            wire: wire.map_err(said)?,
            mailbox: MemoryMailbox::default(),
            switchboard: Switchboard::default(),
            keys: AtomicU64::new(1),
        })
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context { wire: &self.wire, mailbox: &self.mailbox, now: Timestamp::now() }
    }

    /// The kind that sends a few lines and leaves the others alone, where there is one.
    pub(crate) fn kind(&self) -> FeedKind {
        match self.capabilities.takes_differential {
            true => FeedKind::Differential,
            false => FeedKind::TrueUp,
        }
    }

    /// A batch of these lines under a key of its own.
    pub(crate) fn batch(&self, kind: FeedKind, wishes: &[Wish]) -> Batch {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        let key = BatchKey(format!("tu7-1-{number}-640c"));
        let lines = wishes.iter().map(|wish| self.line(*wish)).collect();
        Batch { key, kind, is_dry_run: false, lines }
    }

    fn line(&self, (number, place, quantity): Wish) -> Line {
        let fields = self.capabilities.fields;
        let discontinued = false;
        Line {
            key: LineKey(i64::try_from(number * 8 + place).unwrap_or(i64::MAX)),
            part_number: item(number),
            location: self.location(place),
            remote_id: None,
            level: Level {
                quantity,
                on_orders: if fields.on_orders { 3 } else { 0 },
                backordered: if fields.backordered { 1 } else { 0 },
                next_available_on: None,
                discontinued,
            },
        }
    }

    fn location(&self, place: usize) -> Option<RemoteLocation> {
        let knows = self.capabilities.locations != Locations::None;
        B::locations().get(place).filter(|_| knows).cloned()
    }

    /// How many locations there are to send to; 1 where the marketplace knows none.
    pub(crate) fn places(&self) -> usize {
        match self.capabilities.locations {
            Locations::None => 1,
            Locations::Optional | Locations::Required => B::locations().len().max(1),
        }
    }

    /// Prepares, submits and settles a batch.
    pub(crate) async fn tell(&self, batch: &Batch) -> Told {
        let prepared = match self.marketplace.prepare(batch, &self.context()).await {
            Ok(prepared) => prepared,
            Err(error) => return self.failed(batch, &error, None),
        };
        self.submit(batch, prepared).await
    }

    /// Submits and settles what was prepared.
    pub(crate) async fn submit(&self, batch: &Batch, prepared: Prepared) -> Told {
        if prepared.withheld.len() >= batch.lines.len() {
            return Told::of(batch, &Receipt::new(Answer::Submitted), &prepared);
        }
        let submitted = self.marketplace.submit(batch, &prepared, &self.context()).await;
        self.told(batch, prepared, submitted).await
    }

    /// Whether the same request may be sent again under its key.
    pub(crate) fn knows_keys(&self) -> bool {
        !self.capabilities.key_life.is_zero()
    }

    /// Finds out what became of a batch whose answer was lost; where there are no keys, not before
    /// it must have settled.
    pub(crate) async fn resolve(&self, batch: &Batch, prepared: Prepared) -> Told {
        let wait = if self.knows_keys() { Duration::ZERO } else { self.capabilities.settle };
        let now = Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
        let context = Context { now, ..self.context() };
        let resolved = self.marketplace.resolve(batch, &prepared, &context).await;
        match resolved {
            // Whatever became of this question, the first request is as unclear as before.
            Err(error) => {
                let unclear = Error::unknown(error.kind(), error.to_string());
                self.failed(batch, &unclear, Some(prepared))
            }
            resolved => self.told(batch, prepared, resolved).await,
        }
    }

    async fn told(
        &self,
        batch: &Batch,
        prepared: Prepared,
        answered: Result<Receipt, Error>,
    ) -> Told {
        let receipt = match answered {
            Ok(receipt) => receipt,
            Err(error) => return self.failed(batch, &error, Some(prepared)),
        };
        leak::note(&format!("{receipt:?}"));
        match receipt.answer() {
            Answer::Pending(ticket) => {
                let settled = self.settle(batch, ticket).await;
                // Lines that the first answer refused stay refused.
                let first = Told::of(batch, &receipt, &prepared);
                let mut told = Told::of(batch, &settled.unwrap_or(receipt.clone()), &prepared);
                let refused = first.fates.into_iter();
                let singled_out = |key: &LineKey| receipt.exceptions().contains_key(key);
                told.fates.extend(refused.filter(|(key, _)| singled_out(key)));
                told
            }
            Answer::Applied | Answer::Submitted => Told::of(batch, &receipt, &prepared),
        }
    }

    fn switched(&self) -> Switched<'_> {
        Switched { marketplace: self.marketplace.as_ref(), switchboard: &self.switchboard }
    }

    /// Asks until the answer is final.
    async fn settle(&self, batch: &Batch, ticket: &Ticket) -> Option<Receipt> {
        for _ in 0..QUESTIONS {
            self.bench.attend(&self.switched(), &self.mailbox).await;
            match self.marketplace.settle(batch, ticket, &self.context()).await {
                Ok(receipt) if !matches!(receipt.answer(), Answer::Pending(_)) => {
                    return Some(receipt);
                }
                Ok(_) => {}
                Err(error) => leak::note_error(&error),
            }
            tokio::time::sleep(BETWEEN).await;
        }
        None
    }

    fn failed(&self, batch: &Batch, error: &Error, prepared: Option<Prepared>) -> Told {
        leak::note_error(error);
        let keeps = self.capabilities.effect.keeps_request();
        Told::failed(batch, error, prepared.filter(|_| keeps))
    }

    /// Tells what was not told yet, resolving lost answers first, until every line is at rest.
    pub(crate) async fn insist(&self, batch: Batch, told: Told) -> Result<(), String> {
        let (mut batch, mut told) = (batch, told);
        for _ in 0..6 {
            if let Some(prepared) = told.unresolved.take() {
                told = self.resolve(&batch, prepared).await;
                continue;
            }
            let open: Vec<LineKey> = told.open().collect();
            if open.is_empty() {
                return Ok(());
            }
            let number = self.keys.fetch_add(1, Ordering::Relaxed);
            batch.key = BatchKey(format!("tu7-1-{number}-640c"));
            batch.lines.retain(|line| open.contains(&line.key));
            told = self.tell(&batch).await;
        }
        Err(format!("after 6 attempts without a fault, lines are still open: {:?}", told.fates))
    }

    /// What the shelf shows of a line.
    pub(crate) fn shown(shelf: &Shelf, line: &Line) -> i64 {
        let location = line.location.as_ref().map_or(String::new(), ToString::to_string);
        shelf.get(&(line.part_number.to_string(), location)).copied().unwrap_or_default()
    }
}

/// The settings with the proxy in place of the simulator.
fn redirected<B: Bench>(settings: Value, bench: &B, proxy: Option<&Proxy>) -> Value {
    let (Some(upstream), Some(proxy)) = (bench.upstream(), proxy) else { return settings };
    let (from, to) = (format!("http://{upstream}"), format!("http://{}", proxy.address));
    replaced(settings, &from, &to)
}

fn replaced(value: Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(from, to)),
        Value::Array(items) => items.into_iter().map(|item| replaced(item, from, to)).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(key, item)| (key, replaced(item, from, to))).collect()
        }
        other => other,
    }
}

/// Back-off in no time.
fn options() -> Options {
    let short = Duration::from_millis(1);
    let retries = Retries {
        backoff_base: short,
        backoff_max: short,
        rest_max: short,
        budget: 1_000_000,
        ..Retries::default()
    };
    Options { retries, ..Options::default() }
}

fn said(error: impl ToString) -> String {
    error.to_string()
}
