//! A file and the variables that override it, merged by figment, each value with its place.

use std::path::PathBuf;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider, Source};
use serde_json::Value as Json;

use super::document::Document;
use super::environment::Variable;
use super::key_path::{KeyPath, Step};
use super::problem::Place;

/// The values of one file, perhaps without the file.
pub(super) struct Merged {
    document: Option<Document>,
    file: PathBuf,
    figment: Figment,
    root: Value,
}

/// One source of values, as figment merges it.
struct Layer {
    metadata: Metadata,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}

impl Merged {
    /// The file's values under the variables' values.
    pub(super) fn new(
        document: Option<Document>,
        file: PathBuf,
        variables: impl IntoIterator<Item = (Variable, Value)>,
    ) -> Self {
        let mut figment = Figment::new();
        if let Some(document) = &document {
            let metadata = Metadata::from("file", document.file.as_path());
            figment = figment.merge(Layer { metadata, values: document.values.clone() });
        }
        for (variable, value) in variables {
            let source = Source::Custom(variable.name.clone());
            let metadata = Metadata::named("variable").source(source);
            figment = figment.merge(Layer { metadata, values: nested(&variable.keys, value) });
        }
        let root = figment.find_value("").unwrap_or_else(|_| Value::from(Dict::new()));
        Self { document, file, figment, root }
    }

    pub(super) fn json(&self) -> Json {
        // Numbers are those of the file and of JSON alike, so nothing here can fail.
        serde_json::to_value(&self.root).unwrap_or_default()
    }

    /// Where the value at `path` comes from. What is missing is missing in the file.
    pub(super) fn place(&self, path: &KeyPath) -> (Place, Option<usize>) {
        let is_in_file = self.document.as_ref().is_some_and(|document| document.has(path));
        let variable = match find(&self.root, path) {
            Some(Value::Dict(..)) if is_in_file => None,
            Some(value) => self.variable(value),
            None if self.document.is_none() => self.variable_around(path),
            None => None,
        };
        match variable {
            Some(name) => (Place::Variable(name), None),
            None => {
                let line = self.document.as_ref().and_then(|document| document.line(path));
                (Place::File(self.file.clone()), line)
            }
        }
    }

    fn variable(&self, value: &Value) -> Option<String> {
        match self.figment.get_metadata(value.tag())?.source.as_ref()? {
            Source::Custom(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// A variable that set something in the nearest table around `path`.
    fn variable_around(&self, path: &KeyPath) -> Option<String> {
        let mut around = std::iter::successors(path.parent(), KeyPath::parent);
        around.find_map(|path| self.any_variable(find(&self.root, &path)?))
    }

    /// A variable that set something below `value`.
    fn any_variable(&self, value: &Value) -> Option<String> {
        let below = match value {
            Value::Dict(_, table) => table.values().find_map(|value| self.any_variable(value)),
            _ => None,
        };
        below.or_else(|| self.variable(value))
    }
}

fn nested(keys: &[String], value: Value) -> Dict {
    match keys.split_first() {
        Some((key, [])) => Dict::from([(key.clone(), value)]),
        Some((key, rest)) => Dict::from([(key.clone(), Value::from(nested(rest, value)))]),
        None => Dict::new(),
    }
}

fn find<'a>(root: &'a Value, path: &KeyPath) -> Option<&'a Value> {
    path.steps().iter().try_fold(root, |value, step| match (value, step) {
        (Value::Dict(_, table), Step::Key(key)) => table.get(key),
        (Value::Array(_, items), Step::Index(index)) => items.get(*index),
        _ => None,
    })
}
