//! Cuts a JSON array of objects, or an object per line, into its objects without reading ahead.

use super::{ROW_BYTES_MAX, Text};
use crate::error::{FileError, FileErrorKind};

/// Where the reading stands between two objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    FirstOfArray,
    AfterElement,
    AfterComma,
    BetweenLines,
    End,
}

/// Objects of a file, as text.
pub(super) struct ObjectTexts {
    text: Text,
    place: Place,
    bytes: Vec<u8>,
    row: u64,
    line: u64,
}

impl ObjectTexts {
    pub(super) fn new(text: Text) -> Self {
        Self { text, place: Place::Start, bytes: Vec::new(), row: 0, line: 1 }
    }

    /// Counts the elements of an array, or the lines of JSON Lines, from 1.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    pub(super) fn error(&self, kind: FileErrorKind, message: impl Into<String>) -> FileError {
        let error = self.text.error(kind, message);
        if self.row == 0 {
            return error;
        }
        error.at(self.row)
    }

    /// Moves to the next object. `false` at the end of the file.
    pub(super) fn advance(&mut self) -> Result<bool, FileError> {
        while let Some(sign) = self.next_sign()? {
            match (self.place, sign) {
                (Place::Start, b'[') => self.step(Place::FirstOfArray),
                (Place::FirstOfArray | Place::AfterElement, b']') => self.step(Place::End),
                (Place::AfterElement, b',') => self.step(Place::AfterComma),
                (Place::Start | Place::BetweenLines, b'{') => {
                    self.row = self.line;
                    return self.object(Place::BetweenLines);
                }
                (Place::FirstOfArray | Place::AfterComma, b'{') => {
                    self.row += 1;
                    return self.object(Place::AfterElement);
                }
                (place, sign) => return Err(self.unexpected(place, sign)),
            }
        }
        match self.place {
            Place::End | Place::BetweenLines => Ok(false),
            Place::Start => Err(self.text.error(
                FileErrorKind::Empty,
                "the file is empty; it must hold an array of objects, or `[]`",
            )),
            Place::FirstOfArray | Place::AfterElement | Place::AfterComma => {
                Err(self.truncated("the file ends before the `]` that closes its array"))
            }
        }
    }

    /// The object last found.
    pub(super) fn object_text(&self) -> Result<&str, FileError> {
        std::str::from_utf8(&self.bytes).map_err(|_| {
            let message = "the object is not UTF-8; save the file as UTF-8";
            self.error(FileErrorKind::Encoding, message)
        })
    }

    fn step(&mut self, place: Place) {
        self.place = place;
        self.text.bytes.consume(1);
    }

    /// The next byte that is no blank, left where it is.
    fn next_sign(&mut self) -> Result<Option<u8>, FileError> {
        loop {
            match self.text.peek()?.first() {
                Some(b'\n') => self.line += 1,
                Some(b' ' | b'\t' | b'\r') => {}
                sign => return Ok(sign.copied()),
            }
            self.text.bytes.consume(1);
        }
    }

    /// Copies one object; strings may hold braces and escaped quotation marks.
    fn object(&mut self, next: Place) -> Result<bool, FileError> {
        self.bytes.clear();
        let mut nesting = Nesting::default();
        loop {
            let piece = self.text.peek()?;
            if piece.is_empty() {
                return Err(self.truncated("the file ends inside this object"));
            }
            let closed = piece.iter().position(|byte| nesting.closes(*byte));
            let taken = closed.map_or(piece.len(), |last| last + 1);
            let taken_bytes = piece.get(..taken).unwrap_or_default();
            let line_breaks = taken_bytes.iter().filter(|byte| **byte == b'\n').count();
            self.line += u64::try_from(line_breaks).unwrap_or_default();
            self.bytes.extend_from_slice(taken_bytes);
            self.text.bytes.consume(taken);
            if self.bytes.len() > ROW_BYTES_MAX {
                let message = "the object is longer than 1 MiB; a row must be an object of its own";
                return Err(self.error(FileErrorKind::TooLarge, message));
            }
            if closed.is_some() {
                self.place = next;
                return Ok(true);
            }
        }
    }

    fn truncated(&self, what: &str) -> FileError {
        let message = format!("{what}; it looks truncated, so get it again");
        self.error(FileErrorKind::Truncated, message)
    }

    fn unexpected(&self, place: Place, sign: u8) -> FileError {
        let wanted = match place {
            Place::Start => "an array of objects or an object per line",
            Place::FirstOfArray => "an object or `]`",
            Place::AfterElement => "`,` or `]`",
            Place::AfterComma => "another object",
            Place::BetweenLines => "another object on a line of its own",
            Place::End => "nothing more",
        };
        let message = format!("`{}` stands where {wanted} should be", sign.escape_ascii());
        self.error(FileErrorKind::Malformed, message)
    }
}

#[derive(Default)]
struct Nesting {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Nesting {
    /// Whether this byte closes the object that the first byte opened.
    fn closes(&mut self, byte: u8) -> bool {
        if self.in_string {
            let ends = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.in_string = !ends;
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }
}
