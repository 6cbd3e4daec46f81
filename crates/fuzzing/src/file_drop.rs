//! What the reader of a file leaves beside it.

use std::cell::OnceCell;
use std::fs;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use trueup_file_drop::FileDrop;
use trueup_marketplace::{Answer, Connector, Context, LineKey, Marketplace, NoMailbox, Ticket};

use crate::alien::{LINES, Silence, batch};

/// A folder, a channel to it, and what files are read on.
struct Desk(TempDir, FileDrop, Runtime);

/// Any acknowledgement of four lines.
///
/// # Panics
/// Where a line is taken for applied that no row speaks for.
pub fn file_drop_acknowledgement(bytes: &[u8]) {
    thread_local! { static DESK: OnceCell<Desk> = const { OnceCell::new() }; }
    DESK.with(|desk| {
        let Desk(folder, channel, runtime) = desk.get_or_init(desk_in_a_folder);
        fs::write(folder.path().join("t.csv.ack"), bytes).expect("a file can be written");
        let (batch, ticket) = (batch(None), Ticket("t.csv".to_owned()));
        let now = jiff::Timestamp::UNIX_EPOCH;
        let context = Context { wire: &Silence, mailbox: &NoMailbox, now };
        let Ok(receipt) = runtime.block_on(channel.settle(&batch, &ticket, &context)) else {
            return;
        };
        assert_eq!(receipt.answer(), &Answer::Applied, "the file is there");
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for line in (1..=LINES).filter(|line| !receipt.exceptions().contains_key(&LineKey(*line))) {
            assert!(text.contains("accepted"), "nothing accepts P{line}");
            let refused = format!("rejected,p{line},");
            assert!(!text.lines().any(|row| row.starts_with(&refused)), "P{line} is refused");
        }
    });
}

fn desk_in_a_folder() -> Desk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = toml::Table::new();
    let path = folder.path().to_str().expect("a temporary folder has a plain name");
    settings.insert("folder".to_owned(), path.into());
    settings.insert("acknowledgements".to_owned(), path.into());
    let settings = settings.try_into().expect("all that is required");
    let channel = FileDrop::open(settings).expect("all that is required");
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    Desk(folder, channel, runtime)
}
