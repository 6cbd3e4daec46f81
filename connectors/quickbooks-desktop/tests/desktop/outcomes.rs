//! Every outcome that the Web Connector can bring, in the words of its documentation.

use crate::support::{Talk, adjusted, answers, batch, fates, found, item, line, words};

const ACCEPTED: &str = r#"<?xml version="1.0" ?>
<QBXML><QBXMLMsgsRs newMessageSetID="SC-000123" messageSetStatusCode="0"><InventoryAdjustmentAddRs requestID="a0" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<InventoryAdjustmentRet><TxnID>1F-1763888523</TxnID><TimeCreated>2026-11-23T09:02:03-08:00</TimeCreated><TimeModified>2026-11-23T09:02:03-08:00</TimeModified><EditSequence>1763888523</EditSequence><TxnNumber>57</TxnNumber><AccountRef><ListID>8000003A-1389812345</ListID><FullName>Inventory Adjustments</FullName></AccountRef><TxnDate>2026-11-23</TxnDate><RefNumber>SC000123</RefNumber><Memo>stock push 000123</Memo>
<InventoryAdjustmentLineRet><TxnLineID>21-1763888523</TxnLineID><ItemRef><ListID>80000002-1415025717</ListID><FullName>Widgets:Widget A</FullName></ItemRef><QuantityDifference>-2</QuantityDifference><ValueDifference>-8.00</ValueDifference></InventoryAdjustmentLineRet>
</InventoryAdjustmentRet></InventoryAdjustmentAddRs></QBXMLMsgsRs></QBXML>"#;

const NOTHING_FOUND: &str = r#"<?xml version="1.0" ?>
<QBXML><QBXMLMsgsRs><ItemInventoryQueryRs requestID="n0" statusCode="1" statusSeverity="Info" statusMessage="A query request did not find a matching object in QuickBooks"/></QBXMLMsgsRs></QBXML>"#;

const REFUSED: &str = r#"<?xml version="1.0" ?>
<QBXML><QBXMLMsgsRs><InventoryAdjustmentAddRs requestID="a0" statusCode="3140" statusSeverity="Error" statusMessage="There is an invalid reference to QuickBooks Item &quot;Nuts &amp; Bolts&quot; in the Inventory Adjustment line."/></QBXMLMsgsRs></QBXML>"#;

const LOCKED: &str = r#"<?xml version="1.0" ?>
<QBXML><QBXMLMsgsRs><InventoryAdjustmentAddRs requestID="a0" statusCode="3176" statusSeverity="Error" statusMessage="There was an error when saving an Inventory Adjustment. QuickBooks failed to acquire the lock for this object."/></QBXMLMsgsRs></QBXML>"#;

/// What becomes of one line whose adjustment is answered so: its fate, and the words for it.
async fn answered(response: &str) -> (i32, String, String) {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Widgets:Widget A", 10)]);
    let (ticket, _) = talk.adjusting(&feed).await;
    let percent = talk.respond(&ticket, response).await;
    let receipt = talk.settle(&feed).await.unwrap();
    let why = match receipt.exceptions().is_empty() {
        true => String::new(),
        false => words(&receipt, 1),
    };
    (percent, fates(&receipt, &feed).remove(0), why)
}

#[tokio::test]
async fn an_adjustment_that_was_booked_is_applied() {
    assert_eq!(answered(ACCEPTED).await, (100, "applied".to_owned(), String::new()));
}

#[tokio::test]
async fn two_answers_to_one_request_are_none() {
    for codes in [[0, 3140], [3140, 0]] {
        let talk = Talk::new("");
        let feed = batch("b-1", vec![line(1, "Widget A", 10)]);
        let (ticket, _) = talk.adjusting(&feed).await;
        let both = codes.map(|code| adjusted("a0", code, if code == 0 { "Info" } else { "Error" }));
        assert_eq!(talk.respond(&ticket, &answers(&both.concat())).await, -1, "{codes:?}");
        assert!(talk.last_error(&ticket).await.contains("left an adjustment unanswered"));
        assert!(talk.waits().await, "the next session finds out");
    }
}

#[tokio::test]
async fn a_warning_is_booked_all_the_same() {
    let warned =
        answers(&adjusted("a0", 0, "Warn").replace("statusCode=\"0\"", "statusCode=\"530\""));
    assert_eq!(answered(&warned).await.1, "applied");
}

#[tokio::test]
async fn a_status_without_the_booked_adjustment_proves_nothing() {
    let bare = answers(
        "<InventoryAdjustmentAddRs requestID=\"a0\" statusCode=\"0\" statusSeverity=\"Info\" \
         statusMessage=\"Status OK\"/>",
    );
    assert_eq!(answered(&bare).await.1, "unknown");
}

