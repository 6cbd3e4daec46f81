//! How a part number finds its item.

use trueup_marketplace::LineKey;
use trueup_quickbooks_desktop_sandbox::Ending;

use crate::loopback::start;
use crate::support::{Talk, answers, batch, fates, found, item, line, words};

#[tokio::test]
async fn items_are_found_by_any_of_the_fields() {
    for (field, part) in [
        ("full_name", "widgets:widget a"),
        ("name", "WIDGET A"),
        ("manufacturer_part_number", "AB-1"),
        ("bar_code", "4006381333931"),
    ] {
        let settings = format!("match_by = \"{field}\"");
        let loopback =
            start(&settings, &["items=Widgets:Widget A|AB-1|4006381333931|3;Other|AB-2|1|3"]).await;
        let feed = batch("b-1", vec![line(1, part, 8)]);
        let (visit, receipt) = loopback.deliver(&feed).await;
        assert_eq!(visit.ending, Ending::Done);
        assert_eq!(fates(&receipt, &feed), ["applied"], "{field}");
        assert_eq!(loopback.on_hand("Widgets:Widget A"), "8", "{field}");
        assert_eq!(loopback.on_hand("Other"), "3");
    }
}

#[tokio::test]
async fn part_numbers_are_compared_exactly() {
    let settings = "match_by = \"manufacturer_part_number\"";
    let loopback = start(settings, &["items=Lamp|AB-1"]).await;
    let feed = batch("b-1", vec![line(1, "ab-1", 8)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["refused not_found"]);
}

#[tokio::test]
async fn a_scan_reads_every_page_and_notices_two_items_of_one_number() {
    let mut items: Vec<String> = (1..=250).map(|n| format!("Item {n}|PN-{n}")).collect();
    items.push("Twin|PN-7".to_owned());
    let fault = format!("items={}", items.join(";"));
    let loopback = start("match_by = \"manufacturer_part_number\"", &[&fault]).await;
    let lines = vec![line(1, "PN-250", 5), line(2, "PN-7", 5), line(3, "PN-999", 5)];
    let feed = batch("b-1", lines);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["applied", "refused ambiguous", "refused not_found"]);
    assert!(words(&receipt, 2).contains("both `Item 7` and `Twin`"), "{}", words(&receipt, 2));
    assert_eq!(visit.requests.len(), 3 + 1, "three pages and one adjustment");
    assert!(visit.requests[1].contains("iterator=\"Continue\" iteratorID=\"{"));
}

#[tokio::test]
async fn an_item_found_once_is_asked_for_by_its_id() {
    let fault = "items=Lamp|PN-1;Chair|PN-2";
    let loopback = start("match_by = \"manufacturer_part_number\"", &[fault]).await;
    let mut feed = batch("b-1", vec![line(1, "PN-1", 5)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    let [(LineKey(1), list_id)] = receipt.remote_ids() else { panic!("{receipt:?}") };
    feed = batch("b-2", vec![line(1, "PN-1", 6)]);
    feed.lines[0].remote_id = Some(list_id.clone());
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["applied"]);
    assert_eq!(visit.requests.len(), 2, "no scan");
    assert!(visit.requests[0].contains(&format!("<ListID>{list_id}</ListID>")));

    // An id that leads to another item, or nowhere, is not believed.
    feed = batch("b-3", vec![line(1, "PN-2", 7), line(2, "PN-1", 8)]);
    feed.lines[0].remote_id = Some(list_id.clone());
    feed.lines[1].remote_id = Some("80000099-1".to_owned());
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["applied", "applied"]);
    assert_eq!((loopback.on_hand("Chair"), loopback.on_hand("Lamp")), ("7".into(), "8".into()));
}

#[tokio::test]
async fn some_missing_names_do_not_hide_the_others() {
    for status in ["500", "1", "3120"] {
        let missing = format!("some_missing={status}");
        let loopback = start("", &["items=Lamp|||1", &missing]).await;
        let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, "Gone", 5)]);
        let (_, receipt) = loopback.deliver(&feed).await;
        assert_eq!(fates(&receipt, &feed), ["applied", "refused not_found"], "{status}");
    }
}

#[tokio::test]
async fn what_quickbooks_shows_already_is_not_booked_again() {
    let loopback = start("", &["items=Lamp|||5.00;Cable|||7.5"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, "Cable", 7)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["applied", "applied"]);
    let state = loopback.sandbox.state();
    assert_eq!(state.adjustments.len(), 1);
    assert_eq!(state.adjustments[0].lines.len(), 1);
    assert_eq!(loopback.on_hand("Cable"), "7");
}

#[tokio::test]
async fn inactive_items_are_told() {
    let loopback = start("", &["items=Lamp|||1", "inactive=Lamp"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["refused inactive"]);
    assert!(words(&receipt, 1).contains("make it active"));
}

#[tokio::test]
async fn two_products_of_one_item_are_both_refused() {
    let loopback = start("", &["items=Lamp|||1"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, "LAMP", 6)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["refused same_item", "refused same_item"]);
    assert_eq!(loopback.on_hand("Lamp"), "1");
}

#[tokio::test]
async fn a_query_that_fails_applies_nothing_and_says_why() {
    let status = |code, severity: &str| {
        answers(&format!(
            "<ItemInventoryQueryRs requestID=\"n0\" statusCode=\"{code}\" \
             statusSeverity=\"{severity}\" statusMessage=\"words\"/>"
        ))
    };
    for (response, fate) in [
        (status(1000, "Error"), "not_applied"),
        (status(3260, "Error"), "not_applied"),
        (status(3210, "Error"), "refused 3210"),
        (answers(""), "not_applied"),
        (found("n7", &item("I", "Lamp", "1")), "not_applied"),
    ] {
        let talk = Talk::new("");
        let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
        talk.post(&feed).await;
        let ticket = talk.sign_in().await;
        talk.request(&ticket).await;
        assert_eq!(talk.respond(&ticket, &response).await, 100, "{response}");
        assert_eq!(fates(&talk.settle(&feed).await.unwrap(), &feed), [fate], "{response}");
    }
}
