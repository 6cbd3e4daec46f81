//! Settings: problems, schema, example, capabilities.

use serde_json::{Value, json};
use trueup_marketplace::{
    Acknowledges, Connector, Effect, Limit, Marketplace, OpenError, Registry, SECRET_FORMAT, TrueUp,
};
use trueup_shopify::{Settings, Shopify};

use crate::support::{SECRET, shopify};

fn problems(settings: Value) -> Vec<(String, String)> {
    let registry = Registry::linked().unwrap();
    let opened = registry.get("shopify").unwrap().open(settings);
    let OpenError { problems } = opened.err().unwrap_or(OpenError { problems: vec![] });
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

#[test]
fn the_example_parses_and_fits() {
    let example: toml::Table = toml::from_str(Shopify::example()).unwrap();
    let mut settings = example["settings"].clone();
    // The host resolves secrets before a connector sees them.
    settings.as_table_mut().unwrap().insert("client_secret".into(), SECRET.into());
    let shopify = Shopify::open(settings.try_into::<Settings>().unwrap()).unwrap();
    for location in example["locations"].as_table().unwrap().values() {
        let location = location.as_str().unwrap().parse().unwrap();
        assert_eq!(shopify.check_location(&location), Ok(()));
    }
}

#[test]
fn exactly_one_way_to_log_in_is_asked_for() {
    let with = |settings: Value| {
        let mut all = json!({ "shop": "oak" });
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        problems(all).into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(with(json!({ "client_id": "a", "client_secret": "b" })), none);
    assert_eq!(with(json!({ "access_token": "c" })), none);
    assert_eq!(with(json!({})), ["client_id"]);
    assert_eq!(with(json!({ "client_id": "a" })), ["client_secret"]);
    assert_eq!(with(json!({ "client_secret": "b" })), ["client_id"]);
    assert_eq!(with(json!({ "client_id": "a", "access_token": "c" })), ["access_token"]);
    assert_eq!(with(json!({ "access_token": " " })), ["access_token"]);
}

#[test]
fn every_problem_is_named_with_its_key_and_no_secret() {
    let found = problems(json!({
        "shop": "evil.example/?", "api_version": "2025-10", "client_id": "", "access_token": SECRET,
        "api_url": "https://proxy.example/with/path", "quantity": "incoming",
    }));
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["quantity", "shop", "api_version", "api_url", "client_id", "access_token"]);
    assert!(found.iter().all(|(_, message)| !message.contains(SECRET)));
}

#[test]
fn a_shop_is_a_name_and_nothing_that_leads_elsewhere() {
    for good in ["oak", "oak-2.myshopify.com", " Oak "] {
        assert_eq!(problems(json!({ "shop": good, "access_token": "t" })), [], "{good}");
    }
    for bad in ["", "https://oak.myshopify.com", "oak.example", "oak/x", "oak@x", "oak?", "oak#"] {
        let found = problems(json!({ "shop": bad, "access_token": "t" }));
        assert_eq!(found[0].0, "shop", "{bad}");
    }
}

#[test]
fn the_schema_documents_every_field_and_marks_the_secrets() {
    let registry = Registry::linked().unwrap();
    let schema = registry.get("shopify").unwrap().schema().to_value();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["shop"]));
    let fields = schema["properties"].as_object().unwrap();
    assert_eq!(fields.len(), 12);
    for (name, field) in fields {
        assert!(field["description"].as_str().is_some_and(|text| text.len() > 20), "{name}");
    }
    for secret in ["client_secret", "access_token"] {
        assert!(fields[secret].to_string().contains(SECRET_FORMAT), "{secret}");
    }
    assert_eq!(fields["api_version"]["default"], "2026-10");
}

#[test]
fn capabilities_follow_the_settings() {
    let compared = shopify("").capabilities();
    assert_eq!(compared.effect, Effect::IfValue);
    assert_eq!(compared.acknowledges, Acknowledges::Applied);
    assert_eq!(compared.true_up, TrueUp::Chunked);
    assert_eq!(compared.lines_per_batch, Limit::lines(250));
    assert_eq!(compared.key_life.as_secs(), 86_400);
    assert_eq!(compared.quantity_max, 1_000_000_000);
    assert!(compared.takes_differential && !compared.rehearses);
    let blind = shopify("when_changed = \"overwrite\"").capabilities();
    assert_eq!(blind.effect, Effect::Absolute);
}

#[test]
fn a_channel_shows_no_secret() {
    assert!(!format!("{:?}", shopify("")).contains(SECRET));
}
