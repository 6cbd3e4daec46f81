//! Files on disk: names, formats, several at once, and progress.

use std::fs;
use std::path::PathBuf;

use trueup_import::{FileErrorKind, Records, read_codes, read_stock};
use trueup_stock::StockRecord;

use crate::support::{tell_stock, told};

fn kind_of(path: PathBuf) -> (FileErrorKind, String) {
    let error = read_codes([path]).unwrap_err();
    (error.kind(), error.message().to_owned())
}

#[test]
fn files_that_cannot_be_opened_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (kind, message) = kind_of(folder.path().join("none.csv"));
    assert_eq!(kind, FileErrorKind::NotFound);
    assert_eq!(message, "there is no such file; check its name and folder");
    let (kind, message) = kind_of(folder.path().to_owned());
    assert_eq!(kind, FileErrorKind::Unreadable);
    assert_eq!(message, "this is a folder; name a file in it");
    let none: [PathBuf; 0] = [];
    let error = read_codes(none).unwrap_err();
    assert_eq!(error.to_string(), "import: no file was named; name at least one");
}

#[test]
fn the_extension_decides_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, "product_code\nA\n").unwrap();
        kind_of(path)
    };
    assert_eq!(
        refused("codes.txt"),
        (
            FileErrorKind::UnknownFormat,
            "`.txt` is not a format that is read; use .csv, .tsv, .json, .jsonl, .ndjson or .xlsx"
                .to_owned()
        )
    );
    assert!(refused("codes").1.starts_with("the name has no extension"));
    assert_eq!(refused("codes.XLS").1, "`.xls` files are not read; save it as .xlsx or .csv");
    let path = folder.path().join("CODES.Csv");
    fs::write(&path, "product_code\nA\n").unwrap();
    let codes = told(read_codes([&path]), |code| code.to_string());
    assert_eq!(codes, ["2: A"]);
}

#[test]
fn several_files_are_read_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.csv");
    let second = folder.path().join("second.jsonl");
    fs::write(&first, "product_code,quantity\nA,1\n").unwrap();
    fs::write(&second, r#"{"product_code":"B","quantity":2}"#).unwrap();
    let files = [first, second];
    let size: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();

    let mut records: Records<StockRecord> = read_stock(&files, None).unwrap();
    let progress = records.progress();
    assert_eq!((progress.bytes_read(), progress.bytes_total()), (0, size));
    for file in &files {
        assert!(records.next().unwrap().unwrap().is_ok());
        assert_eq!(records.file(), file.display().to_string());
    }
    assert!(records.next().is_none());
    assert_eq!(progress.bytes_read(), size);
}

#[test]
fn an_error_in_a_file_ends_the_stream() {
    let folder = tempfile::tempdir().unwrap();
    let [bad, good] = ["bad.csv", "good.csv"].map(|name| folder.path().join(name));
    fs::write(&bad, "product_code\nA\n").unwrap();
    fs::write(&good, "product_code,quantity\nB,2\n").unwrap();
    let told = told(read_stock([bad, good], None), tell_stock);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("the required column `quantity` is missing"), "{told:?}");
}

#[test]
fn streams_of_records_may_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Records<StockRecord>>();
    is_send::<trueup_import::Progress>();
    is_send::<trueup_import::Mapping>();
}
