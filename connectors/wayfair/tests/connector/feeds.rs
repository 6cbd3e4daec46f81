//! Feeds that arrive, over real HTTP.

use trueup_marketplace::{Answer, FeedKind, Level};

use crate::loopback::{start, start_with};
use crate::support::{batch, exceptions, line, line_at, parts, settle_over, words};

#[tokio::test]
async fn both_feeds_reach_buyers_at_every_supplier_id() {
    let wayfair = start(&[]).await;
    let mut lines = vec![line(1, "A", 5), line_at(2, "81852", "A", 7), line(3, "B", 9)];
    lines[0].level = Level {
        on_orders: 2,
        next_available_on: Some(jiff::civil::date(2026, 12, 31)),
        discontinued: true,
        ..lines[0].level
    };
    let receipt = wayfair.deliver(&batch(FeedKind::TrueUp, lines)).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert!(receipt.exceptions().is_empty());
    let state = wayfair.sandbox.state();
    assert_eq!(state.on_hand(81852, "A"), Some(7));
    let shown = state.line(81454, "A").unwrap();
    assert_eq!((shown.quantity_on_hand, shown.quantity_on_order), (5, Some(2)));
    assert_eq!(shown.item_next_availability_date.as_deref(), Some("12-31-2026 00:00:00"));
    assert!(shown.discontinued);

    let receipt = wayfair.deliver(&batch(FeedKind::Differential, vec![line(1, "A", 4)])).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert_eq!((wayfair.on_hand("A"), wayfair.on_hand("B")), (Some(4), Some(9)));

    // What a True-Up leaves out becomes 0.
    let receipt = wayfair.deliver(&batch(FeedKind::TrueUp, vec![line(1, "A", 3)])).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert_eq!((wayfair.on_hand("A"), wayfair.on_hand("B")), (Some(3), Some(0)));
}

#[tokio::test]
async fn minus_one_is_taken() {
    let wayfair = start_with(&[], |settings| {
        settings.insert("when_backordered".into(), "minus_one".into());
    });
    let wayfair = wayfair.await;
    let mut waiting = line(1, "A", 0);
    waiting.level.backordered = 3;
    let receipt = wayfair.deliver(&batch(FeedKind::Differential, vec![waiting])).await;
    assert!(receipt.exceptions().is_empty());
    assert_eq!(wayfair.on_hand("A"), Some(-1));
}

#[tokio::test]
async fn one_bad_line_of_five_hundred_stops_no_other() {
    let wayfair = start(&["reject_part=P250"]).await;
    let receipt = wayfair.submit(&parts(500)).await.unwrap();
    assert_eq!(exceptions(&receipt), (vec![250], vec![]));
    let receipt = wayfair.deliver(&parts(500)).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert_eq!(exceptions(&receipt), (vec![250], vec![]));
    assert_eq!((wayfair.on_hand("P249"), wayfair.on_hand("P250")), (Some(249), None));
}

#[tokio::test]
async fn an_unknown_supplier_id_refuses_its_lines_only() {
    let wayfair = start(&[]).await;
    let lines = vec![line(1, "A", 5), line_at(2, "99", "B", 7), line_at(3, "99", "C", 8)];
    let receipt = wayfair.deliver(&batch(FeedKind::TrueUp, lines)).await;
    assert_eq!(exceptions(&receipt), (vec![2, 3], vec![]));
    assert!(words(&receipt, 2).starts_with("invalid_supplier_id: "));
    assert_eq!(wayfair.on_hand("A"), Some(5));
}

#[tokio::test]
async fn a_part_wayfair_does_not_know_is_refused_when_the_feed_is_complete() {
    let wayfair = start(&["parts=P1;P3", "completion_delay=50"]).await;
    let receipt = wayfair.submit(&parts(3)).await.unwrap();
    assert!(receipt.exceptions().is_empty());
    let receipt = wayfair.deliver_at_last(&parts(3)).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert_eq!(exceptions(&receipt), (vec![2], vec![]));
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let wayfair = start(&["reject_part=P2"]).await;
    let mut rehearsal = parts(3);
    rehearsal.is_dry_run = true;
    let receipt = wayfair.submit(&rehearsal).await.unwrap();
    assert_eq!(receipt.answer(), &Answer::Submitted);
    assert_eq!(exceptions(&receipt), (vec![2], vec![]));
    assert!(wayfair.sandbox.state().lines.is_empty());
}

#[tokio::test]
async fn the_sandbox_takes_a_true_up_of_five_hundred_lines() {
    let wayfair = start(&["environment=sandbox"]).await;
    let receipt = wayfair.deliver(&batch(FeedKind::TrueUp, parts(500).lines)).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
    let error = wayfair.submit(&batch(FeedKind::TrueUp, parts(501).lines)).await;
    assert!(error.unwrap_err().to_string().contains("at most 500"));
    assert_eq!(wayfair.sandbox.calls().saves, 1);
}

#[tokio::test]
async fn a_feed_under_way_stays_pending_until_it_is_complete() {
    let wayfair = start(&["completion_delay=3600000", "starts_new"]).await;
    let receipt = wayfair.deliver(&parts(2)).await;
    assert!(matches!(receipt.answer(), Answer::Pending(_)));
    wayfair.set("completion_delay=0");
    let receipt = wayfair.deliver(&parts(2)).await;
    assert_eq!(receipt.answer(), &Answer::Applied);
}

#[tokio::test]
async fn a_feed_that_ends_in_error_applies_none_of_its_lines() {
    let wayfair = start(&["completes_with_error", "completion_delay=50"]).await;
    let receipt = wayfair.deliver_at_last(&parts(2)).await;
    assert_ne!(receipt.answer(), &Answer::Applied);
    assert_eq!(exceptions(&receipt), (vec![1, 2], vec![]));
}

#[tokio::test]
async fn without_the_query_a_feed_is_submitted_not_confirmed() {
    let wayfair = start(&["no_transactions", "no_id=unknown_field"]).await;
    let receipt = wayfair.deliver(&parts(2)).await;
    assert_eq!(receipt.answer(), &Answer::Submitted);
    assert!(receipt.handle().is_some());
    assert_eq!(wayfair.on_hand("P2"), Some(2));
}

#[tokio::test]
async fn without_the_limit_a_short_list_is_enough_and_a_full_one_is_not() {
    let refused: Vec<String> = (1..=11).map(|n| format!("P{n}")).collect();
    let fault = format!("reject_part={}", refused.join(";"));
    let wayfair = start(&["no_limit_argument", "strict_lists", &fault]).await;
    let receipt = wayfair.submit(&parts(20)).await.unwrap();
    assert_eq!(exceptions(&receipt), ((1..=10).collect(), (11..=20).collect()));
    let receipt = wayfair.deliver(&parts(20)).await;
    assert_eq!(exceptions(&receipt), ((1..=10).collect(), (11..=20).collect()));

    wayfair.set("reject_part=P3");
    let receipt = wayfair.deliver(&parts(20)).await;
    assert_eq!(exceptions(&receipt), (vec![3], vec![]));
    assert_eq!(wayfair.sandbox.state().feeds.len(), 3, "nothing was saved twice");
}

#[tokio::test]
async fn an_unknown_ticket_stays_pending() {
    let wayfair = start(&[]).await;
    let receipt = settle_over(&wayfair.wayfair, &wayfair.wire, &parts(1), "nowhere").await;
    assert!(matches!(receipt.unwrap().answer(), Answer::Pending(_)));
}
