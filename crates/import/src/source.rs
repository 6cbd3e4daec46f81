//! Files as rows: one reader per format behind [`Source`].

mod delimited;
mod header;
mod json;
mod objects;
mod records;
mod sheet;
mod workbook;

use std::io::{BufRead, BufReader, Cursor, Read};

use crate::error::{FileError, FileErrorKind};
use crate::format::Format;
use crate::input::{Counted, Opened};
use crate::row::{Layout, Source};

const BUFFER_BYTES: usize = 128 * 1024;
/// The longest row of a text file. More is nearly always a quotation mark that is never closed.
const ROW_BYTES_MAX: usize = 1024 * 1024;
/// The most columns a file may have.
const COLUMNS_MAX: usize = 4_096;

/// Bytes of a text file behind its byte order mark, with the name for messages.
struct Text {
    name: String,
    bytes: Box<dyn BufRead + Send>,
}

impl Text {
    fn error(&self, kind: FileErrorKind, message: impl Into<String>) -> FileError {
        FileError::new(kind, &self.name, message)
    }

    /// What is left in the buffer; empty at the end of the file.
    fn peek(&mut self) -> Result<&[u8], FileError> {
        let name = &self.name;
        self.bytes.fill_buf().map_err(|error| FileError::io(name, error))
    }
}

/// Opens the reader for the format.
pub(crate) fn open(opened: Opened, layout: &Layout) -> Result<Box<dyn Source>, FileError> {
    let Opened { name, format, bytes } = opened;
    Ok(match format {
        Format::Csv => Box::new(delimited::open(start(name, bytes)?, b',', layout)?),
        Format::Tsv => Box::new(delimited::open(start(name, bytes)?, b'\t', layout)?),
        Format::Json => Box::new(json::Objects::new(start(name, bytes)?, layout.clone())),
        Format::Xlsx => Box::new(workbook::read(&name, bytes, layout)?),
    })
}

/// Skips the byte order mark of UTF-8 and refuses what is plainly no UTF-8 text.
fn start(name: String, mut bytes: Counted) -> Result<Text, FileError> {
    let mut head = Vec::new();
    let read = bytes.by_ref().take(4).read_to_end(&mut head);
    read.map_err(|error| FileError::io(&name, error))?;
    if let Some((kind, message)) = foreign(&head) {
        return Err(FileError::new(kind, &name, message).at(1));
    }
    let rest = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head).to_vec();
    let bytes = BufReader::with_capacity(BUFFER_BYTES, Cursor::new(rest).chain(bytes));
    Ok(Text { name, bytes: Box::new(bytes) })
}

fn foreign(head: &[u8]) -> Option<(FileErrorKind, &'static str)> {
    const UTF16: &str = "the text is UTF-16, not UTF-8; save it as UTF-8 (in Excel: `CSV UTF-8`)";
    const ZIP: &str = "this is a workbook or ZIP archive, not text; name it .xlsx if it is one";
    const XLS: &str = "this is an old Excel workbook, not text; save it as .xlsx or .csv";
    match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => {
            Some((FileErrorKind::Encoding, UTF16))
        }
        [b'P', b'K', 3, 4] => Some((FileErrorKind::Malformed, ZIP)),
        [0xD0, 0xCF, 0x11, 0xE0] => Some((FileErrorKind::Malformed, XLS)),
        _ => None,
    }
}
