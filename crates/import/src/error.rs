//! The one error of this crate: a file, or a mapping, that cannot be read.

use std::error::Error;
use std::fmt;

/// Why a file cannot be read. A single row that cannot be taken is no error but a
/// [`trueup_stock::Rejection`].
#[derive(Debug)]
pub struct FileError {
    kind: FileErrorKind,
    file: String,
    row: Option<u64>,
    message: String,
    source: Option<std::io::Error>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// No file was named, or too few or too many for the mapping.
    Usage,
    /// There is no such file.
    NotFound,
    /// The system refuses to read it.
    Unreadable,
    /// The name's extension is none of the formats.
    UnknownFormat,
    /// Beyond a limit that protects memory.
    TooLarge,
    /// There is not even a header.
    Empty,
    /// It ends in the middle.
    Truncated,
    /// It is not UTF-8.
    Encoding,
    /// It is not what its extension says.
    Malformed,
    /// Its columns are not the ones needed.
    Header,
    /// The mapping file says something that cannot be followed.
    Mapping,
}

impl FileError {
    pub(crate) fn new(kind: FileErrorKind, file: &str, message: impl Into<String>) -> Self {
        Self { kind, file: file.to_owned(), row: None, message: message.into(), source: None }
    }

    pub(crate) fn at(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    pub(crate) fn io(file: &str, error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::NotFound {
            let message = "there is no such file; check its name and folder";
            return Self::new(FileErrorKind::NotFound, file, message);
        }
        let message = "the file cannot be read; check its permissions and its disk";
        let mut unreadable = Self::new(FileErrorKind::Unreadable, file, message);
        unreadable.source = Some(error);
        unreadable
    }

    /// What is wrong, for callers that decide by it.
    #[must_use]
    pub const fn kind(&self) -> FileErrorKind {
        self.kind
    }

    /// The file, as the person named it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The row, counted as a person sees it, where one is to blame.
    #[must_use]
    pub const fn row(&self) -> Option<u64> {
        self.row
    }

    /// What is wrong and what would fix it, without file and row.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some(row) => write!(f, "{}, row {row}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl Error for FileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as &(dyn Error + 'static))
    }
}
