//! How marketplaces are found.

use serde_json::json;
use trueup_marketplace::{Registration, Registry, RegistryError, SandboxRegistration};

use crate::support::Acme;

trueup_marketplace::register!(Acme);

#[test]
fn what_is_registered_at_link_time_is_found() {
    let registry = Registry::linked().unwrap();
    let acme = registry.get("acme").unwrap();
    assert_eq!((acme.id, acme.title, acme.version), ("acme", "Acme", env!("CARGO_PKG_VERSION")));
    assert!(acme.example().contains("account"));
    assert_eq!(registry.iter().count(), 1);
    assert!(SandboxRegistration::linked().is_empty());
}

#[test]
fn an_explicit_list_works_as_well() {
    let registry = Registry::of([Registration::of::<Acme>("7.0.0")]).unwrap();
    assert_eq!(registry.get("acme").unwrap().version, "7.0.0");
    assert!(format!("{registry:?}").contains("7.0.0"));
}

#[test]
fn marketplaces_are_listed_by_id() {
    let mut last = Registration::of::<Acme>("1");
    last.id = "zeta";
    let registry = Registry::of([last, Registration::of::<Acme>("1")]).unwrap();
    let ids: Vec<_> = registry.iter().map(|registration| registration.id).collect();
    assert_eq!(ids, ["acme", "zeta"]);
}

#[test]
fn two_of_one_id_are_refused() {
    let twice = [Registration::of::<Acme>("1"), Registration::of::<Acme>("2")];
    let error = Registry::of(twice).unwrap_err();
    assert_eq!(error, RegistryError::Duplicate("acme"));
    assert_eq!(error.to_string(), "two linked connectors both call themselves `acme`");
}

#[test]
fn an_unknown_id_names_the_linked_ones_and_the_missing_line() {
    let registry = Registry::of([Registration::of::<Acme>("1")]).unwrap();
    let message = registry.get("quickbooks-online").unwrap_err().to_string();
    assert!(message.contains("called `quickbooks-online`; linked are: acme."), "{message}");
    assert!(message.contains("`use trueup_quickbooks_online as _;`"), "{message}");
    let message = Registry::of([]).unwrap().get("acme").unwrap_err().to_string();
    assert!(message.contains("linked are: none."), "{message}");
}

#[test]
fn the_schema_is_that_of_the_settings() {
    let schema = Registration::of::<Acme>("1").schema().to_value();
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!(schema["required"], json!(["account", "key"]));
    assert_eq!(schema["properties"]["account"]["description"], "The account.");
    // Hosts walk it without following references.
    assert!(!schema.to_string().contains("$ref"), "{schema}");
}
