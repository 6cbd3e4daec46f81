//! What QuickBooks says, and what it means for a line.

use trueup_marketplace::{Arrival, ErrorKind, LineKey, Marketplace};

use crate::support::{batch, open, open_with, said};

/// What is said of the first of two lines, the second of which is sound.
async fn of_first(fault: &str) -> String {
    let company = open(&["items=OAK-1;OAK-2", fault]).await;
    let receipt = company.submit(&batch("b-1", &[("OAK-1", 1), ("OAK-2", 2)])).await.unwrap();
    assert_eq!(receipt.exceptions().len(), 1, "{fault}: {receipt:?}");
    assert_eq!(company.on_hand("OAK-2"), 2.0, "{fault}");
    said(&receipt.exceptions()[&LineKey(1)])
}

#[tokio::test]
async fn an_element_that_is_refused_holds_up_no_other() {
    assert!(of_first("inactive=OAK-1").await.starts_with("610: Object Not Found"));
    let late = of_first("starts_late=OAK-1").await;
    assert!(late.starts_with("6270: ") && late.contains("check time_zone"), "{late}");
}

#[tokio::test]
async fn elements_that_fail_or_are_missing_are_unknown() {
    for fault in ["element_fails", "element_missing"] {
        let company = open(&["items=OAK-1", fault]).await;
        let receipt = company.submit(&batch("b-1", &[("OAK-1", 1)])).await.unwrap();
        let said = said(&receipt.exceptions()[&LineKey(1)]);
        assert!(said.starts_with("unknown: "), "{fault}: {said}");
        assert_eq!(company.on_hand("OAK-1"), 1.0, "{fault}: it was booked all the same");
    }
}

#[tokio::test]
async fn a_company_that_cannot_adjust_is_told_so_in_plain_words() {
    let company = open(&["items=OAK-1", "unsupported"]).await;
    let receipt = company.submit(&batch("b-1", &[("OAK-1", 1)])).await.unwrap();
    let said = said(&receipt.exceptions()[&LineKey(1)]);
    assert!(said.contains("US companies on Plus or Advanced only"), "{said}");
}

#[tokio::test]
async fn an_account_of_the_wrong_kind_is_named_with_its_setting() {
    let company = open_with(&["items=OAK-1"], |settings| {
        settings.insert("adjust_account".into(), "79".into());
    });
    let company = company.await;
    let receipt = company.submit(&batch("b-1", &[("OAK-1", 1)])).await.unwrap();
    let said = said(&receipt.exceptions()[&LineKey(1)]);
    assert!(said.starts_with("6430: ") && said.contains("check adjust_account"), "{said}");
}

#[tokio::test]
async fn an_app_that_is_not_allowed_says_what_to_do() {
    let company = open(&["not_allowed"]).await;
    let batch = batch("b-1", &[("OAK-1", 1)]);
    let error = company.channel.prepare(&batch, &company.context()).await.unwrap_err();
    assert_eq!((error.kind(), error.arrival()), (ErrorKind::Refused, Arrival::NotApplied));
    assert!(error.to_string().contains("run `trueup connect`"), "{error}");
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let company = open(&["items=OAK-1", "throttle=next:2"]).await;
    let receipt = company.submit(&batch("b-1", &[("OAK-1", 5)])).await.unwrap();
    assert_eq!((receipt.exceptions().len(), company.on_hand("OAK-1")), (0, 5.0));
}

#[tokio::test]
async fn answers_that_prove_nothing_are_not_believed() {
    for fault in ["html_200", "server_error_applied", "server_error_not_applied", "truncated_body"]
    {
        let company = open(&["items=OAK-1"]).await;
        let batch = batch("b-1", &[("OAK-1", 5)]);
        let prepared = company.prepare(&batch).await;
        company.sandbox.set_mode(&format!("{fault}=next")).unwrap();
        let sent = company.channel.submit(&batch, &prepared, &company.context()).await;
        assert_eq!(sent.unwrap_err().arrival(), Arrival::Unknown, "{fault}");
        let resolved = company.channel.resolve(&batch, &prepared, &company.context()).await;
        assert_eq!(resolved.unwrap().exceptions().len(), 0, "{fault}");
        assert_eq!(company.on_hand("OAK-1"), 5.0, "{fault}");
    }
}
