//! What is wrong with settings, for the person who can put it right.

use std::fmt;
use std::path::PathBuf;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// A file or folder, relative to the settings' directory.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
}

/// One problem, or one thing worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where the value comes from.
    pub place: Place,
    /// Its line, where it stands in a file.
    pub line: Option<usize>,
    /// Its key path within that file, or empty where the whole file is meant.
    pub key: String,
    /// What is wrong and what would fix it; never a secret.
    pub message: String,
}

/// Every problem of the settings in one directory, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    dir: PathBuf,
    list: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(dir: PathBuf, mut list: Vec<Problem>) -> Self {
        list.sort();
        list.dedup();
        Self { dir, list }
    }

    /// The problems: those of files in the order of files and lines, then those of variables.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
        }
    }
}

/// `channels/wayfair_us.toml:7: rules.buffer: what is wrong`, on one line.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// A line that counts the problems, and one for each.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dir = self.dir.display();
        match self.list.len() {
            1 => write!(f, "1 problem in the settings in {dir}:")?,
            count => write!(f, "{count} problems in the settings in {dir}:")?,
        }
        self.list.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}
