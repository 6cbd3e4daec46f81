//! The files `trueup init` writes.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trueup_marketplace::{Registration, Registry};

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
"#;

fn channel(registration: &Registration) -> String {
    let Registration { id, title, .. } = registration;
    let example = registration.example().trim();
    format!(
        r#"# A channel: one account of {title}. The file's name is the channel's name.
marketplace = "{id}"
# Fill in what follows, try it with `trueup check --online`, then switch it on.
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
        differential = if takes_differential(registration) { DIFFERENTIAL } else { "" }
    )
}

/// Whether a channel made from the example takes changes alone. Where the example does not open,
/// which its connector's own tests find out, the line stays and the problem is shown.
fn takes_differential(registration: &Registration) -> bool {
    let example: Option<Value> = toml::from_str(registration.example()).ok();
    let settings = example.and_then(|example| example.get("settings").cloned());
    let environment = Environment::new();
    let vault = Vault { dir: Path::new("."), environment: &environment };
    let settings = settings.unwrap_or_else(|| json!({}));
    let resolved = vault.resolve(&settings_schema(registration), settings);
    let opened = registration.open(resolved.settings);
    opened.map_or(true, |marketplace| marketplace.capabilities().takes_differential)
}

const DIFFERENTIAL: &str = "# What changed, so often.\ndifferential = { every = \"30m\" }\n";
