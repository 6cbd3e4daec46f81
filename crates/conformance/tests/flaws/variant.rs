//! Connectors with one flaw each.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use trueup_marketplace::{Endpoint, Secret};

/// What can be wrong with the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    None,
    NoLateRequests,
    KeysWithoutLife,
    ChecksByWriting,
    FirstLineOnly,
    ClaimsWhole,
    AddsFromMemory,
    PreparesByWriting,
    NeverTheSame,
    HidesRefusals,
    IgnoresDryRun,
    OverfullBatches,
    Unbounded,
    ZeroIsOne,
    BelievesAnything,
    Talkative,
}

/// One connector: its settings, and its flaw.
pub trait Variant: Send + Sync + std::fmt::Debug + 'static {
    const NAME: &'static str;
    const FLAW: Flaw = Flaw::None;
    const EXAMPLE: &'static str =
        "[settings]\napi_url = \"https://acme.example\"\napi_token = { env = \"ACME\" }\n";
    type Settings: DeserializeOwned + JsonSchema + Send + Into<(Endpoint, Secret)>;
}

/// The settings as they should be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strict {
    /// Where the shop is.
    api_url: Endpoint,
    /// From the back office.
    api_token: Secret,
}

/// Settings without a word about a field.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Silent {
    api_url: Endpoint,
    /// From the back office.
    api_token: Secret,
}

/// Settings that take any key.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Open {
    /// Where the shop is.
    api_url: Endpoint,
    /// From the back office.
    api_token: Secret,
}

/// Settings with a token that anyone may print.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Printable {
    /// Where the shop is.
    api_url: Endpoint,
    /// From the back office.
    api_token: String,
}

macro_rules! parts {
    ($($settings:ty),*) => {$(
        impl From<$settings> for (Endpoint, Secret) {
            fn from(settings: $settings) -> Self {
                (settings.api_url, settings.api_token)
            }
        }
    )*};
}
parts!(Strict, Silent, Open);

impl From<Printable> for (Endpoint, Secret) {
    fn from(settings: Printable) -> Self {
        (settings.api_url, Secret::new(settings.api_token))
    }
}

macro_rules! variants {
    ($($name:ident: $settings:ty $(, $key:ident = $value:expr)*;)*) => {$(
        #[derive(Debug)]
        pub struct $name;

        impl Variant for $name {
            const NAME: &'static str = stringify!($name);
            $(const $key: variants!(@ $key) = $value;)*
            type Settings = $settings;
        }
    )*};
    (@ FLAW) => { Flaw };
    (@ EXAMPLE) => { &'static str };
}

variants! {
    Sound: Strict;
    Undocumented: Silent;
    Lax: Open;
    PlainToken: Printable;
    BadExample: Strict, EXAMPLE = "[settings]\napi_url = \"acme\"\napi_token = \"t\"\n";
    NoLateRequests: Strict, FLAW = Flaw::NoLateRequests;
    KeysWithoutLife: Strict, FLAW = Flaw::KeysWithoutLife;
    ChecksByWriting: Strict, FLAW = Flaw::ChecksByWriting;
    FirstLineOnly: Strict, FLAW = Flaw::FirstLineOnly;
    ClaimsWhole: Strict, FLAW = Flaw::ClaimsWhole;
    AddsFromMemory: Strict, FLAW = Flaw::AddsFromMemory;
    PreparesByWriting: Strict, FLAW = Flaw::PreparesByWriting;
    NeverTheSame: Strict, FLAW = Flaw::NeverTheSame;
    HidesRefusals: Strict, FLAW = Flaw::HidesRefusals;
    IgnoresDryRun: Strict, FLAW = Flaw::IgnoresDryRun;
    OverfullBatches: Strict, FLAW = Flaw::OverfullBatches;
    Unbounded: Strict, FLAW = Flaw::Unbounded;
    ZeroIsOne: Strict, FLAW = Flaw::ZeroIsOne;
    BelievesAnything: Strict, FLAW = Flaw::BelievesAnything;
    Talkative: Strict, FLAW = Flaw::Talkative;
}
