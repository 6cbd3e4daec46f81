//! Settings are read to the end, and every problem is named with its key.

use serde_json::{Value, json};
use trueup_marketplace::{OpenError, Problem, Problems, Registration};

use crate::support::Acme;

/// The keys and messages of what is wrong with the settings after a change.
fn problems(change: Value) -> Vec<(String, String)> {
    let mut settings = json!({ "account": "us", "key": "k" });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    problems_of(settings)
}

fn problems_of(settings: Value) -> Vec<(String, String)> {
    let opened = Registration::of::<Acme>("1").open(settings);
    let found = opened.err().map(|error| error.problems).unwrap_or_default();
    found.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

fn keys(change: Value) -> Vec<String> {
    problems(change).into_iter().map(|(key, _)| key).collect()
}

#[test]
fn good_settings_open() {
    assert_eq!(problems(json!({})), []);
    let all =
        json!({ "rate": 7, "url": "http://[::1]:9", "report": { "to": "https://x.example" } });
    assert_eq!(problems(all), []);
}

#[test]
fn every_key_that_does_not_fit_is_named() {
    let change =
        json!({ "rate": 900, "url": "ftp://x.example", "report": { "to": 7 }, "colour": 1 });
    assert_eq!(keys(change), ["colour", "rate", "report.to", "url"]);
}

#[test]
fn what_the_connector_finds_is_named_as_well() {
    let change = json!({ "account": " ", "url": "nowhere" });
    assert_eq!(keys(change.clone()), ["url", "account"]);
    assert_eq!(problems(change)[1].1, "is empty; take it from the contract");
}

#[test]
fn a_key_put_aside_is_not_called_missing() {
    // Without its URL the connector would ask for one, and say something of no key.
    assert_eq!(keys(json!({ "rate": 70, "url": "nowhere" })), ["url"]);
    assert_eq!(keys(json!({ "rate": 70 })), ["url", ""]);
    let found = problems(json!({ "account": 7 }));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "account");
}

#[test]
fn what_cannot_be_read_at_all_is_one_problem() {
    for settings in [json!({}), json!([]), json!("text"), json!(null)] {
        assert_eq!(problems_of(settings.clone()).len(), 1, "{settings}");
    }
}

#[test]
fn a_missing_key_is_named() {
    let missing =
        |key: &str, field: &str| vec![(key.to_owned(), format!("missing field `{field}`"))];
    assert_eq!(problems_of(json!({ "account": "us" })), missing("key", "key"));
    assert_eq!(problems(json!({ "report": {} })), missing("report.to", "to"));
    let both = problems_of(json!({ "account": 7 }));
    let keys: Vec<&str> = both.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["account"], "{both:?}");
}

#[test]
fn no_message_shows_a_secret_or_a_url() {
    let found = problems(json!({
        "key": { "value": "s3cr3t-canary" }, "url": "http://us:s3cr3t-canary@x.example",
    }));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(!format!("{found:?}").contains("s3cr3t-canary"), "{found:?}");
}

#[test]
fn problems_are_collected_in_order() {
    let mut problems = Problems::default();
    problems.require("a", "text", "write it");
    problems.require("b", "", "write it");
    problems.add("c.d", "is odd");
    let problem = |key: &str, message: &str| Problem { key: key.into(), message: message.into() };
    let expected = vec![problem("b", "is empty; write it"), problem("c.d", "is odd")];
    assert_eq!(problems.finish(), Err(OpenError { problems: expected }));
    assert_eq!(Problems::default().finish(), Ok(()));
    assert_eq!(OpenError::at("a", "b").problems, vec![problem("a", "b")]);
}
