//! The `[settings]` table, as hosts see it.

use std::time::Duration;

use serde_json::{Value, json};
use trueup_marketplace::{Effect, Marketplace, OpenError, Registry};

use crate::support::open_with;

fn problems(change: Value) -> Vec<(String, String)> {
    let mut settings = json!({
        "realm_id": "46", "client_id": "c", "client_secret": "s", "adjust_account": "91",
        "time_zone": "America/New_York",
    });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let registry = Registry::linked().unwrap();
    let opened = registry.get("quickbooks_online").unwrap().open(settings);
    let OpenError { problems } = opened.err().unwrap_or(OpenError { problems: vec![] });
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

#[test]
fn every_problem_is_named_with_its_key() {
    assert_eq!(problems(json!({})), []);
    for (change, key, words) in [
        (json!({ "realm_id": "my company" }), "realm_id", "company id"),
        (json!({ "adjust_account": "Shrinkage" }), "adjust_account", "account's id"),
        (json!({ "time_zone": "New York" }), "time_zone", "IANA"),
        (json!({ "client_secret": "" }), "client_secret", "developer.intuit.com"),
        (json!({ "api_url": "http://example.com" }), "api_url", "https"),
        (json!({ "match_by": "barcode" }), "match_by", "barcode"),
        (json!({ "colour": 1 }), "colour", "colour"),
    ] {
        let found = problems(change);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, key);
        assert!(found[0].1.contains(words), "{found:?}");
    }
}

#[tokio::test]
async fn capabilities_follow_the_settings() {
    let company = open_with(&[], |settings| {
        settings.insert("request_id_minutes".into(), 5.into());
        settings.insert("settle_seconds".into(), 300.into());
    });
    let can = company.await.channel.capabilities();
    assert_eq!(can.effect, Effect::KeyedDifference);
    let (key, settle) = (Duration::from_secs(300), Duration::from_secs(300));
    assert_eq!((can.key_life, can.settle), (key, settle));
}
