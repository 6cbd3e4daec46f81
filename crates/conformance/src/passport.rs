//! What a connector says of itself, as data.

use serde::Serialize;
use trueup_marketplace::{Capabilities, Effect, Registration};

/// A connector's identity, capabilities and limits.
#[derive(Clone, Debug, Serialize)]
pub struct Passport {
    /// Its id in settings files.
    pub marketplace: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The version of its crate.
    pub version: &'static str,
    /// The version of the suite.
    pub suite: &'static str,
    /// What a sent quantity means there.
    pub quantity: &'static str,
    /// Its capabilities and limits under the bench's settings.
    pub capabilities: Capabilities,
}

impl Passport {
    pub(crate) fn of(registration: &Registration, capabilities: Capabilities) -> Self {
        let quantity = match capabilities.effect {
            Effect::Absolute => "absolute: replaces what is there",
            Effect::IfValue => "absolute, if the quantity is still the expected one",
            Effect::IfVersion => "absolute, if the record is still the expected one",
            Effect::KeyedDifference => "a difference, applied once per key",
            Effect::Difference => "a difference",
        };
        let Registration { id, title, version, .. } = *registration;
        let suite = env!("CARGO_PKG_VERSION");
        Self { marketplace: id, title, version, suite, quantity, capabilities }
    }
}
