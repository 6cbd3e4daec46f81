//! What the answers to a submission mean for each line.

use serde_json::{Value, json};
use trueup_marketplace::{Answer, Arrival, ErrorKind, FeedKind, Retry, Ticket};

use crate::support::{
    Scripted, answer, batch, exceptions, line_at, parts, saved, submit, submit_over, wayfair, words,
};

fn refused(keys: &[&str]) -> Value {
    let entries = keys.iter().map(|key| json!({ "key": key, "message": "Invalid part" }));
    json!({
        "handle": "h-1", "status": "PROCESSING", "errorCount": 0,
        "errors": entries.collect::<Vec<_>>(),
    })
}

#[tokio::test]
async fn a_handle_is_a_ticket_unless_nothing_would_be_confirmed() {
    let ticket = Answer::Pending(Ticket("h-1".to_owned()));
    for (settings, is_dry_run, expected) in [
        ("", false, ticket),
        ("", true, Answer::Submitted),
        ("confirm = \"never\"", false, Answer::Submitted),
    ] {
        let mut batch = parts(2);
        batch.is_dry_run = is_dry_run;
        let receipt = submit(settings, &batch, saved(refused(&[]))).await.unwrap();
        assert_eq!(receipt.answer(), &expected);
        assert_eq!(receipt.handle(), Some("h-1"));
        assert!(receipt.exceptions().is_empty());
    }
    let handleless = saved(json!({"handle": null, "status": "NEW", "errors": null}));
    let receipt = submit("", &parts(2), handleless).await.unwrap();
    assert_eq!(receipt.answer(), &Answer::Submitted);
}

#[tokio::test]
async fn a_named_line_is_refused_and_the_others_are_not() {
    let receipt = submit("", &parts(3), saved(refused(&["p2"]))).await.unwrap();
    assert_eq!(exceptions(&receipt), (vec![2], vec![]));
    assert_eq!(words(&receipt, 2), "refused: Invalid part");
    let everything = submit("", &parts(3), saved(refused(&["P1", "P2", "P3"]))).await.unwrap();
    assert_eq!(exceptions(&everything), (vec![1, 2, 3], vec![]));
}

#[tokio::test]
async fn an_invalid_supplier_id_names_the_setting_to_check() {
    let errors = json!([{ "key": "P1", "message": "Invalid supplier id" }]);
    let answer = saved(json!({ "handle": "h-1", "errorCount": 0, "errors": errors }));
    let receipt = submit("", &parts(2), answer).await.unwrap();
    assert_eq!(
        words(&receipt, 1),
        "invalid_supplier_id: Invalid supplier id; check the channel's [locations] against Partner \
         Home, Warehouse Management"
    );
}

#[tokio::test]
async fn a_part_refused_at_one_of_several_suppliers_is_unknown_at_each() {
    let lines =
        vec![line_at(1, "81454", "A", 1), line_at(2, "81852", "A", 1), line_at(3, "81454", "B", 1)];
    let batch = batch(FeedKind::TrueUp, lines);
    let receipt = submit("", &batch, saved(refused(&["A"]))).await.unwrap();
    assert_eq!(exceptions(&receipt), (vec![], vec![1, 2]));
}

#[tokio::test]
async fn an_error_nobody_can_place_leaves_the_whole_batch_unknown() {
    for errors in [
        json!([{ "key": "ELSE", "message": "no" }]),
        json!([{ "key": null, "message": "no" }]),
        json!([{ "key": "", "message": "no" }]),
        json!([{ "message": "no" }]),
        json!([null]),
        json!([{ "key": "P1", "message": "no" }, { "key": "ELSE", "message": "no" }]),
    ] {
        let answer = saved(json!({ "handle": "h-1", "errors": errors }));
        let error = submit("", &parts(2), answer).await.unwrap_err();
        assert_eq!((error.kind(), error.arrival()), (ErrorKind::Unreadable, Arrival::Unknown));
    }
}

#[tokio::test]
async fn a_list_that_may_be_cut_off_proves_nothing_of_the_rest() {
    // Ten named of twelve, by a server that names ten at most.
    let ten: Vec<String> = (1..=10).map(|n| format!("P{n}")).collect();
    let ten: Vec<&str> = ten.iter().map(String::as_str).collect();
    let no_limit = r#"{"errors":[{"message":"Unknown argument 'limit'","extensions":{"category":"BAD_REQUEST"}}],"data":null}"#;
    let wayfair = wayfair("");
    let wire = Scripted::new(&wayfair, [answer(200, no_limit), saved(refused(&ten))]);
    let receipt = submit_over(&wayfair, &wire, &parts(12)).await.unwrap();
    assert_eq!(exceptions(&receipt), ((1..=10).collect(), vec![11, 12]));

    // The same ten, by a server that would have named all.
    let receipt = submit("", &parts(12), saved(refused(&ten))).await.unwrap();
    assert_eq!(exceptions(&receipt), ((1..=10).collect(), vec![]));

    // Nine by a server that names ten at most.
    let wire = Scripted::new(&wayfair, [answer(200, no_limit), saved(refused(&ten[..9]))]);
    let receipt = submit_over(&wayfair, &wire, &parts(12)).await.unwrap();
    assert_eq!(exceptions(&receipt), ((1..=9).collect(), vec![]));
}

