//! One row, cut into the columns somebody asked for, whatever the format of its file.

use std::ops::Range;

use crate::error::FileError;

/// The columns to take from a file, and how strict to be about the others.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<Column>,
    /// The mapping that chose the columns. Without one the file is native, and must have these
    /// columns and no other.
    pub(crate) mapping: Option<String>,
}

/// A column to take.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// Where the mapping names it, for messages.
    pub(crate) key: String,
}

impl Layout {
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// Rows of one file, one after the other.
pub(crate) trait Source: Send {
    /// Puts the next row in the place of the last. `false` once there is none.
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FileError>;
}

/// The cells of one row, in the order of a [`Layout`]. Reused from row to row.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Counted as a person sees it.
    pub(crate) number: u64,
    /// Why the row cannot be taken, whatever its cells say.
    pub(crate) fault: Option<Refusal>,
    text: String,
    cells: Vec<Option<Range<usize>>>,
}

impl Row {
    pub(crate) fn start(&mut self, number: u64, width: usize) {
        self.number = number;
        self.fault = None;
        self.text.clear();
        self.cells.clear();
        self.cells.resize(width, None);
    }

    pub(crate) fn set(&mut self, column: usize, cell: &str) {
        let start = self.text.len();
        self.text.push_str(cell);
        if let Some(slot) = self.cells.get_mut(column) {
            *slot = Some(start..self.text.len());
        }
    }

    /// The text of a cell; `None` where the file has no such cell.
    pub(crate) fn cell(&self, column: usize) -> Option<&str> {
        let range = self.cells.get(column)?.clone()?;
        self.text.get(range)
    }

    /// Keeps the first fault.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.fault.get_or_insert(refusal);
    }
}

/// Why a row cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) column: Option<String>,
    pub(crate) reason: String,
}

impl Refusal {
    pub(crate) fn row(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into() }
    }

    pub(crate) fn column(column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { column: Some(column.into()), reason: reason.into() }
    }
}
