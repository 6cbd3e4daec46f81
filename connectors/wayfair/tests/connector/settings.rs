//! The `[settings]` table, as hosts see it.

use std::time::Duration;

use serde_json::{Value, json};
use trueup_marketplace::{
    Acknowledges, Connector, Limit, Marketplace, OpenError, Registry, SECRET_FORMAT, TrueUp,
};
use trueup_wayfair::{Settings, Wayfair};

use crate::support::{SECRET, wayfair};

fn problems(change: Value) -> Vec<(String, String)> {
    let mut settings = json!({ "client_id": "us", "client_secret": SECRET });
    let given = change.as_object().unwrap().clone();
    settings.as_object_mut().unwrap().extend(given);
    let registry = Registry::linked().unwrap();
    let opened = registry.get("wayfair").unwrap().open(settings);
    let OpenError { problems } = opened.err().unwrap_or(OpenError { problems: vec![] });
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

#[test]
fn the_marketplace_is_found_by_its_id() {
    let registry = Registry::linked().unwrap();
    let registration = registry.get("wayfair").unwrap();
    assert_eq!((registration.title, registration.version), ("Wayfair", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_example_parses_and_fits() {
    let example: toml::Table = toml::from_str(Wayfair::example()).unwrap();
    let mut settings = example["settings"].clone();
    // The host resolves secrets before a connector sees them.
    settings.as_table_mut().unwrap().insert("client_secret".into(), SECRET.into());
    let wayfair = Wayfair::open(settings.try_into::<Settings>().unwrap()).unwrap();
    for location in example["locations"].as_table().unwrap().values() {
        let location = location.as_str().unwrap().parse().unwrap();
        assert_eq!(wayfair.check_location(&location), Ok(()));
    }
}

#[test]
fn every_problem_is_named_with_its_key() {
    let all = problems(json!({
        "client_id": " ", "client_secret": "", "api_url": "api.wayfair.com",
        "auth_url": "http://sso.example.com/", "integration_agent": "a\nb",
    }));
    let keys: Vec<&str> = all.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["api_url", "auth_url", "client_id", "client_secret", "integration_agent"]);
    for (change, words) in [
        (json!({ "environment": "staging" }), "staging"),
        (json!({ "colour": "red" }), "colour"),
        (json!({ "requests_per_minute": 0 }), "nonzero"),
        (json!({ "true_up_lines_max": 0 }), "nonzero"),
        (json!({ "settle_seconds": -1 }), "-1"),
        (json!({ "client_secret": { "env": "X" } }), "a secret must be a text"),
    ] {
        let found = problems(change);
        assert!(found[0].1.contains(words), "{found:?}");
    }
}

#[test]
fn secrets_travel_in_clear_text_to_this_machine_only() {
    for url in
        ["http://127.0.0.1:80", "http://localhost/x", "http://[::1]:9", "https://proxy.example.com"]
    {
        assert_eq!(problems(json!({ "api_url": url, "auth_url": url })), []);
    }
    for url in [
        "http://api.wayfair.com/v1/graphql",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "https://us:s3cr3t-canary@proxy.example.com",
        "s3cr3t-canary",
        "/v1/graphql",
        "",
    ] {
        let found = problems(json!({ "api_url": url }));
        assert_eq!(found.len(), 1, "{url}");
        assert_eq!(found[0].0, "api_url");
        assert!(!found[0].1.contains(SECRET), "{}", found[0].1);
    }
}

#[test]
fn the_schema_documents_every_field_and_marks_the_secret() {
    let registry = Registry::linked().unwrap();
    let schema = registry.get("wayfair").unwrap().schema().to_value();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["client_id", "client_secret"]));
    let fields = schema["properties"].as_object().unwrap();
    assert_eq!(fields.len(), 11);
    for (name, field) in fields {
        assert!(field["description"].as_str().is_some_and(|text| text.len() > 20), "{name}");
    }
    assert_eq!(fields["client_secret"]["format"], SECRET_FORMAT);
    assert_eq!(fields["settle_seconds"]["default"], 600);
    assert_eq!(fields["environment"]["default"], "production");
}

#[test]
fn capabilities_follow_the_settings() {
    let production = wayfair("").capabilities();
    assert_eq!(production.true_up, TrueUp::Whole(Limit::NONE));
    assert_eq!(production.acknowledges, Acknowledges::Ticket);
    assert!(production.takes_differential && production.rehearses);
    assert_eq!(production.settle, Duration::from_secs(600));
    assert_eq!(production.quantity_max, 2_147_483_647);
    assert_eq!((production.pace.requests, production.pace.per.as_secs()), (60, 60));

    let sandbox = wayfair("environment = \"sandbox\"\ntrue_up_lines_max = 9000").capabilities();
    assert_eq!(sandbox.true_up, TrueUp::Whole(Limit::lines(500)));
    assert!(!sandbox.takes_differential);

    let narrow = wayfair("true_up_lines_max = 7\nconfirm = \"never\"\nrequests_per_minute = 2");
    let narrow = narrow.capabilities();
    assert_eq!(narrow.true_up, TrueUp::Whole(Limit::lines(7)));
    assert_eq!(narrow.acknowledges, Acknowledges::Submission);
    assert_eq!((narrow.pace.requests, narrow.pace.burst), (2, 2));
}
