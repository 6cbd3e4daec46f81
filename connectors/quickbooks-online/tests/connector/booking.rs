//! Differences: read, booked once, and never computed again while their fate is open.

use trueup_marketplace::{Answer, Arrival, Error, LineKey, Marketplace};

use crate::support::{batch, open, said};

#[tokio::test]
async fn the_difference_is_booked_and_nothing_where_there_is_none() {
    let company = open(&["items=OAK-1;OAK-2"]).await;
    let receipt = company.submit(&batch("b-1", &[("OAK-1", 7), ("OAK-2", 3)])).await.unwrap();
    assert_eq!((receipt.answer(), receipt.exceptions().len()), (&Answer::Applied, 0));
    let receipt = company.submit(&batch("b-2", &[("OAK-1", 4), ("OAK-2", 3)])).await.unwrap();
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert_eq!((company.on_hand("OAK-1"), company.on_hand("OAK-2")), (4.0, 3.0));
    assert_eq!(company.sandbox.state().adjustments, 3, "OAK-2 had what it should have");
    let before = company.sandbox.calls().batches;
    let receipt = company.submit(&batch("b-3", &[("OAK-1", 4)])).await.unwrap();
    assert_eq!((receipt.answer(), company.sandbox.calls().batches), (&Answer::Applied, before));
}

#[tokio::test]
async fn a_lost_answer_is_resolved_by_the_identical_request_and_booked_once() {
    let company = open(&["items=OAK-1", "lost_answer=next:0"]).await;
    let batch = batch("b-1", &[("OAK-1", 7)]);
    let prepared = company.prepare(&batch).await;
    company.sandbox.set_mode("lost_answer=next").unwrap();
    let lost = company.channel.submit(&batch, &prepared, &company.context()).await.unwrap_err();
    assert_eq!(lost.arrival(), Arrival::Unknown);
    // Somebody sells one meanwhile; a new difference would be another.
    company.sandbox.set_mode("sell=OAK-1").unwrap();
    let resolved = company.channel.resolve(&batch, &prepared, &company.context()).await.unwrap();
    assert_eq!((resolved.answer(), resolved.exceptions().len()), (&Answer::Applied, 0));
    assert_eq!((company.on_hand("OAK-1"), company.sandbox.calls().repeats), (6.0, 1));
}

#[tokio::test]
async fn a_request_that_lands_late_is_booked_once_as_well() {
    let company = open(&["items=OAK-1"]).await;
    let batch = batch("b-1", &[("OAK-1", 7)]);
    let prepared = company.prepare(&batch).await;
    company.sandbox.set_mode("late=0@next").unwrap();
    let submitted = company.channel.submit(&batch, &prepared, &company.context()).await;
    assert_eq!(submitted.unwrap_err().arrival(), Arrival::Unknown);
    let resolved = company.channel.resolve(&batch, &prepared, &company.context()).await.unwrap();
    assert_eq!(resolved.exceptions().len(), 0);
    assert_eq!(company.on_hand("OAK-1"), 7.0);
}

#[tokio::test]
async fn fractions_on_hand_are_evened_out_exactly() {
    let company = open(&["items=OAK-1"]).await;
    company.book(&batch("b-1", &[("OAK-1", 8)])).await;
    company.sandbox.set_mode("trim=OAK-1").unwrap();
    assert_eq!(company.on_hand("OAK-1"), 7.9);
    let receipt = company.submit(&batch("b-2", &[("OAK-1", 5)])).await.unwrap();
    assert_eq!((receipt.answer(), company.on_hand("OAK-1")), (&Answer::Applied, 5.0));
}

#[tokio::test]
async fn one_read_serves_a_whole_batch() {
    let company = open(&[]).await;
    let parts: Vec<String> = (0..30).map(|number| format!("OAK-{number}")).collect();
    let parts: Vec<(&str, i64)> = parts.iter().map(|part| (part.as_str(), 1)).collect();
    company.book(&batch("b-1", &parts)).await;
    let calls = company.sandbox.calls();
    assert_eq!((calls.queries, calls.batches), (1, 1));
}

#[tokio::test]
async fn quotes_and_backslashes_in_part_numbers_are_found() {
    let company = open(&["catalogue=closed", "items=O'H,1;a\\b"]).await;
    let receipt = company.submit(&batch("b-1", &[("O'H,1", 1), ("a\\b", 2)])).await.unwrap();
    assert_eq!(receipt.exceptions().len(), 0);
    assert_eq!((company.on_hand("O'H,1"), company.on_hand("a\\b")), (1.0, 2.0));
}

#[tokio::test]
async fn what_cannot_be_booked_is_withheld_with_its_reason() {
    let faults = ["catalogue=closed", "items=OAK-1", "twin=ELM-1", "service=WORK-1"];
    let company = open(&faults).await;
    let batch = batch("b-1", &[("OAK-1", 1), ("ELM-1", 1), ("WORK-1", 1), ("NO-1", 1)]);
    let prepared = company.prepare(&batch).await;
    let withheld: Vec<(LineKey, String)> =
        prepared.withheld.iter().map(|(key, verdict)| (*key, said(verdict))).collect();
    assert_eq!(
        withheld[0],
        (LineKey(2), "ambiguous: several items are `ELM-1`: `ELM-1`, `ELM-1 (twin)`".to_owned())
    );
    assert_eq!(withheld[1].1, "not_a_stock_item: `WORK-1` is no item whose quantity is tracked");
    assert_eq!(withheld[2].1, "not_found: no active item is `NO-1`");
    let receipt = company.channel.submit(&batch, &prepared, &company.context()).await.unwrap();
    assert_eq!((receipt.exceptions().len(), company.on_hand("OAK-1")), (0, 1.0));
}

#[tokio::test]
async fn a_plan_of_another_version_is_not_sent() {
    let company = open(&[]).await;
    let batch = batch("b-1", &[("OAK-1", 1)]);
    let prepared = trueup_marketplace::Prepared { body: "{}".into(), withheld: Vec::new() };
    let sent = company.channel.submit(&batch, &prepared, &company.context()).await;
    let error: Error = sent.unwrap_err();
    assert_eq!(error.arrival(), Arrival::NotApplied);
    assert_eq!(company.sandbox.calls().batches, 0);
}
