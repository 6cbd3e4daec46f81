//! CSV and TSV files as rows of the columns asked for.

use super::records::Records;
use super::{Text, header};
use crate::error::{FileError, FileErrorKind};
use crate::row::{Layout, Refusal, Row, Source};

pub(super) struct Delimited {
    records: Records,
    /// How many columns the header names.
    width: usize,
    /// Where each column of the layout stands in the file.
    places: Vec<Option<usize>>,
}

pub(super) fn open(text: Text, delimiter: u8, layout: &Layout) -> Result<Delimited, FileError> {
    let mut records = Records::new(text, delimiter);
    if !records.advance()? {
        let message = "the file is empty; its first row must name the columns";
        return Err(FileError::new(FileErrorKind::Empty, records.name(), message));
    }
    let (text, ends) = records.fields()?;
    let names: Vec<&str> = cut(text, ends).collect();
    refuse_other_delimiter(&records, &names, delimiter)?;
    let places = header::bind(&names, layout, records.name(), records.row())?;
    let width = names.len();
    Ok(Delimited { records, width, places })
}

fn refuse_other_delimiter(
    records: &Records,
    names: &[&str],
    delimiter: u8,
) -> Result<(), FileError> {
    let [only] = names else { return Ok(()) };
    let others = [(b',', ','), (b';', ';'), (b'\t', '\t')];
    let found = others.iter().find(|(byte, sign)| *byte != delimiter && only.contains(*sign));
    let Some((byte, sign)) = found else {
        return Ok(());
    };
    let sign = if *byte == b'\t' { "tabs" } else { &format!("`{sign}`") };
    let message = format!(
        "the columns seem to be separated by {sign}; .csv needs commas and .tsv needs tabs, so \
         save the file again or rename it"
    );
    Err(records.error(FileErrorKind::Header, message))
}

/// The fields that end at `ends`.
fn cut<'t>(text: &'t str, ends: &[usize]) -> impl Iterator<Item = &'t str> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).map(|(start, end)| text.get(start..end).unwrap_or_default())
}

impl Source for Delimited {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FileError> {
        while self.records.advance()? {
            let (text, ends) = self.records.fields()?;
            if text.is_empty() {
                continue;
            }
            row.start(self.records.row(), self.places.len());
            for (column, place) in self.places.iter().enumerate() {
                let Some(place) = *place else { continue };
                let start = place.checked_sub(1).map_or(Some(&0), |before| ends.get(before));
                if let (Some(start), Some(end)) = (start, ends.get(place)) {
                    row.set(column, text.get(*start..*end).unwrap_or_default());
                }
            }
            if ends.len() != self.width {
                row.refuse(self.uneven()?);
            }
            return Ok(true);
        }
        Ok(false)
    }
}

impl Delimited {
    /// A row with too few or too many fields: the end of a truncated file, or one bad row.
    fn uneven(&mut self) -> Result<Refusal, FileError> {
        let row = self.records.row();
        let (found, wanted) = (self.records.width(), self.width);
        if found < wanted && self.records.is_at_end()? {
            let message = format!(
                "the last row has {found} of {wanted} fields; the file looks truncated, so get it \
                 again"
            );
            let error = FileError::new(FileErrorKind::Truncated, self.records.name(), message);
            return Err(error.at(row));
        }
        Ok(Refusal::row(format!(
            "the row has {found} fields and the header has {wanted}; put quotation marks around \
             values with commas, line breaks or quotation marks"
        )))
    }
}
