//! The host's own file: what it knows of the database it feeds from, kept outside of it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::{JournalHead, StoreError, StoreErrorKind};

/// What a host remembers of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Which instance.
    pub(super) nonce: String,
    /// How far the journal of each channel had come, and that of none.
    pub(super) heads: BTreeMap<i64, JournalHead>,
    /// How often each channel's lease had been granted.
    pub(super) epochs: BTreeMap<i64, i64>,
    /// The highest key of a batch.
    pub(super) batch: i64,
    /// The highest key of a feed.
    pub(super) feed: i64,
}

impl Record {
    /// Whether nothing was ever sent by it.
    pub(super) fn is_unused(&self) -> bool {
        self.batch == 0
    }

    /// Reads the file; `None` where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(path, "read", &error.to_string())),
        };
        let record = serde_json::from_str(&text);
        record.map(Some).map_err(|error| failed(path, "understood", &error.to_string()))
    }

    /// Replaces the file, whole or not at all, also at a power loss.
    pub(super) fn write(&self, path: &Path) -> Result<(), StoreError> {
        let text = serde_json::to_vec(self).expect("texts and numbers have a JSON form");
        let kept = replace(path, &text);
        kept.map_err(|error| failed(path, "written", &said(&error)))
    }
}

fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let unique = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{}", unique.0, unique.1));
    let mut file = File::create(&name)?;
    let written = file.write_all(text).and_then(|()| file.sync_data());
    let renamed = written.and_then(|()| fs::rename(&name, path));
    if renamed.is_err() {
        let _nothing_is_left = fs::remove_file(&name);
    }
    renamed
}

/// A full disk is told as it is everywhere.
fn said(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull => "the disk is full; make room and do it again".to_owned(),
        _ => error.to_string(),
    }
}

fn failed(path: &Path, what: &str, why: &str) -> StoreError {
    let message = format!(
        "the file {} cannot be {what} ({why}); it proves that the database is not an older copy, \
         so nothing is sent without it (`state_dir` in trueup.toml names its folder)",
        path.display()
    );
    StoreError::new(StoreErrorKind::Database, message)
}
