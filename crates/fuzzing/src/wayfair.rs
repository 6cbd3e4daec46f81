//! Wayfair's answers: no line is taken for received or applied without evidence.

use async_trait::async_trait;
use futures::executor::block_on;
use jiff::Timestamp;
use serde_json::{Value, json};
use trueup_marketplace::{
    Answer, Batch, BatchKey, Connector, Context, Error, ErrorKind, FeedKind, Level, Line, LineKey,
    LineVerdict, Marketplace, Receipt, Request, Response, Retry, Ticket, Verdict, Wire,
};
use trueup_wayfair::Wayfair;

use crate::answers::{body_of, response};

const LINES: i64 = 4;
const HANDLE: &str = "h-1";

/// Any answer to a submission of four lines.
///
/// # Panics
/// Where a line is taken for received that the answer does not speak for.
pub fn wayfair_submit(bytes: &[u8]) {
    let (response, marketplace, batch) = (response(bytes), wayfair(), batch());
    let wire = Always { marketplace: &marketplace, response: response.clone() };
    let context = Context::calling(&wire, Timestamp::UNIX_EPOCH);
    let prepared = block_on(marketplace.prepare(&batch, &context)).expect("four plain lines");
    let Ok(receipt) = block_on(marketplace.submit(&batch, &prepared, &context)) else { return };
    assert_ne!(receipt.answer(), &Answer::Applied, "a submission proves nothing applied");
    let body = body_of(&response);
    let told = &body["data"]["inventory"]["save"];
    is_justified(&response, &body, told, &receipt);
}

/// Any answer to the question what became of them.
///
/// # Panics
/// Where a line is taken for applied that the answer does not speak for.
pub fn wayfair_settle(bytes: &[u8]) {
    let (response, marketplace, batch) = (response(bytes), wayfair(), batch());
    let wire = Always { marketplace: &marketplace, response: response.clone() };
    let context = Context::calling(&wire, Timestamp::UNIX_EPOCH);
    let ticket = Ticket(HANDLE.to_owned());
    let Ok(receipt) = block_on(marketplace.settle(&batch, &ticket, &context)) else { return };
    if receipt.answer() != &Answer::Applied {
        return;
    }
    let body = body_of(&response);
    let all = body["data"]["transactions"].as_array().cloned().unwrap_or_default();
    let ours = all.iter().find(|told| told["handle"] == HANDLE).expect("it tells of our feed");
    is_justified(&response, &body, ours, &receipt);
    let unharmed = unharmed(&receipt).len();
    if unharmed > 0 {
        assert_eq!(ours["status"], "COMPLETE");
        assert_eq!(ours["itemCount"], LINES);
        assert_eq!(ours["processingCount"], 0);
        let completed = ours["completedCount"].as_u64().expect("a count");
        assert!(completed >= u64::try_from(unharmed).expect("four at most"));
    }
}

/// Whether the answer speaks for every line that no verdict of its own speaks against.
fn is_justified(response: &Response, body: &Value, told: &Value, receipt: &Receipt) {
    let unharmed = unharmed(receipt);
    if unharmed.is_empty() {
        return;
    }
    assert!(response.status.is_success());
    assert!(body["errors"].is_null() || body["errors"] == json!([]));
    assert!(told["handle"].is_string() || told["status"].is_string());
    let known = [Value::Null, json!("NEW"), json!("PROCESSING"), json!("COMPLETE")];
    assert!(known.contains(&told["status"]), "a status that is no success");
    let refused = told["errors"].as_array().cloned().unwrap_or_default();
    for error in &refused {
        let key = error["key"].as_str().unwrap_or_default().to_lowercase();
        let line = (1..=LINES).find(|line| key == format!("p{line}"));
        let line = line.expect("an error that fits no line makes all of them unknown");
        assert!(!unharmed.contains(&line), "P{line} is refused");
    }
}

/// The lines without a verdict of their own.
fn unharmed(receipt: &Receipt) -> Vec<i64> {
    let speaks_against = |line: &i64| match receipt.exceptions().get(&LineKey(*line)) {
        Some(LineVerdict::Rejected(_) | LineVerdict::Unknown(_)) => true,
        Some(_) => true,
        None => false,
    };
    (1..=LINES).filter(|line| !speaks_against(line)).collect()
}

fn wayfair() -> Wayfair {
    let settings = toml::from_str("client_id = \"us\"\nclient_secret = \"s\"");
    Wayfair::open(settings.expect("all that is required")).expect("all that is required")
}

fn batch() -> Batch {
    let line = |at: i64| Line {
        key: LineKey(at),
        part_number: format!("P{at}").parse().expect("a part number"),
        location: Some("81454".parse().expect("a location")),
        remote_id: None,
        level: Level { quantity: at, ..Level::default() },
    };
    let (key, kind) = (BatchKey("batch-1".to_owned()), FeedKind::Differential);
    Batch { key, kind, is_dry_run: false, lines: (1..=LINES).map(line).collect() }
}

/// A wire that gives one answer to every request, through the channel's verdict.
#[derive(Debug)]
struct Always<'a> {
    marketplace: &'a Wayfair,
    response: Response,
}

#[async_trait]
impl Wire for Always<'_> {
    async fn send(&self, _: Request) -> Result<Response, Error> {
        let refused = |kind, words: &str| Err(Error::not_applied(kind, Retry::Never, words));
        match self.marketplace.verdict(&self.response) {
            Verdict::Answered => Ok(self.response.clone()),
            Verdict::TokenRefused => refused(ErrorKind::Unauthorised, "token refused"),
            Verdict::Throttled(_) => refused(ErrorKind::Throttled, "throttled"),
            Verdict::Refused(words) => refused(ErrorKind::Refused, &words),
            Verdict::Unclear(words) => Err(Error::unknown(ErrorKind::Unavailable, words)),
        }
    }
}
