//! The cells of a sheet, kept as compactly as they can be, and handed out row by row.

use super::header;
use crate::error::{FileError, FileErrorKind};
use crate::row::{Layout, Refusal, Row, Source};

/// The most memory that the cells of a sheet may take.
const HELD_BYTES_MAX: usize = 192 * 1024 * 1024;

/// The size of any sheet.
const ROWS_MAX: u32 = 1_048_576;
const SHEET_COLUMNS_MAX: u32 = 16_384;

/// Takes cells in the order of the sheet; the first row that has any is the header.
pub(super) struct SheetBuilder<'a> {
    name: &'a str,
    layout: &'a Layout,
    header_row: Option<u32>,
    header: Vec<String>,
    /// What each column of the sheet is to the layout, once the header is complete.
    uses: Option<Vec<Use>>,
    cells: Cells,
}

#[derive(Clone, Copy)]
enum Use {
    Column(u32),
    Ignored,
}

#[derive(Default)]
struct Cells {
    text: String,
    faults: Vec<String>,
    held: Vec<Held>,
}

struct Held {
    row: u32,
    column: u32,
    content: Content,
}

enum Content {
    /// Ends here in the text; starts where the one before ends.
    TextUpTo(u32),
    /// The number of a fault.
    Fault(u32),
    /// A value where the header names no column.
    Outside,
}

impl<'a> SheetBuilder<'a> {
    pub(super) fn new(name: &'a str, layout: &'a Layout) -> Self {
        Self {
            name,
            layout,
            header_row: None,
            header: Vec::new(),
            uses: None,
            cells: Cells::default(),
        }
    }

    fn error(&self, kind: FileErrorKind, message: impl Into<String>) -> FileError {
        FileError::new(kind, self.name, message)
    }

    pub(super) fn add(
        &mut self,
        row: u32,
        column: u32,
        cell: Result<String, String>,
    ) -> Result<(), FileError> {
        if matches!(&cell, Ok(text) if text.is_empty()) {
            return Ok(());
        }
        if row >= ROWS_MAX || column >= SHEET_COLUMNS_MAX {
            let message = "a cell lies outside of any sheet; save the workbook again";
            return Err(self.error(FileErrorKind::Malformed, message));
        }
        let header_row = *self.header_row.get_or_insert(row);
        if row == header_row {
            return self.add_header(column, cell);
        }
        self.bind()?;
        self.keep(row, column, cell)
    }

    fn add_header(&mut self, column: u32, cell: Result<String, String>) -> Result<(), FileError> {
        let named = cell.map_err(|reason| self.error(FileErrorKind::Header, reason))?;
        let place = place(column);
        if place >= super::COLUMNS_MAX {
            let message = format!("the sheet has more than {} columns", super::COLUMNS_MAX);
            return Err(self.error(FileErrorKind::TooLarge, message));
        }
        if self.header.len() <= place {
            self.header.resize(place + 1, String::new());
        }
        if let Some(name) = self.header.get_mut(place) {
            *name = named;
        }
        Ok(())
    }

    fn bind(&mut self) -> Result<(), FileError> {
        if self.uses.is_some() {
            return Ok(());
        }
        let names: Vec<&str> = self.header.iter().map(String::as_str).collect();
        let row = person_row(self.header_row.unwrap_or_default());
        let places = header::bind(&names, self.layout, self.name, row)?;
        let mut uses = vec![Use::Ignored; names.len()];
        for (column, place) in (0..).zip(places) {
            if let Some(slot) = place.and_then(|place| uses.get_mut(place)) {
                *slot = Use::Column(column);
            }
        }
        self.uses = Some(uses);
        Ok(())
    }

    fn keep(
        &mut self,
        row: u32,
        place: u32,
        cell: Result<String, String>,
    ) -> Result<(), FileError> {
        let uses = self.uses.as_deref().unwrap_or_default();
        match uses.get(self::place(place)) {
            Some(Use::Column(column)) => {
                let column = *column;
                let content = self.cells.content(cell);
                self.cells.push(row, column, content);
            }
            None if self.layout.mapping.is_none() => {
                self.cells.push(row, place, Content::Outside);
            }
            Some(Use::Ignored) | None => {}
        }
        if self.cells.bytes() <= HELD_BYTES_MAX {
            return Ok(());
        }
        let message = "the sheet holds more than 192 MiB; save it as .csv, which has no limit";
        Err(self.error(FileErrorKind::TooLarge, message))
    }

    pub(super) fn finish(mut self) -> Result<Sheet, FileError> {
        if self.header_row.is_none() {
            let message = "the first sheet is empty; its first row must name the columns";
            return Err(self.error(FileErrorKind::Empty, message));
        }
        self.bind()?;
        let names = self.layout.columns.iter();
        Ok(Sheet {
            cells: self.cells,
            names: names.map(|column| column.name.clone()).collect(),
            bound: self.uses.unwrap_or_default(),
            next: 0,
            text_at: 0,
        })
    }
}

impl Cells {
    fn content(&mut self, cell: Result<String, String>) -> Content {
        match cell {
            Ok(text) => {
                self.text.push_str(&text);
                Content::TextUpTo(index(self.text.len()))
            }
            Err(reason) => {
                self.faults.push(reason);
                Content::Fault(index(self.faults.len() - 1))
            }
        }
    }

    fn push(&mut self, row: u32, column: u32, content: Content) {
        self.held.push(Held { row, column, content });
    }

    fn bytes(&self) -> usize {
        const FAULT_BYTES: usize = 200;
        let faults = self.faults.len() * FAULT_BYTES;
        self.text.len() + self.held.len() * size_of::<Held>() + faults
    }
}

/// Positions stay far below 2³² because of the limit on bytes held.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Spreadsheets count rows from 1.
fn person_row(row: u32) -> u64 {
    u64::from(row) + 1
}

/// A sheet's cells below its header.
pub(super) struct Sheet {
    cells: Cells,
    /// The names of the layout's columns.
    names: Vec<String>,
    bound: Vec<Use>,
    next: usize,
    text_at: usize,
}

impl Source for Sheet {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FileError> {
        let Some(first) = self.cells.held.get(self.next) else {
            return Ok(false);
        };
        let number = first.row;
        self.start(row, number);
        while let Some(held) = self.cells.held.get(self.next) {
            if held.row != number {
                break;
            }
            self.next += 1;
            match held.content {
                Content::TextUpTo(end) => {
                    let (column, end) = (place(held.column), place(end));
                    let text = self.cells.text.get(self.text_at..end).unwrap_or_default();
                    row.set(column, text);
                    self.text_at = end;
                }
                Content::Fault(fault) => row.refuse(Refusal {
                    column: self.names.get(place(held.column)).cloned(),
                    reason: self.cells.faults.get(place(fault)).cloned().unwrap_or_default(),
                }),
                Content::Outside => row.refuse(Refusal::row(format!(
                    "column {} holds a value, and the header has no name for it",
                    letters(held.column)
                ))),
            }
        }
        Ok(true)
    }
}

impl Sheet {
    /// A column that the sheet has is present in each row, as an empty cell at least.
    fn start(&self, row: &mut Row, number: u32) {
        row.start(person_row(number), self.names.len());
        for used in &self.bound {
            if let Use::Column(column) = used {
                row.set(place(*column), "");
            }
        }
    }
}

/// The way back from [`index`].
fn place(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// What a spreadsheet calls the column.
fn letters(column: u32) -> String {
    let mut left = column.saturating_add(1);
    let mut name = Vec::new();
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    name.iter().rev().collect()
}
