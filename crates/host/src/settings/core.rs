//! What `trueup.toml` says.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use trueup_exchange::Networks;
use trueup_marketplace::Secret;
use trueup_runner::Schedule;
use trueup_stock::DemandProfile;

use super::database::{self, Database};
use super::finding::Yardstick;
use super::form::MainForm;
use super::key_path::KeyPath;
use super::polled::{self, PolledSettings};
use super::report::{Report, without};
use super::schema::main_schema;
use super::secrets::Vault;

/// What was read; what could not be read is `None` or the default, and reported.
pub(super) struct MainSettings {
    pub(super) database: Option<Database>,
    pub(super) time_zone: TimeZone,
    /// As it is written, for schedules without a zone of their own.
    pub(super) time_zone_name: String,
    pub(super) profile: DemandProfile,
    pub(super) networks: Networks,
    pub(super) alarm_command: Vec<String>,
    pub(super) polled: Option<PolledSettings>,
    pub(super) vault_key: Option<Secret>,
    pub(super) state_dir: PathBuf,
    pub(super) metrics_listen: Option<SocketAddr>,
}

/// Reads and judges the values of `trueup.toml`.
pub(super) fn read(
    report: &mut Report<'_>,
    vault: Vault<'_>,
    values: serde_json::Value,
) -> MainSettings {
    let schema = main_schema();
    let resolved = vault.resolve(&schema, values);
    let root = KeyPath::default();
    for (path, note) in &resolved.exposed {
        report.note(path, note);
    }
    let has_database = resolved.faults.is_empty();
    report.faults(&root, resolved.faults, false);
    let yardstick = Yardstick { schema: &schema, file: &schema };
    let findings = report.judge(yardstick, &root, &resolved.settings);
    let form: MainForm =
        serde_json::from_value(without(resolved.settings, &findings, 2)).unwrap_or_default();
    for secret in database::secrets(&form.database) {
        report.known.learn_text(secret);
    }
    let (time_zone, time_zone_name) = read_zone(report, form.time_zone.clone());
    MainSettings {
        database: has_database.then(|| read_database(report, &form, vault.dir)).flatten(),
        time_zone,
        time_zone_name,
        profile: form.demand.profile,
        metrics_listen: read_listen(report, form.metrics.listen.as_deref()),
        alarm_command: form.alarm.command,
        polled: polled::read(report, &form.polled, vault.dir),
        vault_key: read_key(report, form.vault.key),
        networks: if form.network.allow_private { Networks::Any } else { Networks::Public },
        state_dir: vault.dir.join(&form.state_dir),
    }
}

fn read_database(report: &mut Report<'_>, form: &MainForm, dir: &Path) -> Option<Database> {
    let database = Database::parse(&form.database, dir);
    database.map_err(|error| report.problem(&KeyPath::of(["database"]), error)).ok()
}

fn read_key(report: &mut Report<'_>, key: Option<Secret>) -> Option<Secret> {
    if let Some(Err(why)) = key.as_ref().map(|key| crate::vault::parse(key.expose())) {
        report.problem(&KeyPath::of(["vault", "key"]), why);
    }
    key
}

fn read_listen(report: &mut Report<'_>, text: Option<&str>) -> Option<SocketAddr> {
    let path = KeyPath::of(["metrics", "listen"]);
    let fix = "is not an address and a port; write one such as 127.0.0.1:9464";
    let read = text?.parse();
    read.map_err(|_| report.problem(&path, fix)).ok()
}

/// The zone and its name; UTC in place of one that does not exist.
fn read_zone(report: &mut Report<'_>, name: String) -> (TimeZone, String) {
    match Schedule::zone(&name) {
        Ok(zone) => (zone, name),
        Err(error) => {
            report.problem(&KeyPath::of(["time_zone"]), error.to_string());
            (TimeZone::UTC, "UTC".to_owned())
        }
    }
}
