//! A channel's marketplace, opened from its `[settings]`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use trueup_marketplace::{Marketplace, Registration};

use super::finding::{Finding, Yardstick};
use super::init::example_settings;
use super::key_path::KeyPath;
use super::load::World;
use super::problem::Problem;
use super::report::{Report, without};
use super::schema::settings_schema;

/// A channel's marketplace, opened.
pub(super) struct Opened {
    pub(super) marketplace: Arc<dyn Marketplace>,
    pub(super) shown: Value,
    pub(super) absent_secrets: Vec<Problem>,
}

/// What is needed to open a marketplace from its table.
pub(super) struct Opening<'a> {
    pub(super) registration: &'a Registration,
    pub(super) file_schema: &'a Value,
    pub(super) is_enabled: bool,
}

impl Opening<'_> {
    /// Fetches the secrets, judges the table and opens the marketplace with it; `None` where that
    /// cannot be, which is reported.
    pub(super) fn open(
        &self,
        settings: Value,
        report: &mut Report<'_>,
        world: &World<'_>,
    ) -> Option<Opened> {
        let base = KeyPath::of(["settings"]);
        let schema = settings_schema(self.registration);
        let resolved = world.vault.resolve(&schema, settings);
        report.known.add(resolved.known);
        for (path, note) in &resolved.exposed {
            report.note(&base.then(path), note);
        }
        let mut reported = Reported::of(resolved.faults.iter().map(|fault| &fault.path));
        let problems = report.problems.len();
        let absent_secrets = report.faults(&base, resolved.faults, !self.is_enabled);
        let yardstick = Yardstick { schema: &schema, file: self.file_schema };
        let findings = report.judge(yardstick, &base, &resolved.settings);
        reported.add(findings.iter().map(|finding| &finding.path));
        let is_whole = report.problems.len() == problems;
        let fitting = self.fitting(resolved.settings, &findings, &reported);
        if !findings.is_empty() && !yardstick.findings(&fitting).is_empty() {
            return None;
        }
        let opened = self.registration.open(fitting).map_err(|error| {
            let is_news = |key: &KeyPath| is_whole || !reported.covers(key);
            let problems = error.problems.into_iter();
            let problems = problems.map(|problem| (KeyPath::dotted(&problem.key), problem.message));
            for (key, message) in problems.filter(|(key, _)| is_news(key)) {
                report.problem(&base.then(&key), message);
            }
        });
        Some(Opened { marketplace: opened.ok()?, shown: resolved.shown, absent_secrets })
    }

    /// The settings with the example's values in place of those that are wrong, so that what is
    /// right is judged by the connector in the same go. They are used for nothing else, because
    /// every wrong value is a problem.
    fn fitting(&self, settings: Value, findings: &[Finding], reported: &Reported) -> Value {
        let mut fitting = without(settings, findings, 1);
        if findings.is_empty() {
            return fitting;
        }
        let example = example_settings(self.registration);
        let example = example.as_ref().and_then(Value::as_object).into_iter().flatten();
        if let Some(table) = fitting.as_object_mut() {
            for (key, value) in example.filter(|(key, _)| reported.0.contains(*key)) {
                table.entry(key).or_insert_with(|| value.clone());
            }
        }
        fitting
    }
}

/// The keys of `[settings]` that something is reported of already.
struct Reported(BTreeSet<String>);

impl Reported {
    fn of<'a>(paths: impl Iterator<Item = &'a KeyPath>) -> Self {
        let mut reported = Self(BTreeSet::new());
        reported.add(paths);
        reported
    }

    fn add<'a>(&mut self, paths: impl Iterator<Item = &'a KeyPath>) {
        self.0.extend(paths.filter_map(KeyPath::first_key).map(str::to_owned));
    }

    /// Whether a connector's word about this key may be an echo of what is reported.
    fn covers(&self, path: &KeyPath) -> bool {
        path.first_key().is_none_or(|key| self.0.contains(key))
    }
}
