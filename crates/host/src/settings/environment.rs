//! Environment variables that are settings: `TRUEUP_` and the keys, with `__` between levels.

use std::collections::{BTreeMap, BTreeSet};

use figment::value::Value;
use trueup_stock::ChannelName;

use super::document::Document;
use super::key_path::KeyPath;
use super::problem::{Place, Problem};
use super::schema_walk::Nodes;
use super::sources::{CHANNELS_DIR, Sources};

const PREFIX: &str = "TRUEUP_";
const BETWEEN: &str = "__";

/// All variables of the environment, by name.
pub(super) type Environment = BTreeMap<String, String>;

/// One variable that is a setting.
#[derive(Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    /// The keys within `trueup.toml`, or within the channel's file.
    pub(super) keys: Vec<String>,
    text: String,
}

/// The variables that are settings, by the file whose keys they set.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) main: Vec<Variable>,
    pub(super) channels: BTreeMap<ChannelName, Vec<Variable>>,
    pub(super) problems: Vec<Problem>,
}

impl Variables {
    /// Sorts the environment out. A variable that holds a secret some file refers to is no setting,
    /// whatever it is called.
    pub(super) fn read(environment: &Environment, sources: &Sources) -> Self {
        let referred = referred(environment, sources);
        let ours = environment.iter().filter(|(name, _)| !referred.contains(name.as_str()));
        let mut variables = Self::default();
        for (name, text) in ours {
            if let Some(keys) = name.strip_prefix(PREFIX) {
                variables.add(name, keys, text, sources);
            }
        }
        variables
    }

    fn add(&mut self, name: &str, keys: &str, text: &str, sources: &Sources) {
        let keys: Vec<&str> = keys.split(BETWEEN).collect();
        let variable = |keys| Variable { name: name.to_owned(), keys, text: text.to_owned() };
        if keys.iter().any(|key| key.is_empty()) {
            let message = "names no key; write TRUEUP_ and the key in capitals, with `__` between \
                levels, such as TRUEUP_DEMAND__PROFILE";
            return self.problem(name, message);
        }
        match lowered(&keys).split_first() {
            Some((first, rest)) if first == CHANNELS_DIR => match rest.split_first() {
                Some((channel, keys)) if !keys.is_empty() => match channel.parse() {
                    Ok(channel) if sources.unread.contains(&channel) => {}
                    Ok(channel) => {
                        let of_channel = self.channels.entry(channel).or_default();
                        of_channel.push(variable(keys.to_vec()));
                    }
                    Err(error) => self.problem(name, &error.to_string()),
                },
                Some(_) | None => self.problem(
                    name,
                    "names no key of a channel; write TRUEUP_CHANNELS__ and the channel's name, \
                    then `__` and a key, such as TRUEUP_CHANNELS__SHOP__ENABLED",
                ),
            },
            Some(_) | None => self.main.push(variable(lowered(&keys))),
        }
    }

    fn problem(&mut self, name: &str, message: &str) {
        self.problems.push(Problem {
            place: Place::Variable(name.to_owned()),
            line: None,
            key: String::new(),
            message: message.to_owned(),
        });
    }
}

/// Keys are `snake_case`; only the codes of our locations are what they are, capitals included.
fn lowered(keys: &[&str]) -> Vec<String> {
    let is_location = |index: usize| {
        index == 3
            && keys.first().is_some_and(|key| key.eq_ignore_ascii_case(CHANNELS_DIR))
            && keys.get(2).is_some_and(|key| key.eq_ignore_ascii_case("locations"))
    };
    let lower = |(index, key): (usize, &&str)| {
        if is_location(index) { (*key).to_owned() } else { key.to_ascii_lowercase() }
    };
    keys.iter().enumerate().map(lower).collect()
}

/// Variables named by some `{ env = "…" }`, in a file or in a variable.
fn referred<'a>(environment: &'a Environment, sources: &'a Sources) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    let documents = sources.main.iter().chain(sources.channels.values());
    for value in documents.flat_map(|document: &Document| document.values.values()) {
        references(value, &mut names);
    }
    let indirect =
        environment.iter().filter(|(name, _)| name.starts_with(PREFIX) && name.ends_with("__ENV"));
    names.extend(indirect.map(|(_, text)| text.as_str()));
    names
}

fn references<'a>(value: &'a Value, names: &mut BTreeSet<&'a str>) {
    let Value::Dict(_, table) = value else { return };
    for (key, value) in table {
        match value {
            Value::String(_, name) if key == "env" => {
                names.insert(name);
            }
            other => references(other, names),
        }
    }
}

impl Variable {
    /// The keys as a path.
    pub(super) fn path(&self) -> KeyPath {
        KeyPath::of(self.keys.iter().map(String::as_str))
    }

    /// The text as it is.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The value as the schema wants it: a text stays a text where one is expected, so that a
    /// client id of digits stays a client id.
    pub(super) fn value(&self, expected: &Nodes<'_>) -> Value {
        let text = || Value::from(self.text.as_str());
        if expected.is_secret() {
            return text();
        }
        let is_structured = self.text.starts_with(['{', '[']);
        let takes_structure = expected.takes("object") || expected.takes("array");
        if takes_structure && is_structured {
            return self.text.parse().unwrap_or_else(|_| text());
        }
        if expected.takes("string") {
            return text();
        }
        let flag = self.text.parse::<bool>().ok().filter(|_| expected.takes("boolean"));
        let takes_number = expected.takes("integer") || expected.takes("number");
        let whole = self.text.parse::<i64>().ok().filter(|_| takes_number);
        let number = self.text.parse::<f64>().ok();
        let number = number.filter(|number| number.is_finite() && takes_number);
        let typed = flag.map(Value::from).or(whole.map(Value::from));
        typed.or(number.map(Value::from)).unwrap_or_else(text)
    }
}
