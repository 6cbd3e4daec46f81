//! Finding one's way through a JSON schema beside a value.

use serde_json::Value;
use trueup_marketplace::SECRET_FORMAT;

use super::key_path::{KeyPath, Step};

/// How deep references and alternatives are followed; a schema may refer to itself.
const DEPTH_MAX: usize = 16;

/// The parts of one schema that may describe one value.
#[derive(Clone)]
pub(super) struct Nodes<'a> {
    root: &'a Value,
    nodes: Vec<&'a Value>,
}

impl<'a> Nodes<'a> {
    pub(super) fn root(schema: &'a Value) -> Self {
        Self::alternatives(schema, [schema])
    }

    /// What may describe the value at `path`; empty where the schema says nothing of it.
    pub(super) fn at(schema: &'a Value, path: &KeyPath) -> Self {
        let root = Self::root(schema);
        path.steps().iter().fold(root, |nodes, step| nodes.child(step))
    }

    fn alternatives(root: &'a Value, nodes: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut found = Vec::new();
        for node in nodes {
            collect(root, node, DEPTH_MAX, &mut found);
        }
        Self { root, nodes: found }
    }

    pub(super) fn child(&self, step: &Step) -> Self {
        let below = self.nodes.iter().filter_map(|node| match step {
            Step::Key(key) => property(node, key),
            Step::Index(_) => node.get("items"),
        });
        Self::alternatives(self.root, below)
    }

    pub(super) fn is_secret(&self) -> bool {
        self.nodes.iter().any(|node| is_secret(node))
    }

    /// Whether a value of this JSON type may stand here.
    pub(super) fn takes(&self, json_type: &str) -> bool {
        self.nodes.iter().any(|node| takes(node, json_type))
    }

    /// The keys a table may have here, sorted.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        let tables = self.nodes.iter().filter_map(|node| node.get("properties")?.as_object());
        let mut keys: Vec<&str> =
            tables.flat_map(|table| table.keys()).map(String::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The first text that a keyword has here, such as a description.
    pub(super) fn text(&self, keyword: &str) -> Option<&'a str> {
        self.nodes.iter().find_map(|node| node.get(keyword)?.as_str())
    }

    /// The values allowed here, where only some are.
    pub(super) fn allowed(&self) -> Vec<&'a Value> {
        let listed = |node: &&'a Value| {
            let list = node.get("enum").and_then(Value::as_array);
            let one = node.get("const");
            list.into_iter().flatten().chain(one).collect::<Vec<_>>()
        };
        self.nodes.iter().flat_map(listed).collect()
    }
}

fn collect<'a>(root: &'a Value, node: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
    found.push(node);
    if depth == 0 || is_secret(node) {
        return;
    }
    let reference = node.get("$ref").and_then(Value::as_str);
    if let Some(meant) = reference.and_then(|to| root.pointer(to.strip_prefix('#')?)) {
        collect(root, meant, depth - 1, found);
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        let members = node.get(keyword).and_then(Value::as_array);
        for member in members.into_iter().flatten() {
            collect(root, member, depth - 1, found);
        }
    }
}

fn property<'a>(node: &'a Value, key: &str) -> Option<&'a Value> {
    let named = node.get("properties").and_then(|properties| properties.get(key));
    named.or_else(|| node.get("additionalProperties").filter(|others| others.is_object()))
}

fn is_secret(node: &Value) -> bool {
    node.get("format").and_then(Value::as_str) == Some(SECRET_FORMAT)
}

fn takes(node: &Value, json_type: &str) -> bool {
    let is_it = |name: &Value| name.as_str() == Some(json_type);
    match node.get("type") {
        Some(Value::Array(names)) => names.iter().any(is_it),
        Some(name) => is_it(name),
        None => node.get("const").is_some_and(|value| json_type == "string" && value.is_string()),
    }
}

/// Shows `visit` every value that the schema calls a secret.
pub(super) fn visit_secrets(
    nodes: &Nodes<'_>,
    value: &mut Value,
    path: &KeyPath,
    visit: &mut impl FnMut(&KeyPath, &mut Value),
) {
    if nodes.is_secret() {
        return visit(path, value);
    }
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let step = Step::Key(key.clone());
                visit_secrets(&nodes.child(&step), value, &path.key(key), visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                visit_secrets(&nodes.child(&Step::Index(index)), item, &path.index(index), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
