//! The `[settings]` table, as hosts see it.

use serde_json::{Value, json};
use trueup_file_drop::{FileDrop, Settings};
use trueup_marketplace::{Checked, Connector, Context, Marketplace, OpenError, Registry};

use crate::support::{Nowhere, channel};

fn problems(change: Value) -> Vec<(String, String)> {
    let mut settings = json!({ "folder": "/srv/out" });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let registry = Registry::linked().unwrap();
    let opened = registry.get("file_drop").unwrap().open(settings);
    let OpenError { problems } = opened.err().unwrap_or(OpenError { problems: vec![] });
    problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
}

#[test]
fn the_example_parses_and_fits() {
    let example: toml::Table = toml::from_str(FileDrop::example()).unwrap();
    let settings: Settings = example["settings"].clone().try_into().unwrap();
    FileDrop::open(settings).unwrap();
}

#[test]
fn every_problem_is_named_with_its_key() {
    for (change, key, words) in [
        (json!({ "columns": [] }), "columns", "empty"),
        (json!({ "columns": [{ "title": " ", "value": "x" }] }), "columns.0.title", "empty"),
        (json!({ "columns": [{ "title": "Q", "value": "{qty}" }] }), "columns.0.value", "{qty}"),
        (json!({ "columns": [{ "title": "Q", "value": "{a" }] }), "columns.0.value", "partner"),
        (json!({ "columns": [{ "title": "Q", "value": "a}" }] }), "columns.0.value", "partner"),
        (json!({ "separator": "€" }), "separator", "ASCII"),
        (json!({ "file_prefix": "../up" }), "file_prefix", "path"),
        (json!({ "lines_per_file": 0 }), "lines_per_file", "nonzero"),
        (json!({ "colour": "red" }), "colour", "colour"),
        (json!({ "format": "xls" }), "format", "xls"),
    ] {
        let found = problems(change);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, key);
        assert!(found[0].1.contains(words), "{found:?}");
    }
}

#[tokio::test]
async fn a_check_tries_the_folder_and_leaves_nothing() {
    let channel = channel("");
    let context = Context::calling(&Nowhere, jiff::Timestamp::UNIX_EPOCH);
    let Checked(found) = channel.file_drop.check(&context).await.unwrap();
    assert!(found.contains("nothing will confirm"), "{found}");
    assert!(channel.files().is_empty());
    std::fs::remove_dir(channel.folder.path()).unwrap();
    let error = channel.file_drop.check(&context).await.unwrap_err();
    assert!(error.to_string().contains("create the folder"), "{error}");
}
