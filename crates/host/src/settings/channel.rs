//! What the file of a channel says.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trueup_marketplace::{
    Capabilities, Locations, Marketplace, Registration, RegistryError, RemoteLocation,
};
use trueup_runner::{Guard, Objective, Schedule, Schedules};
use trueup_stock::{ChannelName, LocationCode, Quantity, Rules};

use super::finding::Yardstick;
use super::form::{ChannelForm, RulesForm, ScheduleForm};
use super::key_path::KeyPath;
use super::load::World;
use super::merged::Merged;
use super::model::ChannelSettings;
use super::opening::Opening;
use super::report::{Report, without};
use super::schema::{channel_schema, form_schema};
use super::suggest;
use super::terms::terms;

/// A channel as far as every marketplace's is alike.
struct Common {
    is_enabled: bool,
    schedule: Schedules,
    freshness: Option<Objective>,
    locations: BTreeMap<LocationCode, RemoteLocation>,
    rules: Rules,
    guard: Guard,
}

/// Reads and judges one channel; `None` where something in it is reported.
pub(super) fn read(
    name: &ChannelName,
    merged: &Merged,
    report: &mut Report<'_>,
    world: &World<'_>,
) -> Option<ChannelSettings> {
    let mut values = merged.json();
    let registration = registration(&values, report, world);
    let settings = take_settings(&mut values);
    let schema = registration.map_or_else(form_schema, channel_schema);
    let form = read_form(values, &schema, report);
    let common = read_common(form, report, world);
    let registration = registration?;
    let opened = settings.and_then(|settings| {
        let opening = Opening { registration, file_schema: &schema, is_enabled: common.is_enabled };
        opening.open(settings, report, world)
    });
    let opened = opened?;
    let capabilities = opened.marketplace.capabilities();
    judge_together(&common, &capabilities, opened.marketplace.as_ref(), report);
    Some(ChannelSettings {
        name: name.clone(),
        marketplace: registration.id,
        is_enabled: common.is_enabled,
        schedule: common.schedule,
        freshness: common.freshness,
        terms: terms(&common.locations, common.rules.clone(), &capabilities),
        locations: common.locations,
        rules: common.rules,
        guard: common.guard,
        settings: opened.shown,
        opened: opened.marketplace,
        absent_secrets: opened.absent_secrets,
    })
}

fn registration<'w>(
    values: &Value,
    report: &mut Report<'_>,
    world: &World<'w>,
) -> Option<&'w Registration> {
    let id = values.get("marketplace")?.as_str()?;
    let found = world.registry.get(id);
    let failed = |error: RegistryError| {
        let linked: Vec<&str> = world.registry.iter().map(|linked| linked.id).collect();
        let meant = suggest::nearest(id, &linked);
        let hint = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
        report.problem(&KeyPath::of(["marketplace"]), format!("{hint}{error}"));
    };
    found.map_err(failed).ok()
}

/// Takes `[settings]` out, because the connector's schema judges it; an empty table where there is
/// none, and `None` where it is no table, which the form's schema reports.
fn take_settings(values: &mut Value) -> Option<Value> {
    let table = values.as_object_mut()?;
    match table.remove("settings") {
        None => Some(Value::Object(Map::new())),
        Some(Value::Object(settings)) => Some(Value::Object(settings)),
        Some(other) => {
            table.insert("settings".to_owned(), other);
            None
        }
    }
}

fn read_form(values: Value, file_schema: &Value, report: &mut Report<'_>) -> ChannelForm {
    let schema = form_schema();
    let yardstick = Yardstick { schema: &schema, file: file_schema };
    let findings = report.judge(yardstick, &KeyPath::default(), &values);
    let form = serde_json::from_value(without(values, &findings, 2));
    form.unwrap_or_else(|error| {
        // The schema is made from the form, so whatever fits the one fits the other.
        report.problem(&KeyPath::default(), error.to_string());
        ChannelForm::default()
    })
}

