//! What the reader leaves beside a file, and what it proves.

use trueup_marketplace::{Answer, ErrorKind, FeedKind, LineKey, LineVerdict, Receipt};

use crate::support::{Channel, acknowledged, batch};

const NAME: &str = "stock-true_up-tu1-4-17.csv";

async fn settled(channel: &Channel, acknowledgement: &str) -> Receipt {
    let batch = batch(FeedKind::TrueUp, &[("OAK-1", 3), ("OAK-2", 4), ("OAK-3", 5)]);
    channel.write(&format!("{NAME}.ack"), acknowledgement);
    channel.settle(&batch, NAME).await.unwrap()
}

/// A letter per line: accepted, rejected, unknown.
fn verdicts(receipt: &Receipt) -> String {
    let verdict = |key| match receipt.exceptions().get(&LineKey(key)) {
        None => 'a',
        Some(LineVerdict::Rejected(_)) => 'r',
        Some(LineVerdict::NotApplied(_) | LineVerdict::Unknown(_)) => 'u',
    };
    (1..=3).map(verdict).collect()
}

#[tokio::test]
async fn a_file_is_pending_until_its_acknowledgement_is_there() {
    let channel = acknowledged();
    let batch = batch(FeedKind::TrueUp, &[("OAK-1", 3)]);
    let receipt = channel.submit(&batch).await.unwrap();
    let Answer::Pending(ticket) = receipt.answer() else { panic!("{receipt:?}") };
    assert_eq!(ticket.0, NAME);
    let asked = channel.settle(&batch, NAME).await.unwrap();
    assert!(matches!(asked.answer(), Answer::Pending(_)));
    channel.write(&format!("{NAME}.ack"), "accepted\n");
    let asked = channel.settle(&batch, NAME).await.unwrap();
    assert_eq!((asked.answer(), asked.exceptions().len()), (&Answer::Applied, 0));
}

#[tokio::test]
async fn lines_are_judged_by_name_and_never_by_subtraction() {
    for (acknowledgement, expected) in [
        ("accepted", "aaa"),
        ("Accepted\r\n", "aaa"),
        ("accepted\nrejected,OAK-2,no such item\n", "ara"),
        ("rejected\n", "rrr"),
        ("rejected,,wrong account\naccepted,OAK-3\n", "rra"),
        ("accepted,OAK-1\nrejected,OAK-2\n", "aru"),
        ("rejected,OAK-2,gone\n", "uru"),
        ("accepted\nrejected,ELM-9,not ours\n", "uuu"),
    ] {
        let receipt = settled(&acknowledged(), acknowledgement).await;
        assert_eq!(verdicts(&receipt), expected, "{acknowledgement:?}");
    }
}

#[tokio::test]
async fn the_readers_words_reach_the_line() {
    let receipt = settled(&acknowledged(), "accepted\nrejected,OAK-2,\"gone, for good\"\n").await;
    let LineVerdict::Rejected(refusal) = &receipt.exceptions()[&LineKey(2)] else {
        panic!("{receipt:?}");
    };
    assert_eq!(refusal.message, "gone, for good");
}

#[tokio::test]
async fn what_cannot_be_read_is_no_answer() {
    let channel = acknowledged();
    let batch = batch(FeedKind::TrueUp, &[("OAK-1", 3)]);
    for content in ["", "\n", "acc", "<html>", "accepted\nmaybe,OAK-1\n", "\u{0}\u{0}"] {
        channel.write(&format!("{NAME}.ack"), content);
        let error = channel.settle(&batch, NAME).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{content:?}: {error}");
    }
}
