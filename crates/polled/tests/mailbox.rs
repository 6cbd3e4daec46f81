//! From a batch to a letter, and from its answer to a receipt.
#![expect(clippy::unwrap_used, reason = "tests")]

use bytes::Bytes;
use trueup_marketplace::{
    Answer, Batch, BatchKey, ErrorKind, FeedKind, Level, Line, LineKey, LineVerdict, Mailbox,
    MemoryMailbox, Receipt, Ticket,
};
use trueup_polled::{Fate, Fates, Told, post, settle};

fn batch() -> Batch {
    let line = |key, part: &str| Line {
        key: LineKey(key),
        part_number: part.parse().unwrap(),
        location: None,
        remote_id: None,
        level: Level::default(),
    };
    let lines = vec![line(1, "OAK-1"), line(2, "OAK-2")];
    Batch { key: BatchKey("b-1".into()), kind: FeedKind::Differential, is_dry_run: false, lines }
}

fn ticket() -> Ticket {
    Ticket("b-1".to_owned())
}

#[tokio::test]
async fn a_letter_is_pending_until_it_is_answered() {
    let (mailbox, batch) = (MemoryMailbox::default(), batch());
    let posted = post(&batch, Bytes::from_static(b"five"), &mailbox).await.unwrap();
    assert_eq!(posted, Receipt::pending(&ticket()));
    assert_eq!(settle(&batch, &ticket(), &mailbox, None).await.unwrap(), posted);
    let trouble = Some("the shop is shut".to_owned());
    let error = settle(&batch, &ticket(), &mailbox, trouble).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Unavailable, "the shop is shut")
    );

    let lines = vec![
        Told { key: LineKey(1), remote_id: Some("r-1".into()), fate: Fate::Applied },
        Told { key: LineKey(2), remote_id: None, fate: Fate::refused("no", "no\nsuch part") },
    ];
    let fates = Fates { handle: "REF".to_owned(), lines };
    mailbox.reply(&batch.key, fates.to_bytes()).await.unwrap();
    let receipt = settle(&batch, &ticket(), &mailbox, None).await.unwrap();
    assert_eq!((receipt.answer(), receipt.handle()), (&Answer::Applied, Some("REF")));
    assert_eq!(receipt.remote_ids(), [(LineKey(1), "r-1".to_owned())]);
    let verdicts: Vec<_> = receipt.exceptions().iter().collect();
    assert!(
        matches!(verdicts[..], [(LineKey(2), LineVerdict::Rejected(why))] if why.message == "no such part")
    );
}

#[tokio::test]
async fn a_line_that_an_answer_does_not_tell_of_is_unknown() {
    let told = |key| Told { key: LineKey(key), remote_id: None, fate: Fate::Applied };
    let stranger = Fates { handle: String::new(), lines: vec![told(1), told(9)] }.to_bytes();
    for answer in [stranger, Bytes::from_static(b"<html>"), Fates::default().to_bytes()] {
        let receipt = Fates::read(&answer).receipt(&batch());
        assert!(matches!(receipt.exceptions()[&LineKey(2)], LineVerdict::Unknown(_)));
    }
}

#[tokio::test]
async fn a_letter_that_is_gone_proves_nothing_and_a_rehearsal_is_not_posted() {
    let (mailbox, mut batch) = (MemoryMailbox::default(), batch());
    let receipt = settle(&batch, &ticket(), &mailbox, None).await.unwrap();
    assert_eq!((receipt.answer(), receipt.exceptions().len()), (&Answer::Submitted, 2));
    batch.is_dry_run = true;
    let error = post(&batch, Bytes::new(), &mailbox).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(!mailbox.waits().await.unwrap());
}
