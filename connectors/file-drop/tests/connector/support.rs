//! A channel to a temporary folder.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::date;
use tempfile::TempDir;
pub use trueup_conformance::Nowhere;
use trueup_file_drop::FileDrop;
use trueup_marketplace::{
    Answer, Batch, BatchKey, Connector, Context, Error, FeedKind, Level, Line, LineKey,
    Marketplace, Receipt, Ticket,
};

pub struct Channel {
    pub folder: TempDir,
    pub file_drop: FileDrop,
}

/// A channel with these settings beside the folder.
pub fn channel(settings: &str) -> Channel {
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().display();
    let settings = settings.replace("HERE", &shown.to_string());
    let text = format!("folder = \"{shown}\"\n{settings}");
    let file_drop = FileDrop::open(toml::from_str(&text).unwrap()).unwrap();
    Channel { folder, file_drop }
}

/// A channel that waits for acknowledgements in the same folder.
pub fn acknowledged() -> Channel {
    channel("acknowledgements = \"HERE\"")
}

impl Channel {
    pub async fn submit(&self, batch: &Batch) -> Result<Receipt, Error> {
        let context = Context::calling(&Nowhere, Timestamp::UNIX_EPOCH);
        let prepared = self.file_drop.prepare(batch, &context).await?;
        self.file_drop.submit(batch, &prepared, &context).await
    }

    pub async fn put(&self, batch: &Batch) {
        assert_eq!(self.submit(batch).await.unwrap().answer(), &Answer::Submitted);
    }

    pub async fn settle(&self, batch: &Batch, ticket: &str) -> Result<Receipt, Error> {
        let context = Context::calling(&Nowhere, Timestamp::UNIX_EPOCH);
        self.file_drop.settle(batch, &Ticket(ticket.to_owned()), &context).await
    }

    /// The files in the folder, by name.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(self.folder.path()).unwrap().map(read).collect();
        files.sort();
        files
    }

    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }
}

fn read(entry: std::io::Result<fs::DirEntry>) -> (String, String) {
    let path = entry.unwrap().path();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap().to_owned();
    (name, text(&path))
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

pub fn batch(kind: FeedKind, parts: &[(&str, i64)]) -> Batch {
    let line = |(position, (part, quantity)): (usize, &(&str, i64))| Line {
        key: LineKey(i64::try_from(position).unwrap() + 1),
        part_number: part.parse().unwrap(),
        location: Some("WH1".parse().unwrap()),
        remote_id: None,
        level: Level {
            quantity: *quantity,
            next_available_on: Some(date(2026, 12, 1)),
            ..Level::default()
        },
    };
    let lines = parts.iter().enumerate().map(line).collect();
    Batch { key: BatchKey("tu1-4-17".to_owned()), kind, is_dry_run: false, lines }
}
