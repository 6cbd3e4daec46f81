//! What is linked into this program, and what can be said of it without settings.

use std::path::PathBuf;

use serde_json::Value;
use trueup_marketplace::{Registration, Registry};

use crate::views::ConnectorView;
use crate::{HostError, settings};

/// The files `trueup init` writes: path within the folder, and content.
#[must_use]
pub fn init_files(registry: &Registry) -> Vec<(PathBuf, String)> {
    settings::init_files(registry)
}

/// The JSON schema of `trueup.toml`, or of the channel files of one marketplace.
///
/// # Errors
/// A marketplace that is not linked.
pub fn schema(registry: &Registry, marketplace: Option<&str>) -> Result<Value, HostError> {
    settings::schema(registry, marketplace).map_err(|error| HostError::usage(error.to_string()))
}

/// Every linked marketplace, with the capabilities it has under the settings of its own example.
#[must_use]
pub fn connectors(registry: &Registry) -> Vec<ConnectorView> {
    registry.iter().map(view).collect()
}

fn view(registration: &Registration) -> ConnectorView {
    ConnectorView {
        marketplace: registration.id.to_owned(),
        title: registration.title.to_owned(),
        version: registration.version.to_owned(),
        capabilities: settings::example_capabilities(registration),
    }
}
