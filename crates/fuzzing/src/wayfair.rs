//! Wayfair's answers.

use serde_json::{Value, json};
use trueup_marketplace::{Answer, Connector, Ticket};
use trueup_wayfair::Wayfair;

use crate::alien::{self, Given, LINES, batch};
use crate::answers::responses;

const HANDLE: &str = "h-1";
const LOCATION: Option<&str> = Some("81454");

/// Any answer to a submission of four lines.
///
/// # Panics
/// Where a line is taken for received that the answer does not speak for.
pub fn wayfair_submit(bytes: &[u8]) {
    let (marketplace, batch) = (wayfair(), batch(LOCATION));
    let (prepared, _) =
        alien::prepare(&marketplace, &batch, responses(b"")).expect("four plain lines");
    let Some(told) = alien::submit(&marketplace, &batch, &prepared, responses(bytes)) else {
        return;
    };
    assert_ne!(told.answer, Some(Answer::Applied), "a submission proves nothing applied");
    told.is_justified(|given, line| {
        speaks(given, &given.answer["data"]["inventory"]["save"], line)
    });
}

/// Any answer to the question what became of them.
///
/// # Panics
/// Where a line is taken for applied that the answer does not speak for.
pub fn wayfair_settle(bytes: &[u8]) {
    let ticket = Ticket(HANDLE.to_owned());
    let told = alien::settle(&wayfair(), &batch(LOCATION), &ticket, responses(bytes));
    let Some(told) = told.filter(|told| told.answer == Some(Answer::Applied)) else { return };
    told.is_justified(|given, line| {
        let all = given.answer["data"]["transactions"].as_array().cloned().unwrap_or_default();
        let ours = all.iter().find(|told| told["handle"] == HANDLE);
        ours.is_some_and(|ours| speaks(given, ours, line) && is_complete(ours, told.unharmed.len()))
    });
}

/// Whether the feed is over, and as many lines as are taken for applied were.
fn is_complete(ours: &Value, unharmed: usize) -> bool {
    let completed = ours["completedCount"].as_u64().and_then(|count| usize::try_from(count).ok());
    ours["status"] == "COMPLETE"
        && ours["itemCount"] == LINES
        && ours["processingCount"] == 0
        && completed >= Some(unharmed)
}

/// Whether the answer says that Wayfair has the feed, and refuses neither it nor the line. An error
/// that fits no line makes all of them unknown.
fn speaks(given: &Given, told: &Value, line: i64) -> bool {
    let known = [Value::Null, json!("NEW"), json!("PROCESSING"), json!("COMPLETE")];
    let refused = told["errors"].as_array().cloned().unwrap_or_default();
    let key = |error: &Value| error["key"].as_str().unwrap_or_default().to_lowercase();
    let is_ours = |key: &String| (1..=LINES).any(|line| *key == format!("p{line}"));
    let refused: Vec<String> = refused.iter().map(key).collect();
    let complaints = &given.answer["errors"];
    told.is_object()
        && (complaints.is_null() || *complaints == json!([]))
        && (told["handle"].is_string() || told["status"].is_string())
        && known.contains(&told["status"])
        && refused.iter().all(is_ours)
        && !refused.contains(&format!("p{line}"))
}

fn wayfair() -> Wayfair {
    let settings = toml::from_str("client_id = \"us\"\nclient_secret = \"s\"");
    Wayfair::open(settings.expect("all that is required")).expect("all that is required")
}
