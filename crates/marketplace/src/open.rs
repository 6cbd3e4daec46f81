//! Settings that cannot be used, and the reading that finds every problem of them at once.

use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Settings that do not fit their types, or that fit and still cannot work together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// Every problem found, at least one.
    pub problems: Vec<Problem>,
}

/// One problem of a connector's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key within `[settings]`, dotted, or empty.
    pub key: String,
    /// What is wrong and what would fix it; never a secret value.
    pub message: String,
}

impl OpenError {
    /// One problem with one key.
    #[must_use]
    pub fn at(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { problems: vec![Problem { key: key.into(), message: message.into() }] }
    }
}

/// Collects what is wrong with settings, so that all of it is said at once.
///
/// ```
/// use trueup_marketplace::Problems;
///
/// let mut problems = Problems::default();
/// problems.require("client_id", " ", "take it from the shop's admin page");
/// problems.require("shop", "oak", "write the shop's name");
/// let error = problems.finish().unwrap_err();
/// assert_eq!(error.problems.len(), 1);
/// assert_eq!(error.problems[0].message, "is empty; take it from the shop's admin page");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem with one key.
    pub fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem { key: key.into(), message: message.into() });
    }

    /// Notes that a text is empty or blank, and the fix.
    pub fn require(&mut self, key: &str, text: &str, fix: &str) {
        if text.trim().is_empty() {
            self.add(key, format!("is empty; {fix}"));
        }
    }

    /// The time zone of an IANA name; notes where there is none of that name.
    pub fn time_zone(&mut self, key: &str, name: &str) -> TimeZone {
        TimeZone::get(name).unwrap_or_else(|_| {
            let fix = "write one such as America/New_York";
            self.add(key, format!("`{name}` is no IANA time zone; {fix}"));
            TimeZone::UTC
        })
    }

    /// Succeeds where nothing was noted.
    ///
    /// # Errors
    /// Everything that was.
    pub fn finish(self) -> Result<(), OpenError> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(OpenError { problems: self.0 }),
        }
    }
}

/// Reads settings and opens a channel from them, so that all problems are named in one go.
///
/// A key whose value does not fit its type is noted and put aside, and the rest is read and opened
/// without it. What the opening then says of other keys is noted as well.
pub(crate) fn open<S: DeserializeOwned, C>(
    settings: Value,
    open: impl FnOnce(S) -> Result<C, OpenError>,
) -> Result<C, OpenError> {
    let (read, misfits) = read(settings);
    let opened = match read {
        Some(read) => open(read),
        None => Err(OpenError { problems: Vec::new() }),
    };
    if misfits.is_empty() {
        return opened;
    }
    let is_aside = |key: &str| misfits.iter().any(|misfit| top(&misfit.key) == top(key));
    let others = opened.err().map(|error| error.problems).unwrap_or_default();
    // What is said of no key in particular may be an echo of what is missing now.
    let others = others.into_iter().filter(|other| !other.key.is_empty() && !is_aside(&other.key));
    let others: Vec<_> = others.collect();
    Err(OpenError { problems: misfits.into_iter().chain(others).collect() })
}

/// The settings without the keys that do not fit, where they can be read without; and those keys.
fn read<S: DeserializeOwned>(mut settings: Value) -> (Option<S>, Vec<Problem>) {
    let mut misfits: Vec<Problem> = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize(&settings) {
            Ok(read) => return (Some(read), misfits),
            Err(error) => error,
        };
        let misfit = misfit(&error);
        let key = top(&misfit.key).to_owned();
        // A key that was put aside is missing now, which is no news.
        if !misfits.iter().any(|known| top(&known.key) == key) {
            misfits.push(misfit);
        }
        let table = settings.as_object_mut();
        if table.and_then(|table| table.remove(&key)).is_none() {
            return (None, misfits);
        }
    }
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let message = error.inner().to_string();
    let absent = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    let steps = error.path().iter().map(ToString::to_string);
    let steps: Vec<String> = steps.chain(absent.map(str::to_owned)).collect();
    Problem { key: steps.join("."), message }
}

/// The first step of a dotted key.
fn top(key: &str) -> &str {
    key.split('.').next().unwrap_or_default()
}
