//! What a schema finds wrong with a value: each finding with its path, its words and its fix.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::key_path::{KeyPath, Step};
use super::schema_walk::Nodes;
use super::{suggest, wording};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) path: KeyPath,
    pub(super) message: String,
}

/// The schema a value is held to, and that of the whole file, to find the home of a lost key.
#[derive(Clone, Copy)]
pub(super) struct Yardstick<'a> {
    pub(super) schema: &'a Value,
    pub(super) file: &'a Value,
}

impl Yardstick<'_> {
    /// Everything that is wrong with `value`.
    pub(super) fn findings(&self, value: &Value) -> Vec<Finding> {
        let validator = match jsonschema::validator_for(self.schema) {
            Ok(validator) => validator,
            Err(error) => {
                let message = format!("the connector's schema is broken: {error}");
                return vec![Finding { path: KeyPath::default(), message }];
            }
        };
        let errors = validator.iter_errors(value);
        let mut findings: Vec<Finding> =
            errors.flat_map(|error| self.explain(&error, value)).collect();
        findings.sort();
        findings.dedup();
        findings
    }

    fn explain(&self, error: &ValidationError<'_>, root: &Value) -> Vec<Finding> {
        let path = KeyPath::from(error.instance_path());
        match error.kind() {
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                let one = |key: &String| self.unknown_key(&path, key, root);
                unexpected.iter().map(one).collect()
            }
            Kind::Required { property } => {
                vec![self.missing_key(&path, property.as_str().unwrap_or_default())]
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                self.no_alternative(&path, context, error.instance(), root)
            }
            _ => vec![Finding { path, message: wording::message(error) }],
        }
    }

    fn unknown_key(&self, path: &KeyPath, key: &str, root: &Value) -> Finding {
        let here = Nodes::at(self.schema, path).keys();
        let fix = suggest::for_unknown_key(key, &here, &Nodes::root(self.file));
        let path = path.key(key);
        let found = value_at(root, &path).map_or("nothing", wording::type_of);
        Finding { path, message: format!("unknown key ({found}); {fix}") }
    }

    fn missing_key(&self, path: &KeyPath, key: &str) -> Finding {
        let nodes = Nodes::at(self.schema, path).child(&Step::Key(key.to_owned()));
        let meaning = nodes.text("description").and_then(|text| text.split(". ").next());
        let meaning =
            meaning.map(|text| format!(" ({})", text.trim_end_matches('.').replace('\n', " ")));
        let (meaning, written) = (meaning.unwrap_or_default(), suggest::written(key, &nodes));
        let message = format!("is missing{meaning}; add {written}");
        Finding { path: path.key(key), message }
    }

    /// Of several alternatives, what is wrong with the one that was meant.
    fn no_alternative(
        &self,
        path: &KeyPath,
        context: &[Vec<ValidationError<'static>>],
        found: &Value,
        root: &Value,
    ) -> Vec<Finding> {
        let is_about_whole = |error: &ValidationError<'_>| {
            KeyPath::from(error.instance_path()) == *path
                && matches!(
                    error.kind(),
                    Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. }
                )
        };
        let meant = |errors: &&Vec<ValidationError<'static>>| !errors.iter().any(is_about_whole);
        // A branch whose tag fits, as far as a branch has one, is nearer than one whose tag does not.
        let branches = context.iter().filter(meant);
        let nearest = branches.min_by_key(|errors| (has_wrong_tag(errors), errors.len()));
        if let Some(errors) = nearest {
            if let Some(finding) = wrong_tag(errors, context) {
                return vec![finding];
            }
            return errors.iter().flat_map(|error| self.explain(error, root)).collect();
        }
        let message = whole_message(&Nodes::at(self.schema, path), context, found);
        vec![Finding { path: path.clone(), message }]
    }
}

/// A tag that fits no alternative at all: what it could be is then said by all of them together.
fn wrong_tag(
    nearest: &[ValidationError<'_>],
    context: &[Vec<ValidationError<'static>>],
) -> Option<Finding> {
    let is_tag = |error: &&ValidationError<'_>| matches!(error.kind(), Kind::Constant { .. });
    let tag = nearest.iter().find(is_tag)?;
    let at = tag.instance_path();
    let same = context.iter().flatten().filter(|error| error.instance_path() == at);
    let allowed = same.filter_map(|error| match error.kind() {
        Kind::Constant { expected_value } => Some(&**expected_value),
        _ => None,
    });
    let message = wording::must_be(allowed, wording::type_of(tag.instance()));
    Some(Finding { path: KeyPath::from(at), message })
}

fn has_wrong_tag(errors: &[ValidationError<'_>]) -> bool {
    errors.iter().any(|error| matches!(error.kind(), Kind::Constant { .. }))
}

/// No alternative takes a value of this kind at all.
fn whole_message(
    nodes: &Nodes<'_>,
    context: &[Vec<ValidationError<'static>>],
    found: &Value,
) -> String {
    let allowed = nodes.allowed();
    let is_choice = allowed.iter().any(|value| !value.is_null());
    if is_choice {
        return wording::must_be(allowed, wording::type_of(found));
    }
    let kinds = context.iter().flatten().map(ValidationError::kind);
    let types = kinds.filter_map(|kind| match kind {
        Kind::Type { kind } => Some(wording::expected(kind)),
        _ => None,
    });
    wording::wrong_type(&types.flatten().collect::<Vec<_>>(), found)
}

/// The value at a path.
pub(super) fn value_at<'a>(root: &'a Value, path: &KeyPath) -> Option<&'a Value> {
    path.steps().iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}
