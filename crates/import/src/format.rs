//! Which format a file has. Its extension decides, whatever its case.

use std::path::Path;

use crate::error::{FileError, FileErrorKind};

/// A file format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values: `.csv`.
    Csv,
    /// Tab-separated values: `.tsv`, `.tab`.
    Tsv,
    /// A JSON array of objects, or an object per line: `.json`, `.jsonl`, `.ndjson`.
    Json,
    /// The first sheet of a workbook: `.xlsx`.
    Xlsx,
}

impl Format {
    /// The format of a file of this name.
    ///
    /// # Errors
    /// The extension is missing or none of ours; the message lists them.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match extension.to_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "tsv" | "tab" => Ok(Self::Tsv),
            "json" | "jsonl" | "ndjson" => Ok(Self::Json),
            "xlsx" => Ok(Self::Xlsx),
            unknown => Err(refuse(path, unknown)),
        }
    }
}

fn refuse(path: &Path, extension: &str) -> FileError {
    const KNOWN: &str = ".csv, .tsv, .json, .jsonl, .ndjson or .xlsx";
    let message = match extension {
        "" => format!("the name has no extension that tells the format; use {KNOWN}"),
        "xls" | "xlsm" | "xlsb" | "ods" | "numbers" => {
            format!("`.{extension}` files are not read; save it as .xlsx or .csv")
        }
        _ => format!("`.{extension}` is not a format that is read; use {KNOWN}"),
    };
    let file = path.display().to_string();
    FileError::new(FileErrorKind::UnknownFormat, &file, message)
}
