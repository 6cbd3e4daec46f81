//! Whoever reads the files of a file-drop channel.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::task::JoinHandle;

/// How often it looks.
const LOOK: Duration = Duration::from_millis(100);

type Stock = Arc<Mutex<BTreeMap<String, i64>>>;

/// Reads each file of a folder once, oldest first, and acknowledges it in another folder. Files are
/// `SKU,QTY`. Dropping it ends the reading.
#[derive(Debug)]
pub struct Reader {
    stock: Stock,
    reading: JoinHandle<()>,
}

impl Reader {
    /// Reads the files that appear in `outgoing`.
    ///
    /// # Panics
    /// Where the folders cannot be made.
    #[must_use]
    pub fn start(outgoing: &Path, incoming: &Path) -> Self {
        for folder in [outgoing, incoming] {
            fs::create_dir_all(folder).expect("a folder can be made");
        }
        let stock = Stock::default();
        let reading = read_on(outgoing.to_owned(), incoming.to_owned(), Arc::clone(&stock));
        Self { stock, reading: tokio::spawn(reading) }
    }

    /// What the files said, by SKU.
    #[must_use]
    pub fn stock(&self) -> BTreeMap<String, i64> {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn read_on(outgoing: PathBuf, incoming: PathBuf, stock: Stock) {
    loop {
        for file in unread(&outgoing, &incoming) {
            let text = fs::read_to_string(&file).expect("a file that appeared is complete");
            stock.lock().unwrap_or_else(PoisonError::into_inner).extend(rows(&text));
            acknowledge(&file, &incoming);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Files without an acknowledgement, oldest first. Hidden ones are still being written.
fn unread(outgoing: &Path, incoming: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(outgoing).into_iter().flatten().filter_map(Result::ok);
    let visible = entries.map(|entry| entry.path()).filter(|file| !name(file).starts_with('.'));
    let mut files: Vec<(SystemTime, PathBuf)> = visible
        .filter(|file| !acknowledgement(file, incoming).exists())
        .filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file)))
        .collect();
    files.sort();
    files.into_iter().map(|(_, file)| file).collect()
}

fn rows(text: &str) -> BTreeMap<String, i64> {
    let row = |line: &str| {
        let (sku, quantity) = line.rsplit_once(',')?;
        Some((sku.to_owned(), quantity.parse().ok()?))
    };
    text.lines().skip(1).map(|line| row(line).unwrap_or_else(|| panic!("`{line}`"))).collect()
}

/// Writes it whole and renames it into place.
fn acknowledge(file: &Path, incoming: &Path) {
    let place = acknowledgement(file, incoming);
    let written = fs::write(place.with_extension("part"), "accepted\n");
    written.and_then(|()| fs::rename(place.with_extension("part"), place)).expect("it can write");
}

fn acknowledgement(file: &Path, incoming: &Path) -> PathBuf {
    incoming.join(format!("{}.ack", name(file)))
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
