//! Files into the database: read on a thread of its own, staged in chunks, applied whole.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio::sync::mpsc;
use trueup_import::{
    FileError, Mapping, Records, read_aliases, read_codes, read_external_stock, read_orders,
    read_products, read_stock,
};
use trueup_stock::{ExternalStockRecord, Numbered, PartNumber, ProductCode, Rejection};
use trueup_store::{BadRows, Import, ImportReport, Record};

use crate::views::{ImportView, RejectionView};
use crate::{Host, HostError};

/// Rows handed to the database at a time.
pub(crate) const CHUNK: usize = 5_000;
/// Chunks that may wait for the database; the reader pauses then, so that memory stays small.
const WAITING: usize = 4;

/// What files hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// Products.
    Products,
    /// Stock by location.
    Stock,
    /// Sales-order lines.
    Orders,
}

/// What to import, and how.
#[derive(Clone, Copy, Debug)]
pub struct ImportOrder<'a> {
    /// What the files hold.
    pub kind: ImportKind,
    /// The files.
    pub files: &'a [PathBuf],
    /// How foreign files are to be read.
    pub mapping: Option<&'a Path>,
    /// Take the good rows of a file that also has bad ones.
    pub skip_bad_rows: bool,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes_read: u64,
    /// Bytes there are.
    pub bytes_total: u64,
    /// Rows read.
    pub rows: u64,
}

type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

impl Host {
    /// Imports files, each taken whole or not at all. Orders and their lines in two files count as
    /// one.
    ///
    /// # Errors
    /// A file or mapping that cannot be read; nothing of that file is applied then. Rows that
    /// cannot be taken are no error but part of the answer.
    pub async fn import(
        &self,
        order: &ImportOrder<'_>,
        progress: OnProgress<'_>,
    ) -> Result<Vec<ImportView>, HostError> {
        let mapping = order.mapping.map(Mapping::load).transpose().map_err(unreadable)?;
        let is_joined = order.kind == ImportKind::Orders && mapping.is_some();
        let groups: Vec<&[PathBuf]> = match is_joined {
            true => vec![order.files],
            false => order.files.chunks(1).collect(),
        };
        let mut views = Vec::with_capacity(groups.len());
        for files in groups {
            views.push(self.import_group(order, files, mapping.as_ref(), progress).await?);
        }
        Ok(views)
    }

    async fn import_group(
        &self,
        order: &ImportOrder<'_>,
        files: &[PathBuf],
        mapping: Option<&Mapping>,
        progress: OnProgress<'_>,
    ) -> Result<ImportView, HostError> {
        let bad_rows = if order.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse };
        let file = label(files);
        let store = self.store();
        let files = files.iter().cloned();
        let report = match order.kind {
            ImportKind::Products => {
                let records = read_products(files, mapping).map_err(unreadable)?;
                feed(store.begin_import_products(&file).await?, records, bad_rows, progress).await?
            }
            ImportKind::Stock => {
                let records = read_stock(files, mapping).map_err(unreadable)?;
                feed(store.begin_import_stock(&file).await?, records, bad_rows, progress).await?
            }
            ImportKind::Orders => {
                let records = read_orders(files, mapping).map_err(unreadable)?;
                feed(store.begin_import_orders(&file).await?, records, bad_rows, progress).await?
            }
        };
        Ok(view(file, report))
    }
}

fn label(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    names.join(" + ")
}

/// Rows that were read together, and how far the reader is.
struct Chunk<T> {
    records: Vec<Numbered<T>>,
    rejections: Vec<Rejection>,
    progress: Progress,
}

/// Passes everything the reader gives to the import, and finishes it.
async fn feed<T: Record>(
    mut import: Import<T>,
    records: Records<T>,
    bad_rows: BadRows,
    progress: OnProgress<'_>,
) -> Result<ImportReport, HostError> {
    let watch = records.progress();
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || read(records, &sender));
    while let Some(chunk) = receiver.recv().await {
        progress(chunk.progress);
        for rejection in chunk.rejections {
            import.reject(rejection).await?;
        }
        import.stage(chunk.records).await?;
    }
    let read = reading
        .await
        .map_err(|error| HostError::work("reading the file failed").caused_by(error))?;
    read.map_err(unreadable)?;
    import.answer_for(watch.digests());
    Ok(import.finish(bad_rows, Timestamp::now()).await?)
}

/// Runs where blocking is allowed. A closed channel means that nobody wants more.
fn read<T>(mut records: Records<T>, sender: &mpsc::Sender<Chunk<T>>) -> Result<(), FileError> {
    let watch = records.progress();
    let mut rows = 0;
    loop {
        let mut chunk =
            Chunk { records: Vec::new(), rejections: Vec::new(), progress: Progress::default() };
        for taken in records.by_ref().take(CHUNK) {
            match taken? {
                Ok(record) => chunk.records.push(record),
                Err(rejection) => chunk.rejections.push(rejection),
            }
        }
        let count = chunk.records.len() + chunk.rejections.len();
        rows += u64::try_from(count).unwrap_or_default();
        let (bytes_read, bytes_total) = (watch.bytes_read(), watch.bytes_total());
        chunk.progress = Progress { bytes_read, bytes_total, rows };
        if count == 0 || sender.blocking_send(chunk).is_err() {
            return Ok(());
        }
    }
}

/// A list that is taken whole: the first bad row refuses it.
fn whole<T>(records: Records<T>) -> Result<Vec<T>, HostError> {
    records
        .map(|taken| match taken.map_err(unreadable)? {
            Ok(numbered) => Ok(numbered.record),
            Err(rejection) => Err(HostError::work(describe(&rejection))),
        })
        .collect()
}

pub(crate) fn codes(file: &Path) -> Result<Vec<ProductCode>, HostError> {
    whole(read_codes([file.to_owned()]).map_err(unreadable)?)
}

pub(crate) fn external_stock(file: &Path) -> Result<Vec<ExternalStockRecord>, HostError> {
    whole(read_external_stock([file.to_owned()]).map_err(unreadable)?)
}

pub(crate) fn aliases(file: &Path) -> Result<Vec<(ProductCode, PartNumber)>, HostError> {
    let records = whole(read_aliases([file.to_owned()]).map_err(unreadable)?)?;
    Ok(records.into_iter().map(|alias| (alias.product, alias.part_number)).collect())
}

fn describe(rejection: &Rejection) -> String {
    let Rejection { file, row, column, reason, .. } = rejection;
    match column {
        Some(column) => {
            format!("{file}, row {row}, column {column}: {reason}; nothing was changed")
        }
        None => format!("{file}, row {row}: {reason}; nothing was changed"),
    }
}

fn unreadable(error: FileError) -> HostError {
    HostError::work(format!("{error}; nothing of it was applied"))
}

pub(crate) fn view(file: String, report: ImportReport) -> ImportView {
    let rejections = report.rejections.into_iter().map(|rejection| RejectionView {
        file: rejection.file,
        row: rejection.row,
        column: rejection.column,
        reason: rejection.reason,
    });
    ImportView {
        file,
        read: report.read,
        applied: report.applied,
        unchanged: report.unchanged,
        rejected: report.rejected,
        is_committed: report.is_committed,
        rejections: rejections.collect(),
    }
}