#[tokio::test]
async fn a_refused_line_is_told_in_quickbooks_words() {
    let (percent, fate, why) = answered(REFUSED).await;
    assert_eq!((percent, fate.as_str()), (100, "refused 3140"));
    assert!(why.contains("invalid reference to QuickBooks Item \"Nuts & Bolts\""), "{why}");
}

#[tokio::test]
async fn a_lock_is_nobodys_fault_and_says_what_to_do() {
    let (_, fate, why) = answered(LOCKED).await;
    assert_eq!(fate, "not_applied");
    assert!(why.contains("single-user mode") && why.contains("acquire the lock"), "{why}");
}

#[tokio::test]
async fn an_item_that_is_not_there_is_told_by_name() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 10)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    assert_eq!(talk.respond(&ticket, NOTHING_FOUND).await, 100);
    let receipt = talk.settle(&feed).await.unwrap();
    assert_eq!(fates(&receipt, &feed), ["refused not_found"]);
    assert!(words(&receipt, 1).contains("no active inventory part whose full name is `Lamp`"));
}

#[tokio::test]
async fn of_two_adjustments_the_one_passed_over_is_sent_again_and_the_wrong_one_told() {
    let talk = Talk::new("");
    let lines: Vec<_> = (1..=51).map(|n| line(n, &format!("P{n:02}"), 5)).collect();
    let feed = batch("b-1", lines);
    let (ticket, request) = talk.adjusting(&feed).await;
    assert_eq!(request.matches("<InventoryAdjustmentAddRq").count(), 2);
    let passed_over = adjusted("a1", 3231, "Error");
    let response = answers(&(adjusted("a0", 0, "Info") + &passed_over));
    assert!(talk.respond(&ticket, &response).await < 100);
    let again = talk.request(&ticket).await;
    assert!(again.contains("<ListID>ID-51</ListID>") && !again.contains("<ListID>ID-1</ListID>"));
    let response = answers(&adjusted("a0", 3140, "Error"));
    assert_eq!(talk.respond(&ticket, &response).await, 100);
    let fates = fates(&talk.settle(&feed).await.unwrap(), &feed);
    assert!(fates[..50].iter().all(|fate| fate == "applied"));
    assert_eq!(fates[50], "refused 3140");
}

#[tokio::test]
async fn an_adjustment_passed_over_twice_is_planned_again() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 10)]);
    let (ticket, _) = talk.adjusting(&feed).await;
    let response = answers(&adjusted("a0", 3231, "Error"));
    assert!(talk.respond(&ticket, &response).await < 100);
    talk.request(&ticket).await;
    assert_eq!(talk.respond(&ticket, &response).await, 100);
    assert_eq!(fates(&talk.settle(&feed).await.unwrap(), &feed), ["not_applied"]);
}

#[tokio::test]
async fn a_request_that_cannot_be_parsed_is_our_defect_and_parks_its_line() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 10)]);
    let (ticket, _) = talk.adjusting(&feed).await;
    assert_eq!(talk.fail(&ticket, "0x80040400").await, 100);
    let receipt = talk.settle(&feed).await.unwrap();
    assert_eq!(fates(&receipt, &feed), ["refused unreadable"]);
    assert!(words(&receipt, 1).contains("0x80040400"));
}

#[tokio::test]
async fn answers_that_cannot_be_read_leave_the_letter_for_the_next_session() {
    for response in [
        "",
        "<html>busy</html>",
        "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>",
        "<!DOCTYPE x><QBXML><QBXMLMsgsRs/></QBXML>",
        &answers(""),
        &answers(&adjusted("a7", 0, "Info")),
        &answers("<InventoryAdjustmentAddRs requestID=\"a0\" statusSeverity=\"Info\"/>"),
        "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs newMessageSetID=\"X\" \
         messageSetStatusCode=\"9001\"/></QBXML>",
    ] {
        let talk = Talk::new("");
        let feed = batch("b-1", vec![line(1, "Lamp", 10)]);
        let (ticket, _) = talk.adjusting(&feed).await;
        assert_eq!(talk.respond(&ticket, response).await, -1, "{response}");
        let told = talk.last_error(&ticket).await;
        assert!(told.contains("unreadable") || told.contains("unanswered"), "{told}");
        assert_eq!(talk.settle(&feed).await.unwrap_err().to_string(), told);
        assert!(talk.waits().await);
    }
}

#[tokio::test]
async fn an_hresult_of_zeros_is_no_error() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 10)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    let found = found("n0", &item("I", "Lamp", "10"));
    let parameters = [
        ("ticket", ticket.as_str()),
        ("response", &found),
        ("hresult", "0x00000000"),
        ("message", ""),
    ];
    assert_eq!(talk.text("receiveResponseXML", &parameters).await, "100");
    assert_eq!(fates(&talk.settle(&feed).await.unwrap(), &feed), ["applied"]);
}
