//! The adjustments: their bytes, their chunks, and how a bad line is found among good ones.

use trueup_quickbooks_desktop_sandbox::Ending;

use crate::loopback::start;
use crate::support::{Talk, adjusted, answers, batch, fates, line, line_at, words};

#[tokio::test]
async fn the_same_batch_gives_the_same_bytes() {
    let talk = Talk::new("memo = \"stock & co\"");
    let feed = batch("b-1", vec![line(1, "Widgets:Widget A", 10), line(2, "Nuts & Bolts", 0)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    let query = talk.request(&ticket).await;
    assert_eq!(
        query,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?>\
         <QBXML><QBXMLMsgsRq onError=\"continueOnError\">\
         <ItemInventoryQueryRq requestID=\"n0\"><FullName>Nuts &amp; Bolts</FullName>\
         <FullName>Widgets:Widget A</FullName><IncludeRetElement>ListID</IncludeRetElement>\
         <IncludeRetElement>FullName</IncludeRetElement>\
         <IncludeRetElement>IsActive</IncludeRetElement>\
         <IncludeRetElement>QuantityOnHand</IncludeRetElement></ItemInventoryQueryRq>\
         </QBXMLMsgsRq></QBXML>"
    );
    let feed = batch("b-1", vec![line(1, "Widgets:Widget A", 10)]);
    let (_, request) = Talk::new("memo = \"stock & co\"").adjusting(&feed).await;
    assert_eq!(
        request,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?>\
         <QBXML><QBXMLMsgsRq newMessageSetID=\"5218FC5DB5D554829AB2\" onError=\"continueOnError\">\
         <InventoryAdjustmentAddRq requestID=\"a0\"><InventoryAdjustmentAdd>\
         <AccountRef><FullName>Inventory Adjustments</FullName></AccountRef>\
         <TxnDate>2026-11-23</TxnDate><RefNumber>10E54ACB99C</RefNumber>\
         <Memo>stock &amp; co</Memo>\
         <InventoryAdjustmentLineAdd><ItemRef><ListID>ID-1</ListID></ItemRef>\
         <QuantityAdjustment><NewQuantity>10</NewQuantity></QuantityAdjustment>\
         </InventoryAdjustmentLineAdd></InventoryAdjustmentAdd></InventoryAdjustmentAddRq>\
         </QBXMLMsgsRq></QBXML>"
    );
}

#[tokio::test]
async fn a_bad_line_among_fifty_sinks_no_other() {
    let loopback = start("", &["reject_item=P17"]).await;
    let lines: Vec<_> = (1..=50).map(|n| line(n, &format!("P{n}"), n)).collect();
    let feed = batch("b-1", lines);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert_eq!(visit.ending, Ending::Done);
    let fates = fates(&receipt, &feed);
    assert_eq!(fates.iter().filter(|fate| *fate == "applied").count(), 49);
    assert_eq!(fates[16], "refused 3140");
    assert!(words(&receipt, 17).contains("P17"));
    assert_eq!((loopback.on_hand("P16"), loopback.on_hand("P17")), ("16".into(), "0".into()));
    // One look-up, and one message for each halving of 50.
    assert!(visit.requests.len() <= 1 + 7, "{} requests", visit.requests.len());
}

#[tokio::test]
async fn a_line_that_makes_a_whole_message_unreadable_is_found_as_well() {
    let loopback = start("", &["unparsable_item=P170"]).await;
    let lines: Vec<_> = (1..=200).map(|n| line(n, &format!("P{n}"), n)).collect();
    let feed = batch("b-1", lines);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert_eq!(visit.ending, Ending::Done);
    let fates = fates(&receipt, &feed);
    assert_eq!(fates.iter().filter(|fate| *fate == "applied").count(), 199);
    assert_eq!(fates[169], "refused unreadable");
    assert!(visit.requests.len() <= 2 + 4 + 12, "{} requests", visit.requests.len());
}

#[tokio::test]
async fn a_full_letter_is_one_look_up_and_one_message() {
    let loopback = start("", &[]).await;
    let lines: Vec<_> = (1..=500).map(|n| line(n, &format!("P{n}"), n)).collect();
    let feed = batch("b-1", lines);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert!(receipt.exceptions().is_empty());
    assert_eq!(visit.requests.len(), 2);
    assert_eq!(visit.requests[0].matches("<ItemInventoryQueryRq").count(), 5);
    let state = loopback.sandbox.state();
    assert_eq!(state.adjustments.len(), 10);
    assert!(state.adjustments.iter().all(|adjustment| adjustment.lines.len() == 50));
}

#[tokio::test]
async fn each_site_has_an_adjustment_of_its_own() {
    let loopback = start("", &["sites=East;West"]).await;
    let lines = vec![
        line_at(1, "East", "Lamp", 3),
        line_at(2, "West", "Lamp", 4),
        line_at(3, "East", "Chair", 5),
        line_at(4, "South", "Chair", 6),
    ];
    let feed = batch("b-1", lines);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert_eq!(visit.ending, Ending::Done);
    assert_eq!(fates(&receipt, &feed), ["applied", "applied", "applied", "refused 3140"]);
    assert!(words(&receipt, 4).contains("South"));
    let state = loopback.sandbox.state();
    let lamp = state.items.iter().find(|item| item.full_name == "Lamp").unwrap();
    assert_eq!((lamp.on_hand.as_str(), lamp.sites["East"].as_str()), ("7", "3"));
    let sites: Vec<&str> =
        state.adjustments.iter().map(|adjustment| adjustment.site.as_str()).collect();
    assert_eq!(sites, ["East", "West"]);
}

#[tokio::test]
async fn a_wrong_account_refuses_every_line_and_is_named() {
    let loopback = start("", &[]).await;
    let desktop = crate::support::desktop_with_password(crate::support::PASSWORD);
    let talk = Talk { desktop, ..Talk::new("") };
    let feed = batch("b-1", vec![line(1, "Lamp", 3), line(2, "Chair", 4)]);
    let (ticket, request) = talk.adjusting(&feed).await;
    let refused = loopback.sandbox.process(&request).unwrap();
    assert!(talk.respond(&ticket, &refused).await < 100);
    let refused = loopback.sandbox.process(&talk.request(&ticket).await).unwrap();
    assert_eq!(talk.respond(&ticket, &refused).await, 100);
    let receipt = talk.settle(&feed).await.unwrap();
    assert_eq!(fates(&receipt, &feed), ["refused 3140", "refused 3140"]);
    assert!(words(&receipt, 1).contains("Account \"Adjustments\""));
}

#[tokio::test]
async fn how_far_a_session_is_never_reads_as_its_end() {
    let talk = Talk::new("");
    let lines: Vec<_> = (1..=51).map(|n| line(n, &format!("P{n:02}"), 5)).collect();
    let feed = batch("b-1", lines);
    let (ticket, _) = talk.adjusting(&feed).await;
    let first = adjusted("a0", 0, "Info") + &adjusted("a1", 3231, "Error");
    assert_eq!(talk.respond(&ticket, &answers(&first)).await, 98);
    talk.request(&ticket).await;
    assert_eq!(talk.respond(&ticket, &answers(&adjusted("a0", 0, "Info"))).await, 100);
}
