//! One TOML file: its values for figment, and the line of every key.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::key_path::KeyPath;
use super::problem::{Place, Problem};

/// A file that was read.
pub(super) struct Document {
    /// Relative to the settings' directory.
    pub(super) file: PathBuf,
    pub(super) values: Dict,
    lines: BTreeMap<KeyPath, usize>,
}

impl Document {
    /// Reads `file` in `dir`.
    ///
    /// # Errors
    /// A file that cannot be read, or everything in it that is not TOML.
    pub(super) fn read(dir: &Path, file: PathBuf) -> Result<Self, Vec<Problem>> {
        let text = match fs::read_to_string(dir.join(&file)) {
            Ok(text) => text,
            Err(error) => return Err(vec![whole(&file, unreadable(&error))]),
        };
        Self::parse(file, text.strip_prefix('\u{feff}').unwrap_or(&text))
    }

    fn parse(file: PathBuf, text: &str) -> Result<Self, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(syntax_problems(&file, text, &errors));
        }
        let mut reader = Reader { text, lines: BTreeMap::new() };
        let values = reader.table(table.get_ref(), &KeyPath::default());
        Ok(Self { file, values, lines: reader.lines })
    }

    /// The line of a key, or of the nearest table around it that has one.
    pub(super) fn line(&self, path: &KeyPath) -> Option<usize> {
        let around = std::iter::successors(Some(path.clone()), KeyPath::parent);
        around.into_iter().find_map(|path| self.lines.get(&path).copied())
    }

    /// Whether the file itself has this key.
    pub(super) fn has(&self, path: &KeyPath) -> bool {
        self.lines.contains_key(path)
    }
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::InvalidData => "is not UTF-8 text; save it as UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn whole(file: &Path, message: String) -> Problem {
    Problem { place: Place::File(file.to_owned()), line: None, key: String::new(), message }
}

/// One problem for each line; what follows on the same line is mostly an echo of it. The parser's
/// message names what it expected and never quotes the file, where a secret may stand.
fn syntax_problems(file: &Path, text: &str, errors: &[toml::de::Error]) -> Vec<Problem> {
    let mut by_line = BTreeMap::new();
    for error in errors {
        let line = error.span().map(|span| line_at(text, span.start));
        by_line.entry(line).or_insert_with(|| error.message().to_owned());
    }
    let problem = |(line, message)| Problem {
        line,
        ..whole(file, format!("is not valid TOML here: {message}"))
    };
    by_line.into_iter().map(problem).collect()
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}

struct Reader<'a> {
    text: &'a str,
    lines: BTreeMap<KeyPath, usize>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, path: &KeyPath) -> Dict {
        let entries = table.iter().map(|(key, value)| {
            let path = path.key(key.get_ref().as_ref());
            let line = line_at(self.text, key.span().start);
            self.lines.insert(path.clone(), line);
            (key.get_ref().to_string(), self.value(value, &path))
        });
        entries.collect()
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &KeyPath) -> Value {
        match value.get_ref() {
            DeValue::String(text) => Value::from(text.as_ref()),
            DeValue::Integer(number) => integer(number),
            DeValue::Float(number) => float(number.as_str()),
            DeValue::Boolean(flag) => Value::from(*flag),
            // `at = [13:30:00]` is a time of day to TOML; settings know texts only.
            DeValue::Datetime(moment) => Value::from(moment.to_string()),
            DeValue::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    let path = path.index(index);
                    let line = line_at(self.text, item.span().start);
                    self.lines.insert(path.clone(), line);
                    self.value(item, &path)
                });
                Value::from(items.collect::<Vec<_>>())
            }
            DeValue::Table(table) => Value::from(self.table(table, path)),
        }
    }
}

fn integer(number: &DeInteger<'_>) -> Value {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(exact) => Value::from(exact),
        Err(_) => float(number.as_str()),
    }
}

/// JSON has no infinity and no NaN; as texts they are refused wherever a number is expected.
fn float(text: &str) -> Value {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        Ok(_) | Err(_) => Value::from(text),
    }
}
