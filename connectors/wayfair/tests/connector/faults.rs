//! What goes wrong on the way, over real HTTP.

use trueup_marketplace::{Answer, Arrival, ErrorKind, Retry};

use crate::loopback::{start, start_with};
use crate::support::{SECRET, parts};

#[tokio::test]
async fn a_token_that_ends_between_batches_is_renewed() {
    let wayfair = start(&["token_expired_after=1"]).await;
    for _ in 0..2 {
        let receipt = wayfair.submit(&parts(2)).await.unwrap();
        assert!(matches!(receipt.answer(), Answer::Pending(_)));
    }
    let calls = wayfair.sandbox.calls();
    assert_eq!((calls.token, calls.saves), (2, 2));
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_batch_unknown() {
    for fault in ["lost_answer=next", "truncated_body=next", "server_error_applied=next"] {
        let wayfair = start(&[fault]).await;
        let error = wayfair.submit(&parts(2)).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{fault}: {error}");
        assert_eq!(wayfair.on_hand("P2"), Some(2), "{fault}: it was applied");
        assert_eq!(wayfair.sandbox.calls().saves, 1, "{fault}: it was not sent again");
    }
}

#[tokio::test]
async fn a_failure_that_applied_nothing_is_unknown_all_the_same() {
    for fault in ["html_200=next", "server_error_not_applied=next", "not_applied_drop=next"] {
        let wayfair = start(&[fault]).await;
        let error = wayfair.submit(&parts(2)).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{fault}: {error}");
        assert_eq!(wayfair.sandbox.calls().graphql, 1, "{fault}");
    }
}

#[tokio::test]
async fn a_throttled_batch_is_sent_once_more_in_every_form() {
    for form in ["header", "no_header", "ok_200"] {
        let form = format!("throttle_form={form}");
        let wayfair = start(&["throttle=next", &form, "retry_after=0"]).await;
        let receipt = wayfair.submit(&parts(2)).await.unwrap();
        assert!(matches!(receipt.answer(), Answer::Pending(_)), "{form}");
        let calls = wayfair.sandbox.calls();
        assert_eq!((calls.graphql, calls.saves), (2, 1), "{form}");
    }
}

#[tokio::test]
async fn a_refused_batch_is_not_sent_again() {
    for (fault, kind) in [
        ("permission_denied", ErrorKind::Unauthorised),
        ("one_true_up_per_day", ErrorKind::Refused),
    ] {
        let wayfair = start(&[fault]).await;
        let mut batch = parts(2);
        batch.kind = trueup_marketplace::FeedKind::TrueUp;
        let _ = wayfair.submit(&batch).await;
        let error = wayfair.submit(&batch).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::NotApplied, "{fault}: {error}");
        assert_eq!((error.kind(), error.retry()), (kind, Retry::Never), "{fault}: {error}");
        assert_eq!(wayfair.sandbox.calls().graphql, 2, "{fault}");
    }
}

#[tokio::test]
async fn an_error_that_does_not_say_what_was_done_leaves_the_batch_unknown() {
    let wayfair = start(&["data_null=next"]).await;
    let error = wayfair.submit(&parts(2)).await.unwrap_err();
    assert_eq!(error.arrival(), Arrival::Unknown, "{error}");
}

#[tokio::test]
async fn the_wrong_environment_is_named_wherever_it_is_refused() {
    for refused_at in ["api", "token"] {
        let mode = format!("foreign_environment={refused_at}");
        let faults = [mode.as_str()];
        let wayfair = start_with(&faults, |settings| {
            settings.insert("environment".into(), "sandbox".into());
        });
        let error = wayfair.await.check().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorised, "{refused_at}: {error}");
        assert!(error.to_string().contains("`environment` is sandbox"), "{error}");
    }
}

#[tokio::test]
async fn wrong_credentials_say_what_to_check_and_show_nothing() {
    for status in [400, 401] {
        let mode = format!("bad_client_status={status}");
        let faults = [mode.as_str()];
        let wayfair = start_with(&faults, |settings| {
            settings.insert("client_secret".into(), SECRET.into());
        });
        let error = wayfair.await.check().await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unauthorised, Retry::Never));
        assert!(
            error.to_string().contains("login was refused (invalid_client"),
            "{status}: {error}"
        );
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
}

#[tokio::test]
async fn a_check_that_succeeds_sends_no_feed() {
    let wayfair = start(&[]).await;
    let found = wayfair.check().await.unwrap();
    assert!(found.contains("accepts the production application"), "{found}");
    assert_eq!(wayfair.sandbox.calls().saves, 0);
}
