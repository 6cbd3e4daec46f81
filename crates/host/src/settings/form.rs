//! The files as they are written. Their JSON schemas come from here.
//!
//! What only has meaning, and no form a schema could judge (a zone, a schedule, a quantity), stays
//! as it was written until its own reader judges it.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value};
use trueup_marketplace::Secret;
use trueup_runner::Schedule;
use trueup_stock::DemandProfile;

use super::guard::GuardForm;

/// What `trueup.toml` holds.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "trueup.toml")]
pub(super) struct MainForm {
    /// Where trueup keeps what it knows: sqlite:// and a file, relative to this directory, or
    /// postgres:// and a server. Because it may hold a password, { env = "VARIABLE" } and
    /// { file = "PATH" } are read as well.
    #[schemars(with = "Secret")]
    pub(super) database: String,
    /// The IANA zone in which times are shown, and in which schedules without a zone of their own
    /// are meant.
    pub(super) time_zone: String,
    /// Where this host keeps what shows that a PostgreSQL database is not an older copy, relative to
    /// this directory. Beside a SQLite database it is a file beside it.
    pub(super) state_dir: String,
    /// How sales orders become demand.
    pub(super) demand: DemandForm,
    /// Which machines channels may talk to.
    pub(super) network: NetworkForm,
    /// Whom to tell when a channel is no longer fresh.
    pub(super) alarm: AlarmForm,
    /// Where marketplaces that poll reach `trueup run`.
    pub(super) polled: PolledForm,
    /// How refresh tokens are kept.
    pub(super) vault: VaultForm,
    /// Where metrics and health are served while `trueup run` runs.
    pub(super) metrics: MetricsForm,
}

/// Where metrics and health are served while `trueup run` runs.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MetricsForm {
    /// An address and a port, such as 127.0.0.1:9464, for /metrics and /healthz. Without it nothing
    /// is served.
    pub(super) listen: Option<String>,
}

/// Whom to tell when a channel is no longer fresh.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AlarmForm {
    /// A program and its arguments, started without a shell, with the channel's status as JSON on
    /// its standard input.
    pub(super) command: Vec<String>,
}

/// How refresh tokens are kept.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct VaultForm {
    /// What they are encrypted with: 32 random bytes in base64. Without it a file vault.key is made
    /// in this directory when it is needed.
    pub(super) key: Option<Secret>,
}

/// Which machines channels may talk to.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NetworkForm {
    /// Whether a marketplace, a proxy or a simulator may be in a private network. Without it only
    /// the internet and this machine are talked to.
    pub(super) allow_private: bool,
}

/// Where marketplaces that poll reach `trueup run`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PolledForm {
    /// The address and port to listen at. Without a certificate it must be this machine's own.
    pub(super) listen: String,
    /// What the marketplace calls, where that is not the address listened at: that of a reverse
    /// proxy, or of the certificate.
    pub(super) public_url: Option<String>,
    /// A PEM file with the certificate for TLS, and those up to its authority.
    pub(super) certificate: Option<String>,
    /// A PEM file with the certificate's private key.
    pub(super) private_key_file: Option<String>,
}

/// How sales orders become demand.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DemandForm {
    /// With `documented` only sending the ASN or archiving ends demand. With `shipped_lines` a line
    /// counts what is not yet shipped or cancelled, and cancelled orders do not count.
    #[schemars(schema_with = "profile_schema")]
    pub(super) profile: DemandProfile,
}

/// What the file of a channel holds.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "channels/<name>.toml")]
pub(super) struct ChannelForm {
    /// The id of the marketplace this channel is an account of.
    #[schemars(required)]
    #[expect(dead_code, reason = "read ahead of the form, which is judged by its schema")]
    pub(super) marketplace: Option<String>,
    /// Whether its schedules run and it may be sent to.
    #[serde(default = "yes")]
    pub(super) enabled: bool,
    /// When it is fed; a schedule that is left out is off.
    #[serde(default)]
    pub(super) schedule: ScheduleForm,
    /// Our locations, each with the marketplace's name for the location it belongs to.
    #[serde(default)]
    pub(super) locations: BTreeMap<String, String>,
    /// What is done to a number before it is sent.
    #[serde(default)]
    pub(super) rules: RulesForm,
    /// How much one feed may change before it is held for a person.
    #[serde(default)]
    pub(super) guard: GuardForm,
    /// The marketplace's own settings.
    #[serde(default)]
    #[expect(dead_code, reason = "taken out ahead of the form, for the connector's schema")]
    pub(super) settings: Map<String, Value>,
}

/// When a channel is fed.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ScheduleForm {
    /// Complete feeds of the real figures.
    #[schemars(with = "Schedule")]
    pub(super) true_up: Option<Value>,
    /// Changes of the real figures.
    #[schemars(with = "Schedule")]
    pub(super) differential: Option<Value>,
    /// Complete feeds of the external stock, where a product has one.
    #[schemars(with = "Schedule")]
    pub(super) external_true_up: Option<Value>,
    /// How old what the marketplace shows may become before an alarm, for example "2h". Without it
    /// twice the longest pause of the schedule that runs most often.
    pub(super) freshness: Option<String>,
}

/// What is done to a number before it is sent.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RulesForm {
    /// Units kept back at every location of the marketplace.
    #[schemars(schema_with = "quantity_schema", extend("default" = 0))]
    pub(super) buffer: Option<Value>,
    /// Never show more than this.
    #[schemars(schema_with = "quantity_schema")]
    pub(super) maximum: Option<Value>,
}

impl Default for MainForm {
    fn default() -> Self {
        Self {
            database: "sqlite://trueup.db".to_owned(),
            time_zone: "UTC".to_owned(),
            state_dir: ".".to_owned(),
            demand: DemandForm::default(),
            network: NetworkForm::default(),
            alarm: AlarmForm::default(),
            polled: PolledForm::default(),
            vault: VaultForm::default(),
            metrics: MetricsForm::default(),
        }
    }
}

impl Default for PolledForm {
    fn default() -> Self {
        let listen = "127.0.0.1:8085".to_owned();
        Self { listen, public_url: None, certificate: None, private_key_file: None }
    }
}

impl Default for ChannelForm {
    fn default() -> Self {
        Self {
            marketplace: None,
            enabled: yes(),
            schedule: ScheduleForm::default(),
            locations: BTreeMap::new(),
            rules: RulesForm::default(),
            guard: GuardForm::default(),
            settings: Map::new(),
        }
    }
}

const fn yes() -> bool {
    true
}

fn profile_schema(_: &mut SchemaGenerator) -> Schema {
    let names = [DemandProfile::Documented, DemandProfile::ShippedLines];
    json_schema!({ "type": "string", "enum": names, "default": DemandProfile::default() })
}

fn quantity_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["number", "string"] })
}
