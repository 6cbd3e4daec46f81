//! The JSON schemas of the files, for `trueup schema`, for editors and for [`super::load`] itself.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use trueup_marketplace::{Registration, Registry, RegistryError};

use super::form::{ChannelForm, MainForm};

/// The JSON schema of `trueup.toml`, or, where a marketplace is named, of the files of its channels.
///
/// # Errors
/// A marketplace that is not linked.
pub fn schema(registry: &Registry, marketplace: Option<&str>) -> Result<Value, RegistryError> {
    match marketplace {
        None => Ok(main_schema()),
        Some(id) => registry.get(id).map(channel_schema),
    }
}

pub(super) fn main_schema() -> Value {
    of::<MainForm>()
}

/// A channel's file as far as it is the same for every marketplace.
pub(super) fn form_schema() -> Value {
    of::<ChannelForm>()
}

/// A channel's file with the settings of its marketplace.
pub(super) fn channel_schema(registration: &Registration) -> Value {
    let mut schema = form_schema();
    let mut settings = settings_schema(registration);
    if let Some(keywords) = settings.as_object_mut() {
        keywords.remove("$schema");
        if keywords.contains_key("$defs") {
            // Its references count from its own root.
            keywords.insert("$id".to_owned(), json!(format!("urn:trueup:{}", registration.id)));
        }
    }
    let has_required = settings.get("required").is_some();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("settings".to_owned(), settings);
        let id = json!({ "const": registration.id, "description": registration.title });
        properties.insert("marketplace".to_owned(), id);
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.extend(has_required.then(|| json!("settings")));
    }
    schema
}

/// The connector's `[settings]`.
pub(super) fn settings_schema(registration: &Registration) -> Value {
    registration.schema().to_value()
}

fn of<T: JsonSchema>() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    forget_null(&mut schema);
    schema
}

/// TOML has no null, so nothing can be it and nothing is it by default.
fn forget_null(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            keywords.retain(|keyword, value| keyword != "default" || !value.is_null());
            if let Some(types) = keywords.get_mut("type") {
                forget_null_type(types);
            }
            keywords.values_mut().for_each(forget_null);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn forget_null_type(types: &mut Value) {
    let Some(names) = types.as_array_mut() else { return };
    names.retain(|name| name != "null");
    if let [only] = names.as_slice() {
        *types = only.clone();
    }
}
