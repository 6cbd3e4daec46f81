//! The suite that every connector runs, against a reader of files that acknowledges them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::PathBuf;

use async_trait::async_trait;
use serde_json::{Value, json};
use tempfile::TempDir;
use trueup_conformance::{Bench, Shelf, item};
use trueup_file_drop::FileDrop;
use trueup_marketplace::{Mailbox, Marketplace, PartNumber, Registration, RemoteLocation};

/// Reads files in the order they came, and knows some part numbers.
struct Reader {
    folder: TempDir,
    sold: Vec<String>,
}

impl Reader {
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")).collect();
        // Keys count up, and are as long as each other here.
        files.sort_by_key(|path| {
            path.to_string_lossy().split_once("tu7").map(|(_, key)| key.to_owned())
        });
        files
    }

    /// The rows of a file: part number, location, quantity.
    fn rows(path: &PathBuf) -> Vec<((String, String), i64)> {
        let text = fs::read_to_string(path).unwrap();
        let row = |line: &str| {
            let row: Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            ((field("part_number"), field("location")), row["quantity"].as_i64().unwrap())
        };
        text.lines().map(row).collect()
    }
}

#[async_trait]
impl Bench for Reader {
    fn registration() -> Registration {
        Registration::of::<FileDrop>(env!("CARGO_PKG_VERSION"))
    }

    async fn start(items: usize) -> Self {
        let sold = (0..items).map(|number| item(number).to_string()).collect();
        Self { folder: tempfile::tempdir().unwrap(), sold }
    }

    fn settings(&self) -> Value {
        let folder = self.folder.path();
        json!({
            "folder": folder, "acknowledgements": folder,
            "format": "json_lines", "lines_per_file": 50,
        })
    }

    fn locations() -> Vec<RemoteLocation> {
        ["WH1", "WH2"].map(|name| name.parse().unwrap()).into()
    }

    fn unknown_part() -> Option<PartNumber> {
        Some("NO-SUCH-PART".parse().unwrap())
    }

    async fn shelf(&self) -> Shelf {
        let rows = self.files();
        let rows = rows.iter().flat_map(Self::rows);
        rows.filter(|((part, _), _)| self.sold.contains(part)).collect()
    }

    async fn attend(&self, _: &dyn Marketplace, _: &dyn Mailbox) {
        for path in self.files() {
            let refused = Self::rows(&path).into_iter().map(|((part, _), _)| part);
            let refused = refused.filter(|part| !self.sold.contains(part));
            let refused: String =
                refused.map(|part| format!("rejected,{part},not sold here\n")).collect();
            let name = format!("{}.ack", path.display());
            fs::write(name, format!("accepted\n{refused}")).unwrap();
        }
    }
}

#[test]
fn it_conforms() {
    trueup_conformance::run::<Reader>().expect_conformance();
}
