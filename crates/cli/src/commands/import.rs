//! `trueup import`: files in, and a report of every one.

use std::io::{self, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use trueup_host::views::ImportView;
use trueup_host::{Host, ImportKind, ImportOrder, Progress};

use crate::arguments::{Import, Imported};
use crate::failure::Failure;
use crate::render::{Column, counted, print_rows};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("file", "file"),
    Column::number("read", "read"),
    Column::number("applied", "applied"),
    Column::number("unchanged", "unchanged"),
    Column::number("rejected", "rejected"),
    Column::flag("is_committed", "taken"),
];

impl From<Imported> for ImportKind {
    fn from(imported: Imported) -> Self {
        match imported {
            Imported::Products => Self::Products,
            Imported::Stock => Self::Stock,
            Imported::Orders => Self::Orders,
        }
    }
}

/// Imports files and prints what became of each; rejected rows stand on stderr.
pub async fn import(session: Session<'_>, import: Import) -> Result<(), Failure> {
    let host = session.open().await?;
    let (views, failed) = import_all(&host, &import).await;
    if failed.is_none() || !views.is_empty() {
        print_rows(session.out, import.printing.format, COLUMNS, "", &views)?;
    }
    session.out.flush()?;
    print_rejections(&mut io::stderr().lock(), &views)?;
    match failed {
        Some(failure) => Err(failure),
        None => verdict(&views),
    }
}

/// Imports one file after the other, so that those before a failure are still reported. Orders and
/// lines that a mapping joins go together.
async fn import_all(host: &Host, import: &Import) -> (Vec<ImportView>, Option<Failure>) {
    let is_joined = import.what == Imported::Orders && import.mapping.is_some();
    let together = if is_joined { import.files.len() } else { 1 };
    let mut views = Vec::new();
    for files in import.files.chunks(together.max(1)) {
        match import_group(host, import, files).await {
            Ok(group) => views.extend(group),
            Err(failure) => return (views, Some(failure)),
        }
    }
    (views, None)
}

async fn import_group(
    host: &Host,
    import: &Import,
    files: &[PathBuf],
) -> Result<Vec<ImportView>, Failure> {
    let order = ImportOrder {
        kind: import.what.into(),
        files,
        mapping: import.mapping.as_deref(),
        skip_bad_rows: import.skip_bad_rows,
    };
    // Drawn on stderr, and nowhere if that is no terminal.
    let bar = ProgressBar::new(0);
    let style = "{bar:30} {percent:>3} %  {msg}  {elapsed}";
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let show = |progress: Progress| {
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes_read);
        bar.set_message(counted(progress.rows, "row"));
    };
    let views = host.import(&order, &show).await;
    bar.finish_and_clear();
    Ok(views?)
}

fn print_rejections(out: &mut dyn Write, views: &[ImportView]) -> io::Result<()> {
    for view in views {
        for rejection in &view.rejections {
            let column = rejection.column.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
            let (file, row, reason) = (&rejection.file, rejection.row, &rejection.reason);
            writeln!(out, "{file}:{row}{column}: {reason}")?;
        }
        let shown = u64::try_from(view.rejections.len()).unwrap_or(u64::MAX);
        if view.rejected > shown {
            let more = counted(view.rejected - shown, "rejected row");
            writeln!(out, "{}: … and {more} more", view.file)?;
        }
    }
    Ok(())
}

/// A file of which nothing was taken because of its bad rows is a failure.
fn verdict(views: &[ImportView]) -> Result<(), Failure> {
    let refused = views.iter().filter(|view| !view.is_committed && view.rejected > 0);
    let said: Vec<String> = refused
        .map(|view| format!("{} ({})", view.file, counted(view.rejected, "bad row")))
        .collect();
    if said.is_empty() {
        return Ok(());
    }
    Err(Failure::work(format!("nothing was taken of {}", said.join(", ")))
        .hint("correct the rows, or take the good ones alone with --skip-bad-rows"))
}
