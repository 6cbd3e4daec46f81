//! What goes wrong on the way, over real HTTP.

use trueup_marketplace::{Arrival, ErrorKind, Retry};

use crate::loopback::start;
use crate::support::{exceptions, parts};

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_batch_unknown_and_is_resolved_by_its_key() {
    for fault in ["lost_answer=next", "truncated_body=next", "server_error_applied=next"] {
        for repeat in ["stored", "evaluated"] {
            let shop = start(&[&format!("repeat={repeat}")]).await;
            let batch = parts("b-1", 3);
            let prepared = shop.prepare(&batch).await;
            shop.set(fault);
            let error = shop.submit(&batch, &prepared).await.unwrap_err();
            assert_eq!(error.arrival(), Arrival::Unknown, "{fault}: {error}");
            assert_eq!(shop.available("P2"), Some(2), "{fault}: it was applied");
            assert_eq!(shop.sandbox.calls().sets, 1, "{fault}: it was not sent again");
            let receipt = shop.resolve(&batch, &prepared).await.unwrap();
            assert!(receipt.exceptions().is_empty(), "{fault}, {repeat}: it is in force");
            assert_eq!(shop.available("P3"), Some(3));
        }
    }
}

#[tokio::test]
async fn a_lost_batch_that_was_sold_from_since_is_not_set_twice() {
    let shop = start(&["repeat=evaluated"]).await;
    let batch = parts("b-1", 3);
    let prepared = shop.prepare(&batch).await;
    shop.set("lost_answer=next");
    shop.submit(&batch, &prepared).await.unwrap_err();
    shop.set("sell=P3:1");
    let receipt = shop.resolve(&batch, &prepared).await.unwrap();
    assert_eq!(exceptions(&receipt), [vec![], vec![3], vec![]], "it is read and planned anew");
    assert_eq!(shop.available("P3"), Some(2), "the sale stands");
}

#[tokio::test]
async fn a_batch_with_a_bad_row_is_resolved_as_it_was_submitted() {
    for repeat in ["stored", "evaluated"] {
        let shop = start(&[&format!("repeat={repeat}")]).await;
        let batch = parts("b-1", 3);
        let prepared = shop.prepare(&batch).await;
        shop.set("gone=P2");
        let first = shop.submit(&batch, &prepared).await.unwrap();
        // As if its last answer had been lost: the keys are the same, and so is what they did.
        let again = shop.resolve(&batch, &prepared).await.unwrap();
        assert_eq!(exceptions(&first), [vec![2], vec![], vec![]], "{repeat}");
        assert_eq!(exceptions(&again), exceptions(&first), "{repeat}");
        assert_eq!((shop.available("P1"), shop.available("P3")), (Some(1), Some(3)));
    }
}

#[tokio::test]
async fn a_failure_that_applied_nothing_is_unknown_all_the_same() {
    for fault in [
        "html_200=next",
        "server_error_not_applied=next",
        "not_applied_drop=next",
        "data_null=next",
    ] {
        let shop = start(&[]).await;
        let batch = parts("b-1", 2);
        let prepared = shop.prepare(&batch).await;
        shop.set(fault);
        let error = shop.submit(&batch, &prepared).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{fault}: {error}");
        assert_eq!(shop.available("P2"), Some(0), "{fault}");
        assert!(shop.resolve(&batch, &prepared).await.unwrap().exceptions().is_empty());
        assert_eq!(shop.available("P2"), Some(2), "{fault}");
    }
}

#[tokio::test]
async fn a_late_request_cannot_undo_what_came_after_it() {
    let shop = start(&[]).await;
    let batch = parts("b-1", 2);
    let prepared = shop.prepare(&batch).await;
    shop.set("late=300@next");
    shop.submit(&batch, &prepared).await.unwrap_err();
    let newer = crate::support::batch("b-2", vec![crate::support::line(2, "P2", 50)]);
    shop.deliver(&newer).await;
    tokio::time::sleep(std::time::Duration::from_millis(320)).await;
    assert_eq!(shop.available("P2"), Some(50), "its comparison is stale when it lands");
}

#[tokio::test]
async fn a_request_that_something_repeats_is_applied_once() {
    let shop = start(&["twice"]).await;
    let receipt = shop.send(&parts("b-1", 3)).await.unwrap();
    assert!(receipt.exceptions().is_empty());
    assert_eq!(shop.available("P3"), Some(3));
}

#[tokio::test]
async fn a_token_that_ends_between_batches_is_renewed() {
    let shop = start(&["token_expired_after=2"]).await;
    for round in 0..3 {
        shop.deliver(&parts(&format!("b-{round}"), 2)).await;
    }
    assert_eq!(shop.sandbox.calls().token, 3);
}

#[tokio::test]
async fn answers_that_prove_nothing_are_not_believed() {
    for fault in ["concurrent_key=next", "unknown_code=next", "null_payload=next"] {
        let shop = start(&[fault]).await;
        let error = shop.send(&parts("b-1", 2)).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{fault}: {error}");
    }
    let shop = start(&["burnt_key=next"]).await;
    assert!(shop.send(&parts("b-1", 2)).await.unwrap().exceptions().is_empty());
    assert_eq!(shop.available("P2"), Some(2));
}

#[tokio::test]
async fn a_shop_that_is_closed_says_so() {
    for (status, kind, words) in [
        (402, ErrorKind::Unauthorised, "plan does not have access"),
        (423, ErrorKind::Refused, "This shop is unavailable"),
        (430, ErrorKind::Refused, "Shopify Security Rejection"),
    ] {
        let shop = start(&[]).await;
        let batch = parts("b-1", 1);
        let prepared = shop.prepare(&batch).await;
        shop.set(&format!("shop_status={status}"));
        let error = shop.submit(&batch, &prepared).await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (kind, Retry::Never), "{status}: {error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}
