//! Comma-separated rows with a header.

use std::io::{self, Write};

use super::Column;
use super::cell::Row;

/// Writes rows as they come.
pub struct DelimitedPrinter<W: Write> {
    columns: Vec<Column>,
    writer: csv::Writer<W>,
}

impl<W: Write> DelimitedPrinter<W> {
    /// Writes the header.
    pub fn start(out: W, columns: &[Column]) -> io::Result<Self> {
        let columns = Column::of_csv(columns);
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(columns.iter().map(|column| column.key)).map_err(io_error)?;
        Ok(Self { columns, writer })
    }

    /// Writes one row.
    pub fn push(&mut self, row: &Row) -> io::Result<()> {
        let cells = self.columns.iter().map(|column| column.csv_cell(row));
        self.writer.write_record(cells).map_err(io_error)
    }

    /// Hands everything on.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Keeps the kind, so that a reader that went away is still told from a full disk.
fn io_error(error: csv::Error) -> io::Error {
    error.into()
}
