//! Which column of a file stands for which column asked for.

use crate::error::{FileError, FileErrorKind};
use crate::row::{Column, Layout};
use crate::wording::{list, shorten, suggestion};

/// Finds the place of every column of the layout among the names of the header.
pub(super) fn bind(
    names: &[&str],
    layout: &Layout,
    file: &str,
    row: u64,
) -> Result<Vec<Option<usize>>, FileError> {
    check(names, layout)
        .and_then(|()| {
            let place = |column: &Column| place(column, names, layout);
            layout.columns.iter().map(place).collect()
        })
        .map_err(|message| FileError::new(FileErrorKind::Header, file, message).at(row))
}

/// Refuses unknown names in a native file, and names that stand twice.
fn check(names: &[&str], layout: &Layout) -> Result<(), String> {
    for (place, name) in names.iter().enumerate() {
        let is_known = layout.position(name).is_some();
        if !is_known && layout.mapping.is_none() {
            return Err(unknown(name, place, layout));
        }
        if is_known && names.iter().take(place).any(|before| before == name) {
            return Err(format!(
                "the column `{}` stands twice in the header; remove one of them",
                shorten(name)
            ));
        }
    }
    Ok(())
}

fn unknown(name: &str, place: usize, layout: &Layout) -> String {
    if name.is_empty() {
        return format!(
            "column {} has no name; name it, or remove it and every comma that belongs to it",
            place + 1
        );
    }
    unknown_column(name, layout)
}

/// The message about a column that a native file must not have.
pub(super) fn unknown_column(name: &str, layout: &Layout) -> String {
    let known = layout.columns.iter().map(|column| column.name.as_str());
    format!(
        "the column `{}` is not known; {} A file with columns of its own needs a mapping",
        shorten(name),
        sentence(&suggestion(name, known))
    )
}

fn sentence(text: &str) -> String {
    if text.ends_with('?') {
        return text.to_owned();
    }
    format!("{text}.")
}

fn place(column: &Column, names: &[&str], layout: &Layout) -> Result<Option<usize>, String> {
    let place = names.iter().position(|name| *name == column.name);
    if place.is_some() || !column.required {
        return Ok(place);
    }
    Err(match &layout.mapping {
        None => format!(
            "the required column `{}` is missing; the file has {}",
            column.name,
            list(names.iter().copied())
        ),
        Some(mapping) => missing_mapped(column, mapping, names.iter().copied()),
    })
}

/// The message about a column that a mapping names and the file lacks.
pub(super) fn missing_mapped<'a>(
    column: &Column,
    mapping: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    format!(
        "`{}` in {mapping} names the column `{}`, which this file does not have; it has {}",
        column.key,
        shorten(&column.name),
        list(names)
    )
}
