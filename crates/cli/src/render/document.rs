//! One JSON object, indented.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a value as an indented JSON document.
pub fn document(mut out: impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")
}
