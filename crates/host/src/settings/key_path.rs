//! Where in a table a value stands.

use std::fmt;

use jsonschema::paths::{Location, LocationSegment};

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The keys (and places in lists) from the root of a file to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyPath(Vec<Step>);

impl KeyPath {
    pub(super) fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let keys = keys.into_iter().map(str::to_owned);
        Self(keys.map(Step::Key).collect())
    }

    /// A path as a connector writes it: keys with points between.
    pub(super) fn dotted(text: &str) -> Self {
        Self::of(text.split('.').filter(|key| !key.is_empty()))
    }

    pub(super) fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(super) fn then(&self, rest: &Self) -> Self {
        Self([self.0.as_slice(), rest.0.as_slice()].concat())
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The key at the root, where there is one.
    pub(super) fn first_key(&self) -> Option<&str> {
        match self.0.first()? {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }

    pub(super) fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(Self(parent.to_vec()))
    }
}

impl From<&Location> for KeyPath {
    fn from(location: &Location) -> Self {
        let steps = location.iter().map(|segment| match segment {
            LocationSegment::Property(key) => Step::Key(key.into_owned()),
            LocationSegment::Index(index) => Step::Index(index),
        });
        Self(steps.collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    let point = if depth == 0 { "" } else { "." };
                    write!(f, "{point}{}", shown_key(key))?;
                }
            }
        }
        Ok(())
    }
}

/// A key as TOML would write it, on one line and not all of it where it is long.
pub(super) fn shown_key(key: &str) -> String {
    const CHARS_MAX: usize = 60;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let shown: String = key.chars().take(CHARS_MAX).flat_map(char::escape_debug).collect();
    let cut = if key.chars().count() > CHARS_MAX { "…" } else { "" };
    if !key.is_empty() && key.chars().all(is_plain) {
        return format!("{shown}{cut}");
    }
    format!("\"{shown}{cut}\"")
}
