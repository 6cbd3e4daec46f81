//! A simulated company and a channel to it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use trueup_exchange::{Exchange, Options, Retries};
use trueup_marketplace::{
    Answer, Batch, BatchKey, Connector, Context, Error, FeedKind, Level, Line, LineKey,
    LineVerdict, Marketplace, Prepared, Receipt,
};
use trueup_quickbooks_online::QuickBooksOnline;
use trueup_quickbooks_online_sandbox::QuickBooksOnlineSandbox;

pub struct Company {
    pub sandbox: QuickBooksOnlineSandbox,
    pub channel: Arc<QuickBooksOnline>,
    pub wire: Exchange,
}

/// A company with these faults and modes, and a channel with other settings where `change` says.
pub async fn open_with(faults: &[&str], change: impl FnOnce(&mut toml::Table)) -> Company {
    let options = trueup_quickbooks_online_sandbox::Options::default();
    let options = faults.iter().fold(options, |options, fault| options.with(fault));
    let sandbox = QuickBooksOnlineSandbox::start(options).await.unwrap();
    let file: toml::Table = toml::from_str(&sandbox.channel_settings()).unwrap();
    let mut settings = file["settings"].as_table().unwrap().clone();
    change(&mut settings);
    let channel = Arc::new(QuickBooksOnline::open(settings.try_into().unwrap()).unwrap());
    let short = Duration::from_millis(1);
    let retries = Retries { backoff_base: short, rest_max: short, ..Retries::default() };
    let options = Options { retries, ..Options::default() };
    let wire = Exchange::open(channel.clone(), options).unwrap();
    Company { sandbox, channel, wire }
}

pub async fn open(faults: &[&str]) -> Company {
    open_with(faults, |_| ()).await
}

impl Company {
    pub fn context(&self) -> Context<'_> {
        Context::calling(&self.wire, Timestamp::UNIX_EPOCH)
    }

    pub async fn prepare(&self, batch: &Batch) -> Prepared {
        self.channel.prepare(batch, &self.context()).await.unwrap()
    }

    pub async fn submit(&self, batch: &Batch) -> Result<Receipt, Error> {
        let prepared = self.prepare(batch).await;
        self.channel.submit(batch, &prepared, &self.context()).await
    }

    /// Books a batch that nothing is wrong with.
    pub async fn book(&self, batch: &Batch) {
        let receipt = self.submit(batch).await.unwrap();
        assert_eq!((receipt.answer(), receipt.exceptions().len()), (&Answer::Applied, 0));
    }

    pub fn on_hand(&self, sku: &str) -> f64 {
        self.sandbox.state().on_hand(sku).unwrap()
    }
}

/// A batch under this key; lines have the keys 1, 2, …
pub fn batch(key: &str, parts: &[(&str, i64)]) -> Batch {
    let line = |(position, (part, quantity)): (usize, &(&str, i64))| Line {
        key: LineKey(i64::try_from(position).unwrap() + 1),
        part_number: part.parse().unwrap(),
        location: None,
        remote_id: None,
        level: Level { quantity: *quantity, ..Level::default() },
    };
    let lines = parts.iter().enumerate().map(line).collect();
    Batch { key: BatchKey(key.to_owned()), kind: FeedKind::Differential, is_dry_run: false, lines }
}

/// What is said of a line: its code or reason.
pub fn said(verdict: &LineVerdict) -> String {
    match verdict {
        LineVerdict::Rejected(refusal) => format!("{}: {}", refusal.code, refusal.message),
        LineVerdict::NotApplied(why) => format!("not applied: {why}"),
        LineVerdict::Unknown(why) => format!("unknown: {why}"),
    }
}
