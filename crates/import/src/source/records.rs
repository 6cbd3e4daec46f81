//! CSV and TSV as records of raw fields, with row numbers as a spreadsheet shows them.
//!
//! Rows are counted by their ends, not by line breaks: a line break inside quotation marks starts
//! no row, and an empty line is one. Memory is bounded by the longest row allowed.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{COLUMNS_MAX, ROW_BYTES_MAX, Text};
use crate::error::{FileError, FileErrorKind};

pub(super) struct Records {
    text: Text,
    parser: Reader,
    /// The fields of the record, one behind the other.
    fields: Vec<u8>,
    /// Where each field ends.
    ends: Vec<usize>,
    width: usize,
    rows_begun: u64,
    after_carriage_return: bool,
}

impl Records {
    pub(super) fn new(text: Text, delimiter: u8) -> Self {
        Self {
            text,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            fields: vec![0; 4 * 1024],
            ends: vec![0; 32],
            width: 0,
            rows_begun: 0,
            after_carriage_return: false,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.text.name
    }

    /// The row last read.
    pub(super) fn row(&self) -> u64 {
        self.rows_begun
    }

    /// How many fields the row has.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn error(&self, kind: FileErrorKind, message: impl Into<String>) -> FileError {
        self.text.error(kind, message).at(self.rows_begun)
    }

    /// The row as text and the end of each of its fields.
    pub(super) fn fields(&self) -> Result<(&str, &[usize]), FileError> {
        let ends = self.ends.get(..self.width).unwrap_or_default();
        let bytes = self.fields.get(..ends.last().copied().unwrap_or_default());
        let text = std::str::from_utf8(bytes.unwrap_or_default());
        // A field that ends inside a character would only seem whole beside the next one.
        match text {
            Ok(text) if ends.iter().all(|end| text.is_char_boundary(*end)) => Ok((text, ends)),
            _ => Err(self.error(
                FileErrorKind::Encoding,
                "the row is not UTF-8; save the file as UTF-8 (in Excel: `CSV UTF-8`)",
            )),
        }
    }

    /// Reads the next record. `false` at the end of the file.
    pub(super) fn advance(&mut self) -> Result<bool, FileError> {
        if self.is_at_end()? {
            return Ok(false);
        }
        self.rows_begun += 1;
        let mut written = 0;
        self.width = 0;
        loop {
            match self.step(&mut written)? {
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(false),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow_fields()?,
                ReadRecordResult::OutputEndsFull => self.grow_ends()?,
            }
        }
    }

    /// Feeds the parser once.
    fn step(&mut self, written: &mut usize) -> Result<ReadRecordResult, FileError> {
        let rest = self.fields.get_mut(*written..).unwrap_or_default();
        let ends = self.ends.get_mut(self.width..).unwrap_or_default();
        let input = self.text.peek()?;
        let is_end = input.is_empty();
        // At the end a line break closes the last row, unless it lands inside open quotes.
        let input = if is_end { b"\n" } else { input };
        let (result, taken, wrote, ended) = self.parser.read_record(input, rest, ends);
        let last = taken.checked_sub(1).and_then(|last| input.get(last));
        self.after_carriage_return = last == Some(&b'\r');
        if !is_end {
            self.text.bytes.consume(taken);
        } else if result == ReadRecordResult::InputEmpty {
            return Err(self.error(
                FileErrorKind::Truncated,
                "a quotation mark that opens in this row is never closed; the file looks truncated",
            ));
        }
        *written += wrote;
        self.width += ended;
        Ok(result)
    }

    /// Skips row ends, counting empty rows, and tells whether anything follows.
    pub(super) fn is_at_end(&mut self) -> Result<bool, FileError> {
        loop {
            let after_carriage_return = self.after_carriage_return;
            match self.text.peek()?.first() {
                None => return Ok(true),
                Some(b'\n') if after_carriage_return => self.after_carriage_return = false,
                Some(byte @ (b'\n' | b'\r')) => {
                    self.after_carriage_return = *byte == b'\r';
                    self.rows_begun += 1;
                }
                Some(_) => return Ok(false),
            }
            self.text.bytes.consume(1);
        }
    }

    fn grow_fields(&mut self) -> Result<(), FileError> {
        if self.fields.len() >= ROW_BYTES_MAX {
            return Err(self.error(
                FileErrorKind::TooLarge,
                "the row is longer than 1 MiB; a quotation mark is probably not closed",
            ));
        }
        self.fields.resize(self.fields.len() * 2, 0);
        Ok(())
    }

    fn grow_ends(&mut self) -> Result<(), FileError> {
        if self.ends.len() >= COLUMNS_MAX {
            let message = format!("the row has more than {COLUMNS_MAX} columns");
            return Err(self.error(FileErrorKind::TooLarge, message));
        }
        self.ends.resize(self.ends.len() * 2, 0);
        Ok(())
    }
}
