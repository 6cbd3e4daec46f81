//! What was found while one file's values were read.

use serde_json::Value;

use super::finding::{Finding, Yardstick, value_at};
use super::key_path::{KeyPath, Step};
use super::merged::Merged;
use super::problem::{Place, Problem};
use super::secrets::{Fault, Known, is_secret_like};
use super::wording;

/// Problems and notes about one file, each with its place.
pub(super) struct Report<'a> {
    merged: &'a Merged,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Problem>,
    pub(super) known: Known,
}

impl<'a> Report<'a> {
    pub(super) fn new(merged: &'a Merged) -> Self {
        let (problems, notes) = (Vec::new(), Vec::new());
        Self { merged, problems, notes, known: Known::default() }
    }

    pub(super) fn problem(&mut self, path: &KeyPath, message: impl Into<String>) {
        let problem = self.at(path, message.into());
        self.problems.push(problem);
    }

    pub(super) fn note(&mut self, path: &KeyPath, message: impl Into<String>) {
        let note = self.at(path, message.into());
        self.notes.push(note);
    }

    /// Whether something at `path` or below is reported.
    pub(super) fn has_problem_at(&self, path: &KeyPath) -> bool {
        let key = path.to_string();
        let is_below = |problem: &Problem| {
            problem
                .key
                .strip_prefix(&key)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.problems.iter().any(is_below)
    }

    pub(super) fn at(&self, path: &KeyPath, message: String) -> Problem {
        let (place, line) = self.merged.place(path);
        let message = match place {
            Place::File(_) => message,
            Place::Variable(_) => wording::without_quotes_hint(&message).to_owned(),
        };
        Problem { place, line, key: path.to_string(), message }
    }

    /// Reports secrets that could not be fetched, except those that may still come.
    pub(super) fn faults(
        &mut self,
        base: &KeyPath,
        faults: Vec<Fault>,
        may_come: bool,
    ) -> Vec<Problem> {
        let mut absent = Vec::new();
        for fault in faults {
            let problem = self.at(&base.then(&fault.path), fault.message);
            if may_come && fault.is_absent {
                absent.push(problem);
            } else {
                self.problems.push(problem);
            }
        }
        self.notes.extend(absent.iter().cloned());
        absent
    }

    /// Reports, and returns, everything a schema finds wrong with `value`, which stands at `base`.
    pub(super) fn judge(
        &mut self,
        yardstick: Yardstick<'_>,
        base: &KeyPath,
        value: &Value,
    ) -> Vec<Finding> {
        let findings = yardstick.findings(value);
        for finding in &findings {
            self.learn_lost_secret(&finding.path, value);
            self.problem(&base.then(&finding.path), finding.message.clone());
        }
        findings
    }

    /// A secret under a wrong key is a secret still.
    fn learn_lost_secret(&mut self, path: &KeyPath, root: &Value) {
        let is_lost = path.steps().iter().any(|step| match step {
            Step::Key(key) => is_secret_like(key),
            Step::Index(_) => false,
        });
        if let Some(value) = value_at(root, path).filter(|_| is_lost) {
            self.known.learn(value);
        }
    }
}

/// The value without what was found wrong in it, so that the rest can be read. What is wrong further
/// inside than `depth` keys, at most 2, takes the entry at that depth with it.
pub(super) fn without(mut value: Value, findings: &[Finding], depth: usize) -> Value {
    for finding in findings {
        let keys = finding.path.steps().iter().map_while(as_key).take(depth);
        match keys.collect::<Vec<_>>().as_slice() {
            [key] => remove(&mut value, key),
            [table, key] => {
                value.get_mut(*table).map(|table| remove(table, key)).unwrap_or_default();
            }
            _ => {}
        }
    }
    value
}

fn as_key(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

fn remove(table: &mut Value, key: &str) {
    if let Some(table) = table.as_object_mut() {
        table.remove(key);
    }
}
