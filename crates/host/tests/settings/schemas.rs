//! The schemas people and editors are given, and the files to start from.

use trueup_host::settings::{example_capabilities, init_files, schema};

use crate::acme::registry;
use crate::folder::{Folder, GOOD};

#[test]
fn the_schemas_are_valid_and_accept_what_loads() {
    let main = schema(&registry(), None).unwrap();
    assert!(jsonschema::is_valid(&main, &serde_json::json!({ "database": "sqlite://x.db" })));
    assert!(!jsonschema::is_valid(&main, &serde_json::json!({ "databse": "x" })));
    let acme = schema(&registry(), Some("acme")).unwrap();
    let good: serde_json::Value = toml::from_str(GOOD).unwrap();
    assert!(jsonschema::is_valid(&acme, &good));
    let without_settings = serde_json::json!({ "marketplace": "acme" });
    assert!(!jsonschema::is_valid(&acme, &without_settings));
    assert!(schema(&registry(), Some("nobody")).is_err());
}

#[test]
fn every_key_of_the_schemas_is_described() {
    for marketplace in [None, Some("acme"), Some("bare")] {
        let schema = schema(&registry(), marketplace).unwrap();
        assert_described(&schema, "");
    }
}

fn assert_described(node: &serde_json::Value, path: &str) {
    let properties = node.get("properties").and_then(serde_json::Value::as_object);
    for (key, property) in properties.into_iter().flatten() {
        let path = format!("{path}.{key}");
        assert!(property.get("description").is_some(), "{path} has no description");
        assert_described(property, &path);
    }
}

#[test]
fn the_files_of_init_load_as_they_are_and_are_switched_off() {
    let files = init_files(&registry());
    let names: Vec<_> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    assert_eq!(names, ["trueup.toml", "channels/acme.toml", "channels/bare.toml"]);
    let folder = files.iter().fold(Folder::new(), |folder, (path, content)| {
        folder.file(path.to_str().unwrap(), content)
    });
    let settings = folder.settings();
    assert!(settings.channels.iter().all(|channel| !channel.is_enabled));
    let acme = settings.channel("acme").unwrap();
    assert!(acme.schedule.true_up.is_some() && acme.schedule.differential.is_some());
    // The marketplace that takes complete feeds only is given no schedule for others.
    assert_eq!(settings.channel("bare").unwrap().schedule.differential, None);
}

#[test]
fn the_files_of_init_say_what_to_fill_in_before_switching_on() {
    let files = init_files(&registry());
    let (_, acme) = files.iter().find(|(path, _)| path.ends_with("acme.toml")).unwrap();
    let folder = Folder::new().file("trueup.toml", "").file("channels/acme.toml", acme);
    let missing = "settings.client_secret: the environment variable ACME_SECRET is not set; set it";
    let settings = folder.settings();
    let absent = &settings.channel("acme").unwrap().absent_secrets;
    assert!(absent[0].to_string().ends_with(missing), "{absent:?}");
    assert_eq!(folder.notes().len(), 1);
    let on = acme.replace("enabled = false", "enabled = true");
    let problems = Folder::new().file("channels/acme.toml", on).problems();
    assert!(problems.len() == 1 && problems[0].ends_with(missing), "{problems:?}");
}

#[test]
fn what_a_marketplace_can_do_is_known_from_its_example() {
    let registry = registry();
    let of = |id: &str| example_capabilities(registry.get(id).unwrap()).unwrap();
    assert!(of("acme").takes_differential);
    assert!(!of("bare").takes_differential);
}
