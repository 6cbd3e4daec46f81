//! The files `trueup init` writes.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trueup_marketplace::{Capabilities, Registration, Registry};

use super::environment::Environment;
use super::schema::settings_schema;
use super::secrets::Vault;
use super::sources::{CHANNELS_DIR, MAIN_FILE};

/// The files `trueup init` writes, each with its path relative to the settings' directory: a
/// commented `trueup.toml`, and a channel of each linked marketplace, switched off. They load
/// without a problem as they are.
#[must_use]
pub fn init_files(registry: &Registry) -> Vec<(PathBuf, String)> {
    let main = (PathBuf::from(MAIN_FILE), MAIN.to_owned());
    let channels = registry.iter().map(|registration| {
        let path = Path::new(CHANNELS_DIR).join(format!("{}.toml", registration.id));
        (path, channel(registration))
    });
    std::iter::once(main).chain(channels).collect()
}

const MAIN: &str = r#"# Settings of trueup. `trueup check` judges them, `trueup schema` prints what is known here.
# Every key can be set by an environment variable instead: TRUEUP_DATABASE, TRUEUP_TIME_ZONE,
# TRUEUP_DEMAND__PROFILE, TRUEUP_CHANNELS__<NAME>__RULES__BUFFER.

# A file beside this one, or postgres://user:password@host/database.
database = "sqlite://trueup.db"

# The zone in which times are shown, and in which schedules without a zone of their own are meant.
time_zone = "UTC"

[demand]
# documented: a sales order counts until its advance ship notice is sent or it is archived.
# shipped_lines: what is shipped or cancelled no longer counts.
profile = "documented"

[network]
# Whether a marketplace, a proxy or a simulator may be in a private network. Otherwise only the
# internet and this machine are talked to.
# allow_private = true

[metrics]
# Where `trueup run` serves /metrics for Prometheus and /healthz. Otherwise it serves neither.
# listen = "127.0.0.1:9464"

[alarm]
# A program that is told when a channel is not fresh any more, and when it is again.
# command = ["/usr/local/bin/page"]

[polled]
# Where marketplaces that call us, such as QuickBooks' Web Connector, reach `trueup run`. Beyond this
# machine only with a certificate, or through a reverse proxy that has one.
# listen = "127.0.0.1:8085"
# public_url = "https://stock.example.com"
# certificate = "tls/certificate.pem"
# private_key_file = "tls/key.pem"

[vault]
# What refresh tokens are encrypted with in the database: `openssl rand -base64 32`. Without it a file
# vault.key is made here when it is needed; keep that one apart from copies of the database.
# key = { file = "/run/secrets/trueup-vault" }
"#;

fn channel(registration: &Registration) -> String {
    let Registration { id, title, .. } = registration;
    let example = registration.example().trim();
    let capabilities = example_capabilities(registration);
    let takes_differential = capabilities.is_none_or(|able| able.takes_differential);
    format!(
        r#"# A channel: one account of {title}. The file's name is the channel's name.
marketplace = "{id}"
# Fill in what follows, switch it on and try it with `trueup check --online`. Nothing is sent before
# `trueup send` or `trueup run`.
enabled = false

# When it is fed. A schedule that is left out is off.
[schedule]
# Everything, at these times of day.
true_up = {{ at = ["13:30", "16:30", "18:30", "23:30"], time_zone = "UTC" }}
{differential}# Fixed counts in place of the real ones, for products that have such.
# external_true_up = {{ at = ["06:00"], time_zone = "America/New_York" }}

# What is done to a number before it is sent.
[rules]
# Units kept back at every location.
buffer = 0
# Never show more than this.
# maximum = 100

{example}
"#,
        differential = if takes_differential { DIFFERENTIAL } else { "" }
    )
}

/// What a marketplace can do under the settings of its own example, secrets left open; `None` where
/// the example does not open, which its connector's own tests find out.
#[must_use]
pub fn example_capabilities(registration: &Registration) -> Option<Capabilities> {
    let opened = registration.open(example_settings(registration)?).ok()?;
    Some(opened.capabilities())
}

/// The `[settings]` of a marketplace's own example, something harmless in place of secrets.
pub(super) fn example_settings(registration: &Registration) -> Option<Value> {
    let example: Value = toml::from_str(registration.example()).ok()?;
    let settings = example.get("settings").cloned().unwrap_or_else(|| json!({}));
    let environment = Environment::new();
    let vault = Vault { dir: Path::new("."), environment: &environment };
    Some(vault.resolve(&settings_schema(registration), settings).settings)
}

const DIFFERENTIAL: &str = "# What changed, so often.\ndifferential = { every = \"30m\" }\n";
