//! The settings and their schema.

use serde_json::{Map, Value, json};
use trueup_marketplace::{OpenError, SECRET_FORMAT};

use crate::bench::Bench;

/// Names that say that a value must not be shown.
const SECRETIVE: &[&str] = &["secret", "password", "token", "api_key", "private_key"];

fn properties<B: Bench>() -> Result<Map<String, Value>, String> {
    let schema = B::registration().schema().to_value();
    schema["properties"].as_object().cloned().ok_or_else(|| "the settings are no table".to_owned())
}

pub(crate) fn are_documented<B: Bench>() -> Result<(), String> {
    for (key, property) in properties::<B>()? {
        let described = property["description"].as_str().unwrap_or_default();
        if described.trim().is_empty() {
            return Err(format!("`{key}` has no description; write a doc comment on the field"));
        }
    }
    Ok(())
}

pub(crate) async fn refuse_unknown_keys<B: Bench>() -> Result<(), String> {
    let mut settings = B::start(1).await.settings();
    let table = settings.as_object_mut().ok_or("the bench's settings are no table")?;
    table.insert("surely_not_a_setting".to_owned(), json!(1));
    match B::registration().open(settings) {
        Ok(_) => Err("a key that does not exist is taken".to_owned()),
        Err(OpenError { problems }) if problems.is_empty() => {
            Err("settings are refused without a problem".to_owned())
        }
        Err(OpenError { problems }) => {
            let text = format!("{problems:?}");
            let names = text.contains("surely_not_a_setting");
            names.then_some(()).ok_or_else(|| format!("the problem does not name the key: {text}"))
        }
    }
}

pub(crate) fn type_secrets<B: Bench>() -> Result<(), String> {
    for (key, property) in properties::<B>()? {
        let looks =
            SECRETIVE.iter().any(|word| key.split('_').any(|part| part == *word) || key == *word);
        let is_typed = property.to_string().contains(&format!("\"format\":\"{SECRET_FORMAT}\""));
        let is_text = property["type"] == "string" || property["type"] == json!(["string", "null"]);
        if looks && is_text && !is_typed {
            return Err(format!("`{key}` looks like a secret; type it as `Secret`"));
        }
    }
    Ok(())
}

pub(crate) fn example_opens<B: Bench>() -> Result<(), String> {
    let registration = B::registration();
    let example: toml::Table = toml::from_str(registration.example())
        .map_err(|error| format!("the example is no TOML: {error}"))?;
    let settings = example.get("settings").ok_or("the example has no [settings]")?;
    let settings = serde_json::to_value(settings).map_err(|error| error.to_string())?;
    let opened = registration.open(resolved(settings));
    let opened = opened.map_err(|error| format!("the example is refused: {error:?}"))?;
    let places = example.get("locations").and_then(toml::Value::as_table);
    for place in places.into_iter().flatten().filter_map(|(_, place)| place.as_str()) {
        let location = place.parse().map_err(|_| format!("`{place}` is no location"))?;
        opened.check_location(&location)?;
    }
    Ok(())
}

/// Settings with a text in place of each `{ env = "…" }` and `{ file = "…" }`, as a host does.
fn resolved(settings: Value) -> Value {
    let Value::Object(table) = settings else { return settings };
    let is_reference = |value: &Value| {
        let table = value.as_object().filter(|table| table.len() == 1);
        table.is_some_and(|table| table.contains_key("env") || table.contains_key("file"))
    };
    let resolve = |(key, value): (String, Value)| match is_reference(&value) {
        true => (key, json!("a-secret-of-some-length")),
        false => (key, value),
    };
    table.into_iter().map(resolve).collect()
}
