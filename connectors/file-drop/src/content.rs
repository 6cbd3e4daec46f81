//! A batch as the content of a file. The same batch gives the same bytes.

use serde_json::{Map, Value};
use trueup_marketplace::{Batch, Error, ErrorKind, Line, Retry};

use crate::column::{Column, field_of, text_of};
use crate::settings::{Format, Settings};

/// Writes the lines of a batch in the settings' format.
pub(crate) fn write(batch: &Batch, settings: &Settings) -> Result<Vec<u8>, Error> {
    match settings.format {
        Format::Csv => csv(batch, settings).map_err(unwritten),
        Format::JsonLines => json_lines(batch, settings).map_err(unwritten),
    }
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let message = "the lines cannot be written as a file";
    Error::not_applied(ErrorKind::BeyondLimits, Retry::Never, message).caused_by(error)
}

fn csv(batch: &Batch, settings: &Settings) -> Result<Vec<u8>, csv::Error> {
    let separator = u8::try_from(settings.separator).unwrap_or(b',');
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    if settings.titles {
        writer.write_record(settings.columns.iter().map(|column| &column.title))?;
    }
    for line in &batch.lines {
        let texts = settings.columns.iter().map(|column| text_of(&filled(column, line)));
        writer.write_record(texts)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn json_lines(batch: &Batch, settings: &Settings) -> Result<Vec<u8>, serde_json::Error> {
    let mut content = Vec::new();
    for line in &batch.lines {
        let members = settings.columns.iter();
        let members = members.map(|column| (column.title.clone(), filled(column, line)));
        serde_json::to_writer(&mut content, &members.collect::<Map<_, _>>())?;
        content.push(b'\n');
    }
    Ok(content)
}

fn filled(column: &Column, line: &Line) -> Value {
    column.value.fill(|field| field_of(line, field))
}
