//! What depends on time, with the time passed in.

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + millis).expect("a time in range")
}

fn submission(kind: Kind, on_hand: i32) -> Submission {
    let offer = Offer {
        supplier_id: Some(81454),
        part: Some("A".to_owned()),
        on_hand: Some(on_hand),
        ..Offer::default()
    };
    Submission { kind, dry_run: false, lines: vec![Some(offer)], late_ms: None }
}

fn late(on_hand: i32, millis: u64) -> Submission {
    Submission { late_ms: Some(millis), ..submission(Kind::Differential, on_hand) }
}

fn on_hand(book: &Book) -> Option<i32> {
    book.levels().next().map(|(_, level)| level.on_hand)
}

#[test]
fn a_late_call_overtakes_a_newer_one() {
    let (mut book, modes) = (Book::default(), Modes::default());
    assert!(book.submit(late(5, 100), &modes, at(0)).is_ok());
    let newer = submission(Kind::Differential, 7);
    assert!(book.submit(newer, &modes, at(50)).is_ok());
    assert_eq!(on_hand(&book), Some(7));
    book.settle(at(99));
    assert_eq!(on_hand(&book), Some(7));
    book.settle(at(100));
    assert_eq!(on_hand(&book), Some(5));
    let order: Vec<u64> = book.feeds().map(|feed| feed.id).collect();
    assert_eq!(order, [2, 1]);
}

#[test]
fn late_calls_are_applied_in_the_order_they_come_due() {
    let (mut book, modes) = (Book::default(), Modes::default());
    assert!(book.submit(late(5, 200), &modes, at(0)).is_ok());
    assert!(book.submit(late(6, 100), &modes, at(0)).is_ok());
    book.settle(at(1_000));
    assert_eq!(on_hand(&book), Some(5));
}

#[test]
fn a_second_true_up_is_taken_again_after_a_day() {
    let (mut book, mut modes) = (Book::default(), Modes::default());
    modes.feeds.one_true_up_per_day = true;
    let day = 24 * 60 * 60 * 1_000;
    let mut submit = |millis| book.submit(submission(Kind::TrueUp, 1), &modes, at(millis)).err();
    assert_eq!(submit(0), None);
    assert_eq!(submit(day - 1), Some(Refusal::SecondTrueUp));
    assert_eq!(submit(day), None);
}

#[test]
fn only_the_newest_feeds_are_remembered() {
    let (mut book, modes) = (Book::default(), Modes::default());
    for _ in 0..FEEDS_KEPT + 5 {
        assert!(book.submit(submission(Kind::Differential, 1), &modes, at(0)).is_ok());
    }
    assert_eq!(book.feeds().count(), FEEDS_KEPT);
    assert_eq!(book.feeds().next().map(|feed| feed.id), Some(6));
}
