//! XLSX: the first sheet of a workbook, held in memory under limits.
//!
//! A workbook cannot be streamed (its texts stand apart from its cells), so that it is the one
//! format whose memory grows with the file. Sizes are checked by unpacking before anything is
//! parsed, because what an archive says about itself may be a lie.

use std::io::{self, Cursor, Read};

use calamine::{Cell, DataRef, Reader, SheetType, Xlsx, XlsxError};
use zip::ZipArchive;

use super::sheet::{Sheet, SheetBuilder};
use crate::error::{FileError, FileErrorKind};
use crate::input::Counted;
use crate::row::Layout;

/// The largest workbook, as it lies on disk.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most that all its parts may unpack to.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// The most that its list of texts may unpack to; it is held as a whole.
const TEXTS_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// The most parts; a workbook has a few per sheet.
const PARTS_MAX: usize = 10_000;

/// Reads the first sheet.
pub(super) fn read(name: &str, bytes: Counted, layout: &Layout) -> Result<Sheet, FileError> {
    let archive = load(name, bytes)?;
    check_sizes(name, &archive)?;
    let parsed = Xlsx::new(Cursor::new(archive.as_slice()));
    let mut workbook = parsed.map_err(|error| malformed(name, &error))?;
    let first = first_sheet(&workbook).ok_or_else(|| {
        let message = "the workbook has no sheet with cells";
        FileError::new(FileErrorKind::Empty, name, message)
    })?;
    let cells = workbook.worksheet_cells_reader(&first);
    let mut cells = cells.map_err(|error| malformed(name, &error))?;
    let mut sheet = SheetBuilder::new(name, layout);
    while let Some(cell) = cells.next_cell().map_err(|error| malformed(name, &error))? {
        let (row, column) = cell.get_position();
        sheet.add(row, column, read_cell(&cell))?;
    }
    sheet.finish()
}

fn load(name: &str, bytes: Counted) -> Result<Vec<u8>, FileError> {
    let mut archive = Vec::new();
    let read = bytes.take(FILE_BYTES_MAX + 1).read_to_end(&mut archive);
    let length = read.map_err(|error| FileError::io(name, error))?;
    if u64::try_from(length).is_ok_and(|length| length <= FILE_BYTES_MAX) {
        return Ok(archive);
    }
    Err(too_large(name, "the workbook is larger than 64 MiB"))
}

fn too_large(name: &str, what: &str) -> FileError {
    let message = format!("{what}; save it as .csv, which has no limit");
    FileError::new(FileErrorKind::TooLarge, name, message)
}

fn malformed(name: &str, error: &XlsxError) -> FileError {
    let message = format!("the workbook cannot be understood ({error}); save it again as .xlsx");
    FileError::new(FileErrorKind::Malformed, name, message)
}

/// Unpacks every part, and stops at the limits.
fn check_sizes(name: &str, archive: &[u8]) -> Result<(), FileError> {
    let opened = ZipArchive::new(Cursor::new(archive));
    let mut parts = opened.map_err(|_| not_a_workbook(name, archive))?;
    if parts.len() > PARTS_MAX {
        return Err(too_large(name, "the workbook has more than 10,000 parts"));
    }
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..parts.len() {
        let part = parts.by_index(index);
        let mut part = part.map_err(|_| not_a_workbook(name, archive))?;
        let path = part.name().map_err(|_| damaged(name))?.to_lowercase();
        let size = if path.ends_with("sharedstrings.xml") {
            check_texts(name, &mut part, left.min(TEXTS_BYTES_MAX))?
        } else {
            unpack(name, &mut part, left, &mut io::sink())?
        };
        left -= size;
    }
    Ok(())
}

fn unpack(
    name: &str,
    part: &mut impl Read,
    limit: u64,
    into: &mut impl io::Write,
) -> Result<u64, FileError> {
    let size = io::copy(&mut part.take(limit + 1), into).map_err(|_| damaged(name))?;
    if size > limit {
        let what = "the workbook unpacks to more than is read";
        return Err(too_large(name, what));
    }
    Ok(size)
}

