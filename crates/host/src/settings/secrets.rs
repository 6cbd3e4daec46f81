//! Secrets: where their values are fetched, and where messages are cleansed of them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde_json::Value;
use trueup_marketplace::REDACTED;

use super::environment::Environment;
use super::key_path::KeyPath;
use super::schema_walk::{Nodes, visit_secrets};
use super::wording;

/// A credential is short; what is longer is the wrong file.
const BYTES_MAX: u64 = 64 * 1024;
/// What stands for a secret that could not be fetched, so that the rest can be judged.
/// Long enough to pass for a password.
const ABSENT: &str = "a secret that is not there yet";
/// Values below this length are too common to be hunted for in messages, and no secrets.
const CHARS_MIN: usize = 4;

/// Where secrets are fetched from.
#[derive(Clone, Copy)]
pub(super) struct Vault<'a> {
    pub(super) dir: &'a Path,
    pub(super) environment: &'a Environment,
}

/// Settings with their secrets in place, and what there is to say about it.
#[derive(Default)]
pub(super) struct Resolved {
    /// The settings with every secret as a text.
    pub(super) settings: Value,
    /// The settings with every secret hidden.
    pub(super) shown: Value,
    pub(super) faults: Vec<Fault>,
    /// Files that more people can read than need to.
    pub(super) exposed: Vec<(KeyPath, String)>,
    pub(super) known: Known,
}

/// A secret that could not be fetched.
pub(super) struct Fault {
    pub(super) path: KeyPath,
    pub(super) message: String,
    /// Whether it is written well and merely not there yet.
    pub(super) is_absent: bool,
}

impl Vault<'_> {
    /// Fetches every secret that `schema` marks in `settings`.
    pub(super) fn resolve(&self, schema: &Value, mut settings: Value) -> Resolved {
        let mut resolved = Resolved { shown: settings.clone(), ..Resolved::default() };
        let nodes = Nodes::root(schema);
        let root = KeyPath::default();
        visit_secrets(&nodes, &mut resolved.shown, &root, &mut |_, value| *value = REDACTED.into());
        visit_secrets(&nodes, &mut settings, &root, &mut |path, value| {
            resolved.known.learn(value);
            *value = self.fetched(path, value, &mut resolved).into();
        });
        resolved.settings = settings;
        resolved
    }

    fn fetched(&self, path: &KeyPath, value: &Value, resolved: &mut Resolved) -> String {
        match self.fetch(value) {
            Ok((text, exposed)) => {
                resolved.known.learn_text(&text);
                resolved.exposed.extend(exposed.map(|note| (path.clone(), note)));
                text
            }
            Err((message, is_absent)) => {
                resolved.faults.push(Fault { path: path.clone(), message, is_absent });
                ABSENT.to_owned()
            }
        }
    }

    /// The secret and perhaps a note about its file, or why there is none and whether it is merely
    /// absent.
    fn fetch(&self, value: &Value) -> Result<(String, Option<String>), (String, bool)> {
        match value {
            Value::String(text) if text.is_empty() => Err(("is empty".to_owned(), false)),
            Value::String(text) => Ok((text.clone(), None)),
            Value::Object(table) => match (table.get("env"), table.get("file"), table.len()) {
                (Some(Value::String(name)), None, 1) => Ok((self.variable(name)?, None)),
                (None, Some(Value::String(file)), 1) => self.file(file),
                _ => Err((wording::not_a_secret(value), false)),
            },
            _ => Err((wording::not_a_secret(value), false)),
        }
    }

    fn variable(&self, name: &str) -> Result<String, (String, bool)> {
        let shown = super::key_path::shown_key(name);
        match self.environment.get(name) {
            Some(text) if text.is_empty() => {
                Err((format!("the environment variable {shown} is empty; set it"), true))
            }
            Some(text) => Ok(text.clone()),
            None => Err((format!("the environment variable {shown} is not set; set it"), true)),
        }
    }

    fn file(&self, file: &str) -> Result<(String, Option<String>), (String, bool)> {
        let path = self.dir.join(file);
        let shown = path.display();
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => {
                (format!("there is no file {shown}; write the secret into it"), true)
            }
            ErrorKind::InvalidData => (format!("the file {shown} is not UTF-8 text"), false),
            _ => (format!("the file {shown} cannot be read: {error}"), false),
        };
        let opened = File::open(&path).map_err(failed)?;
        let exposed = note_of_exposure(&opened, &path);
        let mut text = String::new();
        let read = opened.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(failed)?;
        if u64::try_from(read).is_ok_and(|read| read > BYTES_MAX) {
            return Err((format!("the file {shown} is too large for a secret"), false));
        }
        let secret = text.trim_end_matches(['\n', '\r']);
        if secret.is_empty() {
            return Err((format!("the file {shown} is empty; write the secret into it"), true));
        }
        Ok((secret.to_owned(), exposed))
    }
}

#[cfg(unix)]
fn note_of_exposure(file: &File, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().ok()?.permissions().mode();
    let path = path.display();
    let note = format!("other users of this machine can read {path}; run `chmod 600 {path}`");
    (mode & 0o077 != 0).then_some(note)
}

#[cfg(not(unix))]
fn note_of_exposure(_: &File, _: &Path) -> Option<String> {
    None
}

/// Values that must not appear in a message.
#[derive(Clone, Default)]
pub(super) struct Known(Vec<String>);

impl Known {
    /// Every text within a value that is, or was meant as, a secret. The names in `{ env = … }` and
    /// `{ file = … }` are none.
    pub(super) fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.learn_text(text),
            Value::Number(number) => self.learn_text(&number.to_string()),
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(table) => {
                let is_reference = |key: &str| table.len() == 1 && (key == "env" || key == "file");
                let others = table.iter().filter(|(key, _)| !is_reference(key));
                others.for_each(|(_, value)| self.learn(value));
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    pub(super) fn learn_text(&mut self, text: &str) {
        if text.chars().count() >= CHARS_MIN {
            self.0.push(text.to_owned());
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
        // The longest first, so that none leaves a rest of another standing.
        self.0.sort_by_key(|text| std::cmp::Reverse(text.len()));
        self.0.dedup();
    }

    /// The message without them. Whoever wrote it, a connector included, had no business naming one.
    pub(super) fn cleanse(&self, message: &str) -> String {
        let start = message.to_owned();
        self.0.iter().fold(start, |message, secret| message.replace(secret.as_str(), REDACTED))
    }
}

/// Whether a key looks as if a secret stood there.
pub(super) fn is_secret_like(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["secret", "password", "passwd", "passphrase", "token", "credential", "key", "auth"]
        .iter()
        .any(|word| key.contains(word))
}