#[tokio::test]
async fn more_counted_than_named_leaves_the_rest_unknown() {
    let mut transaction = refused(&["P1"]);
    transaction["errorCount"] = json!(2);
    let receipt = submit("", &parts(3), saved(transaction)).await.unwrap();
    assert_eq!(exceptions(&receipt), (vec![1], vec![2, 3]));
    assert_eq!(words(&receipt, 2), "the answer refuses 2 lines and names 1 of them");

    // One line named twice is one line.
    let mut transaction = refused(&["P1", "P1"]);
    transaction["errorCount"] = json!(2);
    let receipt = submit("", &parts(3), saved(transaction)).await.unwrap();
    assert_eq!(exceptions(&receipt), (vec![1], vec![2, 3]));
}

#[tokio::test]
async fn a_feed_that_fails_at_once_leaves_its_lines_unknown() {
    for status in ["ERROR", "CANCELLED"] {
        let mut transaction = refused(&["P1"]);
        transaction["status"] = json!(status);
        let receipt = submit("", &parts(2), saved(transaction)).await.unwrap();
        assert_eq!(exceptions(&receipt), (vec![1], vec![2]));
        assert!(words(&receipt, 2).contains(status));
        let is_final = !matches!(receipt.answer(), Answer::Pending(_));
        assert_eq!(is_final, status == "ERROR", "what has failed is not asked for again");
    }
}

#[tokio::test]
async fn a_refusal_of_the_request_applies_nothing() {
    let bad = |extensions: &str| {
        format!(
            r#"{{"data":null,"errors":[{{"message":"not\nallowed","path":["inventory","save"],"extensions":{extensions}}}]}}"#
        )
    };
    use ErrorKind::{Refused, Unauthorised};
    for (status, body, kind) in [
        (200, bad(r#"{"category":"BAD_REQUEST"}"#), Refused),
        (200, bad(r#"{"errorType":"BAD_REQUEST"}"#), Refused),
        (200, bad(r#"{"classification":"ValidationError"}"#), Refused),
        (200, bad(r#"{"classification":{"type":"ExtendedValidationError"}}"#), Refused),
        (400, bad(r#"{"category":"BAD_REQUEST"}"#), Refused),
        (200, bad(r#"{"category":"PERMISSION_DENIED"}"#), Unauthorised),
        (200, r#"{"error":[{"message":"Unknown field `save`"}]}"#.into(), Refused),
        (200, r#"{"errors":[{"message":"x","locations":[{"line":1,"column":1}]}]}"#.into(), Refused),
        (200, r#"{"data":{"inventory":{"save":null}},"errors":[{"message":"x","extensions":{"category":"BAD_REQUEST"}}]}"#.into(), Refused),
        (403, "Forbidden".into(), Unauthorised),
        (413, "<html>too large</html>".into(), Refused),
    ] {
        let error = submit("", &parts(2), answer(status, body.as_str())).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::NotApplied, "{body}: {error}");
        assert_eq!((error.kind(), error.retry()), (kind, Retry::Never), "{body}: {error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_leaves_the_batch_unknown() {
    for body in [
        "<html><body>Service notice</body></html>",
        "",
        "null",
        "[]",
        "{}",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"inventory":null}}"#,
        r#"{"data":{"inventory":{}}}"#,
        r#"{"data":{"inventory":{"save":null}}}"#,
        r#"{"data":{"inventory":{"save":{}}}}"#,
        r#"{"data":{"inventory":{"save":{"errors":[]}}}}"#,
        r#"{"data":{"inventory":{"save":{"handle":"h-1"}}}}"#,
        r#"{"data":{"inventory":{"save":{"handle":"h-1","errors":{}}}}}"#,
        r#"{"data":{"inventory":{"save":{"handle":7,"errors":[]}}}}"#,
        r#"{"data":{"inventory":{"save":{"handle":"h-1","errors":[]}}},"errors":[{"message":"x","extensions":{"category":"BAD_REQUEST"}}]}"#,
        r#"{"data":null,"errors":[{"message":"Internal server error"}]}"#,
        r#"{"data":null,"errors":[{"message":"x","path":["inventory","save"],"locations":[{"line":1,"column":1}]}]}"#,
        r#"{"data":null,"errors":[{"message":"x","extensions":{"category":"BAD_REQUEST"}},{"message":"y"}]}"#,
        r#"{"data":null,"errors":"broken"}"#,
    ] {
        let error = submit("", &parts(2), answer(200, body)).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{body}: {error}");
    }
    let contradiction = r#"{"data":{"inventory":{"save":{"handle":"h-1","errors":[]}}}}"#;
    let error = submit("", &parts(2), answer(400, contradiction)).await.unwrap_err();
    assert_eq!(error.arrival(), Arrival::Unknown, "{error}");
    for status in [302, 500, 502, 503] {
        let error = submit("", &parts(2), answer(status, "")).await.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{status}");
    }
}

#[tokio::test]
async fn a_whole_catalogue_of_refusals_is_read_in_one_pass() {
    let batch = batch(FeedKind::TrueUp, parts(50_000).lines);
    let keys: Vec<String> = (1..=50_000).map(|n| format!("p{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let receipt = submit("", &batch, saved(refused(&keys))).await.unwrap();
    assert_eq!(exceptions(&receipt).0.len(), 50_000);
}
