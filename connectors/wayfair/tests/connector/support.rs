//! Channels, batches and a wire that answers as told.

use jiff::Timestamp;
use serde_json::Value;
pub use trueup_conformance::{Scripted, answer};
use trueup_marketplace::{
    Batch, BatchKey, Connector, Context, Error, FeedKind, Level, Line, LineKey, LineVerdict,
    Marketplace, Receipt, Response, Ticket, Wire,
};
use trueup_wayfair::Wayfair;

pub const SECRET: &str = "s3cr3t-canary";

/// A channel with these settings beside the credentials.
pub fn wayfair(settings: &str) -> Wayfair {
    let text = format!("client_id = \"us\"\nclient_secret = \"{SECRET}\"\n{settings}");
    Wayfair::open(toml::from_str(&text).unwrap()).unwrap()
}

/// A line at supplier id 81454.
pub fn line(key: i64, part: &str, quantity: i64) -> Line {
    line_at(key, "81454", part, quantity)
}

pub fn line_at(key: i64, supplier: &str, part: &str, quantity: i64) -> Line {
    Line {
        key: LineKey(key),
        part_number: part.parse().unwrap(),
        location: Some(supplier.parse().unwrap()),
        remote_id: None,
        level: Level { quantity, ..Level::default() },
    }
}

pub fn batch(kind: FeedKind, lines: Vec<Line>) -> Batch {
    let key = BatchKey("batch-1".to_owned());
    Batch { key, kind, is_dry_run: false, lines }
}

/// A Differential of `P1`, `P2`, … with the line keys 1, 2, …
pub fn parts(count: i64) -> Batch {
    let lines = (1..=count).map(|n| line(n, &format!("P{n}"), n)).collect();
    batch(FeedKind::Differential, lines)
}

/// An answer to the mutation with these members of the transaction.
pub fn saved(transaction: Value) -> Response {
    let body = serde_json::json!({ "data": { "inventory": { "save": transaction } } });
    answer(200, body.to_string())
}

/// An answer to the query with this transaction.
pub fn told(transaction: Value) -> Response {
    let body = serde_json::json!({ "data": { "transactions": [transaction] } });
    answer(200, body.to_string())
}

pub fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

pub async fn submit_over(
    wayfair: &Wayfair,
    wire: &dyn Wire,
    batch: &Batch,
) -> Result<Receipt, Error> {
    let context = Context::calling(wire, Timestamp::UNIX_EPOCH);
    let prepared = wayfair.prepare(batch, &context).await?;
    assert!(prepared.withheld.is_empty());
    wayfair.submit(batch, &prepared, &context).await
}

/// What the channel makes of an answer to a submission.
pub async fn submit(settings: &str, batch: &Batch, answer: Response) -> Result<Receipt, Error> {
    let wayfair = wayfair(settings);
    let wire = Scripted::new(&wayfair, [answer]);
    submit_over(&wayfair, &wire, batch).await
}

pub async fn settle_over(
    wayfair: &Wayfair,
    wire: &dyn Wire,
    batch: &Batch,
    ticket: &str,
) -> Result<Receipt, Error> {
    let context = Context::calling(wire, Timestamp::UNIX_EPOCH);
    wayfair.settle(batch, &Ticket(ticket.to_owned()), &context).await
}

/// What the channel makes of an answer to the question about feed `h-1`.
pub async fn settle(batch: &Batch, answer: Response) -> Result<Receipt, Error> {
    let wayfair = wayfair("");
    let wire = Scripted::new(&wayfair, [answer]);
    settle_over(&wayfair, &wire, batch, "h-1").await
}

/// The keys of the lines that were refused, and of those whose fate is open.
pub fn exceptions(receipt: &Receipt) -> (Vec<i64>, Vec<i64>) {
    let of = |wanted: fn(&LineVerdict) -> bool| {
        let all = receipt.exceptions().iter();
        all.filter(|(_, verdict)| wanted(verdict)).map(|(key, _)| key.0).collect()
    };
    (
        of(|verdict| matches!(verdict, LineVerdict::Rejected(_))),
        of(|verdict| matches!(verdict, LineVerdict::Unknown(_))),
    )
}

/// Why a line is not what the rest is.
pub fn words(receipt: &Receipt, key: i64) -> String {
    match &receipt.exceptions()[&LineKey(key)] {
        LineVerdict::Rejected(refusal) => format!("{}: {}", refusal.code, refusal.message),
        LineVerdict::NotApplied(why) | LineVerdict::Unknown(why) => why.clone(),
    }
}
