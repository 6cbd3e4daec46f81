//! Files: their names, their content, and that they appear complete.

use std::fs;

use trueup_marketplace::{Answer, Arrival, ErrorKind, FeedKind, Limit, Marketplace, TrueUp};

use crate::support::{batch, channel};

const NAME: &str = "stock-differential-tu1-4-17.csv";

#[tokio::test]
async fn a_batch_becomes_one_file_that_nothing_confirms() {
    let channel = channel("");
    let batch = batch(FeedKind::Differential, &[("OAK-1", 3), ("a \"b\", c", 0)]);
    let receipt = channel.submit(&batch).await.unwrap();
    assert_eq!((receipt.answer(), receipt.handle()), (&Answer::Submitted, Some(NAME)));
    let content = "part_number,location,quantity\nOAK-1,WH1,3\n\"a \"\"b\"\", c\",WH1,0\n";
    assert_eq!(channel.files(), [(NAME.to_owned(), content.to_owned())]);
}

#[tokio::test]
async fn the_same_batch_again_leaves_the_same_files() {
    let channel = channel("");
    let batch = batch(FeedKind::Differential, &[("OAK-1", 3)]);
    channel.put(&batch).await;
    let before = channel.files();
    channel.put(&batch).await;
    assert_eq!(channel.files(), before);
}

#[tokio::test]
async fn columns_follow_their_templates() {
    let columns = "columns = [{ title = \"SKU\", value = \"ACME-{part_number}\" }, \
                   { title = \"Q\", value = \"{quantity}\" }, \
                   { title = \"ETA\", value = \"{next_available_on}\" }, \
                   { title = \"Unit\", value = \"EA\" }]\n";
    let csv = channel(&format!("{columns}separator = \";\"\ntitles = false"));
    let batch = batch(FeedKind::TrueUp, &[("OAK-1", 3)]);
    csv.put(&batch).await;
    assert_eq!(csv.files()[0].1, "ACME-OAK-1;3;2026-12-01;EA\n");

    let json = channel(&format!("{columns}format = \"json_lines\"\nfile_prefix = \"acme\""));
    json.put(&batch).await;
    let (name, content) = &json.files()[0];
    assert_eq!(name, "acme-true_up-tu1-4-17.jsonl");
    let object = "{\"ETA\":\"2026-12-01\",\"Q\":3,\"SKU\":\"ACME-OAK-1\",\"Unit\":\"EA\"}\n";
    assert_eq!(content, object, "a number stays a number");
}

#[tokio::test]
async fn fields_in_a_part_number_are_only_text() {
    let channel = channel("");
    channel.put(&batch(FeedKind::TrueUp, &[("{quantity}", 7)])).await;
    assert!(channel.files()[0].1.ends_with("\n{quantity},WH1,7\n"));
}

#[tokio::test]
async fn a_folder_that_is_gone_applies_nothing_and_is_named() {
    let channel = channel("");
    fs::remove_dir(channel.folder.path()).unwrap();
    let error = channel.submit(&batch(FeedKind::TrueUp, &[("OAK-1", 3)])).await.unwrap_err();
    assert_eq!((error.kind(), error.arrival()), (ErrorKind::Unavailable, Arrival::NotApplied));
    assert!(error.to_string().contains(channel.folder.path().to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn a_reader_never_sees_a_file_half_written() {
    let channel = channel("");
    let many: Vec<(String, i64)> = (0..20_000).map(|n| (format!("PART-{n}"), n)).collect();
    let many: Vec<(&str, i64)> = many.iter().map(|(part, n)| (part.as_str(), *n)).collect();
    let mut whole = batch(FeedKind::TrueUp, &many);
    whole.lines.truncate(10_000);
    let reading = channel.folder.path().to_owned();
    let reader = std::thread::spawn(move || {
        loop {
            let seen = fs::read_dir(&reading).unwrap().map(|entry| entry.unwrap().path());
            let file = seen.into_iter().find(|path| path.extension().is_some_and(|e| e == "csv"));
            if let Some(file) = file {
                return fs::read_to_string(file).unwrap().lines().count();
            }
        }
    });
    channel.put(&whole).await;
    assert_eq!(reader.join().unwrap(), 10_001);
}

#[test]
fn capabilities_follow_the_settings() {
    let plain = channel("").file_drop.capabilities();
    assert_eq!((plain.true_up, plain.fields.on_orders), (TrueUp::Chunked, false));
    let columns = "columns = [{ title = \"o\", value = \"{on_orders}\" }]";
    let whole = channel(&format!("omitted_means_zero = true\n{columns}"));
    let whole = whole.file_drop.capabilities();
    assert_eq!((whole.true_up, whole.fields.on_orders), (TrueUp::Whole(Limit::NONE), true));
}
