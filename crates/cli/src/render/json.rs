//! One JSON array, written piecewise: a row per line.

use std::io::{self, Write};

use serde::Serialize;

/// Writes rows as they come.
pub struct JsonPrinter<W: Write> {
    out: W,
    rows: u64,
}

impl<W: Write> JsonPrinter<W> {
    /// Opens the array.
    pub fn start(mut out: W) -> io::Result<Self> {
        out.write_all(b"[")?;
        Ok(Self { out, rows: 0 })
    }

    /// Writes one row.
    pub fn push(&mut self, row: &impl Serialize) -> io::Result<()> {
        let separator: &[u8] = if self.rows == 0 { b"\n  " } else { b",\n  " };
        self.out.write_all(separator)?;
        self.rows += 1;
        serde_json::to_writer(&mut self.out, row).map_err(Into::into)
    }

    /// Closes the array.
    pub fn finish(mut self) -> io::Result<()> {
        let end: &[u8] = if self.rows == 0 { b"]\n" } else { b"\n]\n" };
        self.out.write_all(end)
    }
}
