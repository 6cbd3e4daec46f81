//! What is posted, and how answers are read.

use bytes::Bytes;
use trueup_marketplace::{Acknowledges, BatchKey, ErrorKind, FeedKind, Mailbox, Marketplace};

use crate::support::{Talk, batch, fates, line, line_at};

#[tokio::test]
async fn a_message_is_small_and_the_same_every_time() {
    let talk = Talk::new("time_zone = \"America/Los_Angeles\"");
    let mut feed = batch("b-1", vec![line(1, "Lamp", 5), line_at(2, "East", "Chair", 0)]);
    feed.lines[1].remote_id = Some("80000002-1".to_owned());
    let prepared = talk.prepare(&feed).await.unwrap();
    assert_eq!(
        std::str::from_utf8(&prepared.body).unwrap(),
        "{\"date\":\"2026-11-23\",\"lines\":[{\"key\":1,\"name\":\"Lamp\",\"quantity\":5},\
         {\"key\":2,\"name\":\"Chair\",\"list_id\":\"80000002-1\",\"site\":\"East\",\"quantity\":0}]}"
    );
    assert_eq!(talk.prepare(&feed).await.unwrap(), prepared);
}

#[tokio::test]
async fn the_date_is_the_companys() {
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    for (zone, date) in [("America/Los_Angeles", "2026-11-22"), ("Asia/Tokyo", "2026-11-23")] {
        let mut talk = Talk::new(&format!("time_zone = \"{zone}\""));
        talk.now = "2026-11-23T05:00:00Z".parse().unwrap();
        let body = talk.prepare(&feed).await.unwrap().body;
        assert!(String::from_utf8(body.to_vec()).unwrap().contains(date), "{zone}");
    }
}

#[tokio::test]
async fn names_that_quickbooks_cannot_have_stay_out_of_the_message() {
    let talk = Talk::new("match_by = \"manufacturer_part_number\"");
    let long = "x".repeat(32);
    let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, &long, 5)]);
    let prepared = talk.prepare(&feed).await.unwrap();
    let keys: Vec<i64> = prepared.withheld.iter().map(|(key, _)| key.0).collect();
    assert_eq!(keys, [2]);
    assert!(!String::from_utf8(prepared.body.to_vec()).unwrap().contains(&long));
}

#[tokio::test]
async fn a_rehearsal_posts_nothing() {
    let talk = Talk::new("");
    let mut feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    feed.is_dry_run = true;
    let error = talk.submit(&feed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(!talk.waits().await);
}

#[tokio::test]
async fn batches_beyond_the_limits_are_not_posted() {
    let talk = Talk::new("");
    let lines: Vec<_> = (0..501).map(|n| line(n, &format!("P{n}"), 1)).collect();
    for feed in [batch("b-1", lines), batch("b-2", vec![line(1, "A", 1), line(2, "A", 2)])] {
        assert_eq!(talk.submit(&feed).await.unwrap_err().kind(), ErrorKind::BeyondLimits);
    }
    let mut whole = batch("b-3", vec![line(1, "A", 1)]);
    whole.kind = FeedKind::TrueUp;
    assert!(talk.submit(&whole).await.is_ok(), "a True-Up travels in chunks");
    assert_eq!(talk.desktop.capabilities().acknowledges, Acknowledges::Ticket);
}

#[tokio::test]
async fn until_it_is_answered_a_letter_is_pending() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    talk.post(&feed).await;
    assert!(fates(&talk.settle(&feed).await.unwrap(), &feed)[0].starts_with("pending"));
}

#[tokio::test]
async fn answers_that_prove_nothing_leave_lines_unknown() {
    let applied = |key| format!("{{\"key\":{key},\"fate\":\"applied\"}}");
    let answer =
        |lines: &[String]| format!("{{\"ref_number\":\"R\",\"lines\":[{}]}}", lines.join(","));
    for (text, expected) in [
        (answer(&[applied(1), applied(2)]), ["applied", "applied"]),
        (answer(&[applied(1)]), ["applied", "unknown"]),
        (answer(&[applied(1), applied(9)]), ["applied", "unknown"]),
        (answer(&[]), ["unknown", "unknown"]),
        ("{\"lines\":[]}".to_owned(), ["unknown", "unknown"]),
        ("<html>".to_owned(), ["unknown", "unknown"]),
        (String::new(), ["unknown", "unknown"]),
    ] {
        let talk = Talk::new("");
        let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, "Chair", 5)]);
        talk.post(&feed).await;
        talk.mailbox.reply(&feed.key, Bytes::from(text.clone())).await.unwrap();
        assert_eq!(fates(&talk.settle(&feed).await.unwrap(), &feed), expected, "{text}");
    }
}

#[tokio::test]
async fn a_message_that_is_not_ours_is_passed_over() {
    let talk = Talk::new("");
    let alien = BatchKey("alien".to_owned());
    talk.mailbox.post(&alien, Bytes::from_static(b"\x00not ours")).await.unwrap();
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    assert!(talk.request(&ticket).await.contains("Lamp"));
}