/// Refuses a list of texts that claims to be longer than its part can hold, because memory is
/// taken for as many as it claims.
fn check_texts(name: &str, part: &mut impl Read, limit: u64) -> Result<u64, FileError> {
    let mut texts = Vec::new();
    let size = unpack(name, part, limit, &mut texts)?;
    let plausible = texts.len();
    let counts = claimed_counts(&texts);
    if counts.into_iter().all(|count| count.is_some_and(|count| count <= plausible)) {
        return Ok(size);
    }
    Err(damaged(name))
}

/// Every count of texts that is claimed; `None` where it is no number that fits.
fn claimed_counts(texts: &[u8]) -> Vec<Option<usize>> {
    const CLAIM: &[u8] = b"uniqueCount";
    // Texts are long and claims are few, so that most bytes are passed over at the first letter.
    let claims = (0..texts.len()).filter(|start| {
        texts.get(*start) == Some(&b'u')
            && texts.get(*start..).is_some_and(|rest| rest.starts_with(CLAIM))
    });
    claims
        .map(|start| {
            let rest = texts.get(start + CLAIM.len()..).unwrap_or_default();
            let is_sign =
                |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'=' | b'"' | b'\'');
            let mut digits =
                rest.iter().skip_while(is_sign).take_while(|byte| byte.is_ascii_digit());
            digits.try_fold(0_usize, |count, digit| {
                count.checked_mul(10)?.checked_add(usize::from(digit - b'0'))
            })
        })
        .collect()
}

fn damaged(name: &str) -> FileError {
    let message = "a part of the workbook is damaged; get the file again or save it again";
    FileError::new(FileErrorKind::Malformed, name, message)
}

fn not_a_workbook(name: &str, archive: &[u8]) -> FileError {
    if archive.is_empty() {
        let message = "the file is empty; save the workbook again";
        return FileError::new(FileErrorKind::Empty, name, message);
    }
    if archive.starts_with(b"PK") {
        let message = "the workbook ends too early; it looks truncated, so get it again";
        return FileError::new(FileErrorKind::Truncated, name, message);
    }
    if archive.starts_with(b"\xD0\xCF\x11\xE0") {
        let message = "the workbook is old (.xls) or has a password; save it as .xlsx without one";
        return FileError::new(FileErrorKind::Malformed, name, message);
    }
    let message = "this is no XLSX workbook; if it is text, name it .csv, .tsv or .json";
    FileError::new(FileErrorKind::Malformed, name, message)
}

fn first_sheet<R: Read + io::Seek>(workbook: &Xlsx<R>) -> Option<String> {
    let sheets = workbook.sheets_metadata();
    let first = sheets.iter().find(|sheet| sheet.typ == SheetType::WorkSheet)?;
    Some(first.name.clone())
}

/// A cell's text as a person sees it, or why it has none.
fn read_cell(cell: &Cell<DataRef<'_>>) -> Result<String, String> {
    match cell.get_value() {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) => Ok(text.clone()),
        DataRef::SharedString(text) => Ok((*text).to_owned()),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(fact) => Ok(fact.to_string()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Ok(text.clone()),
        DataRef::DateTime(moment) if moment.is_duration() || !has_date(moment.as_f64()) => {
            decimal(moment.as_f64())
        }
        DataRef::DateTime(moment) => Ok(date(moment.to_ymd_hms_milli())),
        DataRef::Error(error) => Err(format!("the cell shows the error {error}; repair it")),
    }
}

/// The number with the 15 digits that a spreadsheet keeps and shows: what it stores as
/// 0.30000000000000004 is 0.3, and 1001.0 is 1001.
fn decimal(number: f64) -> Result<String, String> {
    const EXACT_BELOW: f64 = 1e15;
    if !number.is_finite() {
        return Err("the cell holds no number; enter it again".to_owned());
    }
    if number.abs() >= EXACT_BELOW {
        return Err(
            "the cell holds a number of more than 15 digits, which spreadsheets do not keep \
             exactly; format the cell as text and enter it again"
                .to_owned(),
        );
    }
    let kept: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    Ok(kept.to_string())
}

/// Whether the number of a day is one that spreadsheets show as a date, up to the year 9999.
fn has_date(day: f64) -> bool {
    (1.0..2_958_466.0).contains(&day)
}

fn date(moment: (u16, u8, u8, u8, u8, u8, u16)) -> String {
    let (year, month, day, hour, minute, second, _) = moment;
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        return date;
    }
    format!("{date}T{hour:02}:{minute:02}:{second:02}")
}