fn read_common(form: ChannelForm, report: &mut Report<'_>, world: &World<'_>) -> Common {
    let freshness = read_freshness(form.schedule.freshness.as_deref(), report);
    let schedule = read_schedules(form.schedule, report, &world.time_zone_name);
    Common {
        is_enabled: form.enabled,
        freshness: freshness.or_else(|| Objective::of(&schedule)),
        schedule,
        locations: read_locations(&form.locations, report),
        rules: read_rules(form.rules, report),
        guard: form.guard.read(report),
    }
}

fn read_schedules(form: ScheduleForm, report: &mut Report<'_>, zone: &str) -> Schedules {
    let mut read = |key: &str, value: Option<Value>| {
        let schedule = serde_json::from_value::<Schedule>(in_zone(value?, zone));
        let path = KeyPath::of(["schedule", key]);
        schedule.map_err(|error| report.problem(&path, error.to_string())).ok()
    };
    Schedules {
        true_up: read("true_up", form.true_up),
        differential: read("differential", form.differential),
        external_true_up: read("external_true_up", form.external_true_up),
    }
}

fn read_freshness(text: Option<&str>, report: &mut Report<'_>) -> Option<Objective> {
    let path = KeyPath::of(["schedule", "freshness"]);
    let interval = Schedule::interval(text?);
    interval.map(Objective).map_err(|error| report.problem(&path, error.to_string())).ok()
}

/// Times of day without a zone of their own are those of the settings' zone.
fn in_zone(mut schedule: Value, zone: &str) -> Value {
    if let Some(table) = schedule.as_object_mut()
        && table.contains_key("at")
    {
        table.entry("time_zone").or_insert_with(|| json!(zone));
    }
    schedule
}

fn read_locations(
    form: &BTreeMap<String, String>,
    report: &mut Report<'_>,
) -> BTreeMap<LocationCode, RemoteLocation> {
    let mut locations = BTreeMap::new();
    for (ours, remote) in form {
        let path = KeyPath::of(["locations", ours]);
        let ours = ours.parse::<LocationCode>();
        let remote = remote.parse::<RemoteLocation>();
        for error in [ours.as_ref().err(), remote.as_ref().err()].into_iter().flatten() {
            report.problem(&path, error.to_string());
        }
        if let (Ok(ours), Ok(remote)) = (ours, remote) {
            locations.insert(ours, remote);
        }
    }
    locations
}

fn read_rules(form: RulesForm, report: &mut Report<'_>) -> Rules {
    let mut read = |key: &str, value: Option<Value>, fix: &str| {
        let path = KeyPath::of(["rules", key]);
        match serde_json::from_value::<Quantity>(value?) {
            Ok(quantity) if quantity.is_negative() => {
                report.problem(&path, format!("`{quantity}` is negative; {fix}"));
                None
            }
            Ok(quantity) => Some(quantity),
            Err(error) => {
                report.problem(&path, error.to_string());
                None
            }
        }
    };
    Rules {
        buffer: read("buffer", form.buffer, "write 0 to keep nothing back").unwrap_or_default(),
        maximum: read("maximum", form.maximum, "leave it out to show whatever there is"),
    }
}

/// What the file says, held against what the marketplace can do.
fn judge_together(
    common: &Common,
    capabilities: &Capabilities,
    marketplace: &dyn Marketplace,
    report: &mut Report<'_>,
) {
    let table = KeyPath::of(["locations"]);
    match capabilities.locations {
        Locations::Required if common.locations.is_empty() && !report.has_problem_at(&table) => {
            let message = "names no location, and this marketplace has every listing at one; add a \
                line such as MAIN = \"…\" to the table [locations]";
            report.problem(&table, message);
        }
        Locations::None if !common.locations.is_empty() => {
            report.problem(&table, "this marketplace knows no locations; remove the table");
        }
        Locations::Required | Locations::Optional | Locations::None => {}
    }
    for (ours, remote) in &common.locations {
        if let Err(message) = marketplace.check_location(remote) {
            report.problem(&table.key(ours.as_str()), message);
        }
    }
    if !capabilities.takes_differential && common.schedule.differential.is_some() {
        let path = KeyPath::of(["schedule", "differential"]);
        report.problem(&path, "this marketplace takes complete feeds only; remove the line");
    }
}
