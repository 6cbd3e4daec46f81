//! The `[settings]` table, as hosts see it, and the file for the Web Connector.

use std::time::Duration;

use serde_json::{Value, json};
use trueup_marketplace::{
    Connector, Contact, Effect, Limit, Locations, Marketplace, OpenError, Polled, Registry,
    SECRET_FORMAT, TrueUp,
};
use trueup_quickbooks_desktop::{QuickBooksDesktop, Settings};

use crate::support::{PASSWORD, desktop};

fn problems(change: Value) -> Vec<(String, String)> {
    let mut settings = json!({ "user_name": "u", "password": PASSWORD, "account": "A" });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let registry = Registry::linked().unwrap();
    let opened = registry.get("quickbooks_desktop").unwrap().open(settings);
    let OpenError { problems } = opened.err().unwrap_or(OpenError { problems: vec![] });
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

#[test]
fn the_marketplace_is_found_by_its_id() {
    let registry = Registry::linked().unwrap();
    assert_eq!(registry.get("quickbooks_desktop").unwrap().title, "QuickBooks Desktop");
}

#[test]
fn the_example_parses_and_fits() {
    // Most companies have no inventory sites; the table is there for those that have.
    let example = QuickBooksDesktop::example();
    let sited = example.replace("# [locations]\n# MAIN", "[locations]\nMAIN");
    assert_ne!(example, sited);
    assert!(toml::from_str::<toml::Table>(example).unwrap().get("locations").is_none());
    let example: toml::Table = toml::from_str(&sited).unwrap();
    let mut settings = example["settings"].clone();
    // The host resolves secrets before a connector sees them.
    settings.as_table_mut().unwrap().insert("password".into(), PASSWORD.into());
    let desktop = QuickBooksDesktop::open(settings.try_into::<Settings>().unwrap()).unwrap();
    for location in example["locations"].as_table().unwrap().values() {
        let location = location.as_str().unwrap().parse().unwrap();
        assert_eq!(desktop.check_location(&location), Ok(()));
    }
}

#[test]
fn every_problem_is_named_with_its_key_and_without_the_password() {
    let all = problems(json!({
        "user_name": " ", "password": "s3cr3t", "account": "", "time_zone": "Mars/Base",
        "owner_id": "x", "file_id": "y",
    }));
    let keys: Vec<&str> = all.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["user_name", "account", "password", "time_zone", "owner_id", "file_id"]);
    assert!(all.iter().all(|(_, message)| !message.contains("s3cr3t")));
    for (change, words) in [
        (json!({ "match_by": "sku" }), "sku"),
        (json!({ "colour": "red" }), "colour"),
        (json!({ "run_every_minutes": 0 }), "nonzero"),
        (json!({ "account": "x".repeat(160) }), "159"),
        (json!({ "password": { "env": "X" } }), "a secret must be a text"),
    ] {
        let found = problems(change);
        assert!(found[0].1.contains(words), "{found:?}");
    }
}

#[test]
fn sites_with_names_too_long_are_refused_before_anything_is_sent() {
    let desktop = desktop("");
    assert_eq!(desktop.check_location(&"x".repeat(31).parse().unwrap()), Ok(()));
    let why = desktop.check_location(&"x".repeat(32).parse().unwrap()).unwrap_err();
    assert!(why.contains("31 characters"), "{why}");
}

#[test]
fn the_schema_documents_every_field_and_marks_the_secret() {
    let registry = Registry::linked().unwrap();
    let schema = registry.get("quickbooks_desktop").unwrap().schema().to_value();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["user_name", "password", "account"]));
    let fields = schema["properties"].as_object().unwrap();
    assert_eq!(fields.len(), 12);
    for (name, field) in fields {
        assert!(field["description"].as_str().is_some_and(|text| text.len() > 20), "{name}");
    }
    assert_eq!(fields["password"]["format"], SECRET_FORMAT);
}

#[test]
fn it_is_polled_takes_absolute_numbers_and_answers_later() {
    let capabilities = desktop("settle_seconds = 60").capabilities();
    assert_eq!(capabilities.contact, Contact::TheyPoll);
    assert_eq!(capabilities.effect, Effect::Absolute);
    assert_eq!(capabilities.true_up, TrueUp::Chunked);
    assert_eq!(capabilities.lines_per_batch, Limit::lines(500));
    assert_eq!(capabilities.locations, Locations::Optional);
    assert_eq!(capabilities.quantity_max, 9_999_999_999);
    assert_eq!(capabilities.settle, Duration::from_secs(60));
    assert!(desktop("").polled().is_some());
}

#[test]
fn the_file_for_the_web_connector_is_complete_and_stays_the_same() {
    let desktop = desktop("run_every_minutes = 15");
    let url = "https://stock.example/qbwc/acme?a=1&b=2";
    let invitation = desktop.invitation("acme", url).unwrap();
    assert_eq!(invitation.file_name, "trueup-acme.qwc");
    assert_eq!(
        invitation.content,
        "<?xml version=\"1.0\"?>\n<QBWCXML><AppName>trueup acme</AppName><AppID></AppID>\
         <AppURL>https://stock.example/qbwc/acme?a=1&amp;b=2</AppURL>\
         <AppDescription>Sends stock quantities to QuickBooks</AppDescription>\
         <AppSupport>https://stock.example/qbwc/acme?a=1&amp;b=2</AppSupport>\
         <UserName>trueup-sandbox</UserName>\
         <OwnerID>{9d0b1c6e-5a55-4f0e-8f0e-2d6a7b1f4c31}</OwnerID>\
         <FileID>{cd0df008-fa23-52ad-8c6d-837b4c6b9962}</FileID><QBType>QBFS</QBType>\
         <PersonalDataPref>pdpNotNeeded</PersonalDataPref>\
         <UnattendedModePref>umpOptional</UnattendedModePref><AuthFlags>0xF</AuthFlags>\
         <Scheduler><RunEveryNMinutes>15</RunEveryNMinutes></Scheduler>\
         <IsReadOnly>false</IsReadOnly></QBWCXML>\n"
    );
    assert!(invitation.advice.contains("trueup-sandbox"));
    assert!(!format!("{invitation:?}").contains(PASSWORD));
    assert_eq!(desktop.invitation("acme", url).unwrap(), invitation);
    assert_ne!(desktop.invitation("other", url).unwrap().content, invitation.content);
}

#[test]
fn ids_of_a_file_in_use_can_be_kept() {
    let desktop = desktop(
        "owner_id = \"{6f3a1b0e-52d7-4c7e-9c1e-0a6d7f2b1c01}\"\n\
         file_id = \"D0B7A6C4-31A9-4F5E-8A77-6B3F0C5E2F02\"",
    );
    let content = desktop.invitation("acme", "https://stock.example/").unwrap().content;
    assert!(content.contains("<OwnerID>{6f3a1b0e-52d7-4c7e-9c1e-0a6d7f2b1c01}</OwnerID>"));
    assert!(content.contains("<FileID>{d0b7a6c4-31a9-4f5e-8a77-6b3f0c5e2f02}</FileID>"));
}
