//! The shop of the connector that others begin with.

use serde_json::Value;
use trueup_marketplace::Connector;
use trueup_template::Template;

use crate::alien::{self, LINES, batch};
use crate::answers::responses;

/// Any answer to four lines.
///
/// # Panics
/// Where a line is taken for applied that the answer does not speak for.
pub fn template_submit(bytes: &[u8]) {
    let (marketplace, batch) = (template(), batch(Some("MAIN")));
    let (prepared, _) =
        alien::prepare(&marketplace, &batch, responses(b"")).expect("four plain lines");
    let Some(told) = alien::submit(&marketplace, &batch, &prepared, responses(bytes)) else {
        return;
    };
    told.is_justified(|given, line| {
        let refused = given.answer["rejected"].as_array().cloned().unwrap_or_default();
        let is_refused = |told: &Value| {
            told["sku"].as_str().is_some_and(|sku| sku.to_lowercase() == format!("p{line}"))
        };
        given.answer["reference"] == batch.key.0
            && given.answer["accepted"] == told.unharmed.len()
            && told.unharmed.len() <= usize::try_from(LINES).unwrap_or_default()
            && !refused.iter().any(is_refused)
    });
}

fn template() -> Template {
    let settings = toml::from_str("api_url = \"https://shop.example\"\napi_token = \"s\"");
    Template::open(settings.expect("all that is required")).expect("all that is required")
}
