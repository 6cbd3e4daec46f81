//! Where bytes come from: a file, or a stream that a host already holds.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::error::{FileError, FileErrorKind};
use crate::format::Format;

/// One file to read. A path becomes one by itself; [`Input::stream`] takes bytes from elsewhere.
pub struct Input {
    name: String,
    origin: Origin,
}

enum Origin {
    Path(PathBuf),
    Stream(Format, Box<dyn Read + Send>),
}

impl Input {
    /// Bytes of a format, under the name that messages should use.
    pub fn stream(
        name: impl Into<String>,
        format: Format,
        bytes: impl Read + Send + 'static,
    ) -> Self {
        Self { name: name.into(), origin: Origin::Stream(format, Box::new(bytes)) }
    }

    /// The name as the person gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last part of the name, which patterns of a mapping are compared with.
    pub(crate) fn file_name(&self) -> String {
        let last = Path::new(&self.name).file_name();
        last.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Checks what can be known before reading; gives the size in bytes, zero for a stream.
    pub(crate) fn inspect(&self) -> Result<u64, FileError> {
        let Origin::Path(path) = &self.origin else {
            return Ok(0);
        };
        let found = path.metadata().map_err(|error| FileError::io(&self.name, error))?;
        if found.is_dir() {
            let message = "this is a folder; name a file in it";
            return Err(FileError::new(FileErrorKind::Unreadable, &self.name, message));
        }
        Format::of(path)?;
        Ok(found.len())
    }

    pub(crate) fn open(self, progress: &Progress) -> Result<Opened, FileError> {
        let (format, bytes): (Format, Box<dyn Read + Send>) = match self.origin {
            Origin::Stream(format, bytes) => (format, bytes),
            Origin::Path(path) => {
                let format = Format::of(&path)?;
                let file = File::open(&path).map_err(|error| FileError::io(&self.name, error))?;
                (format, Box::new(file))
            }
        };
        Ok(Opened { name: self.name, format, bytes: Counted::new(bytes, progress) })
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name).finish()
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}

impl From<&PathBuf> for Input {
    fn from(path: &PathBuf) -> Self {
        path.clone().into()
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Self { name: path.display().to_string(), origin: Origin::Path(path) }
    }
}

/// An input whose bytes can be read.
pub(crate) struct Opened {
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) bytes: Counted,
}

/// How much has been read, for a progress bar. Clones watch the same reading, from any thread.
#[derive(Clone, Debug)]
pub struct Progress {
    read: Arc<AtomicU64>,
    digests: Arc<Mutex<Vec<String>>>,
    total: u64,
}

impl Progress {
    pub(crate) fn new(total: u64) -> Self {
        Self { read: Arc::default(), digests: Arc::default(), total }
    }

    /// Bytes read so far, of all files.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The SHA-256 of every file that was read to its end so far, in hexadecimal digits, in the
    /// order of reading.
    #[must_use]
    pub fn digests(&self) -> Vec<String> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, digest: Option<Sha256>) {
        let Some(digest) = digest else { return };
        let bytes = digest.finalize();
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).push(hex.concat());
    }

    /// Bytes of all files together; streams count zero.
    #[must_use]
    pub const fn bytes_total(&self) -> u64 {
        self.total
    }
}

/// Counts bytes as they pass, and takes their digest.
pub(crate) struct Counted {
    bytes: Box<dyn Read + Send>,
    /// Gone once the end was reached.
    digest: Option<Sha256>,
    progress: Progress,
}

impl Counted {
    fn new(bytes: Box<dyn Read + Send>, progress: &Progress) -> Self {
        Self { bytes, digest: Some(Sha256::new()), progress: progress.clone() }
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        let step = u64::try_from(count).unwrap_or_default();
        self.progress.read.fetch_add(step, Ordering::Relaxed);
        if let Some(digest) = &mut self.digest {
            digest.update(buffer.get(..count).unwrap_or_default());
        }
        if count == 0 && !buffer.is_empty() {
            self.progress.note(self.digest.take());
        }
        Ok(count)
    }
}
