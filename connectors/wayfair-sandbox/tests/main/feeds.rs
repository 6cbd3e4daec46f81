//! What a save does to what is stored.

use serde_json::{Value, json};

use crate::client::{Visitor, line};
use crate::documents::SAVE;

fn error(part: &str, message: &str) -> Value {
    json!({ "key": part, "message": message })
}

#[tokio::test]
async fn a_true_up_empties_missing_lines_of_the_suppliers_in_it_only() {
    let visitor = Visitor::with(&[]).await;
    let first = [line(81454, "A", 5), line(81454, "B", 6), line(81852, "A", 7)];
    visitor.save("TRUE_UP", &first).await;
    visitor.save("TRUE_UP", &[line(81454, "A", 4)]).await;
    assert_eq!(visitor.on_hand(81454, "A"), Some(4));
    assert_eq!(visitor.on_hand(81454, "B"), Some(0));
    assert_eq!(visitor.on_hand(81852, "A"), Some(7));
}

#[tokio::test]
async fn a_true_up_may_empty_every_supplier() {
    let visitor = Visitor::with(&["true_up_missing=all_suppliers"]).await;
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 5), line(81852, "A", 7)]).await;
    visitor.save("TRUE_UP", &[line(81454, "A", 4)]).await;
    assert_eq!(visitor.on_hand(81852, "A"), Some(0));
}

#[tokio::test]
async fn a_differential_empties_nothing() {
    let visitor = Visitor::with(&[]).await;
    visitor.save("TRUE_UP", &[line(81454, "A", 5), line(81454, "B", 6)]).await;
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 4)]).await;
    assert_eq!(visitor.on_hand(81454, "B"), Some(6));
}

#[tokio::test]
async fn a_refused_line_of_a_true_up_is_neither_set_nor_emptied() {
    let visitor = Visitor::with(&[]).await;
    visitor.save("TRUE_UP", &[line(81454, "A", 5), line(81454, "B", 6)]).await;
    visitor.save("TRUE_UP", &[line(81454, "A", -2), line(81454, "C", 1)]).await;
    assert_eq!(visitor.on_hand(81454, "A"), Some(5));
    assert_eq!(visitor.on_hand(81454, "B"), Some(0));
}

#[tokio::test]
async fn the_last_of_two_lines_for_a_listing_wins() {
    let visitor = Visitor::with(&[]).await;
    let lines = [line(81454, "A", 5), line(81454, "A", 9)];
    visitor.save("DIFFERENTIAL", &lines).await;
    assert_eq!(visitor.on_hand(81454, "A"), Some(9));
    visitor.sandbox.set_mode("duplicates=first").unwrap();
    visitor.save("DIFFERENTIAL", &lines).await;
    assert_eq!(visitor.on_hand(81454, "A"), Some(5));
}

#[tokio::test]
async fn bad_lines_are_errors_of_their_own_and_the_others_are_applied() {
    let visitor = Visitor::with(&["reject_part=D;E"]).await;
    let lines = [
        line(81454, "A", 5),
        line(4711, "B", 1),
        json!({ "supplierId": 81454, "supplierPartNumber": "C" }),
        line(81454, "D", 1),
        line(81454, "F", -2),
    ];
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    let expected = json!([
        error("B", "Invalid supplier id"),
        error("C", "Quantity on hand is required"),
        error("D", "Supplier part number cannot be updated"),
        error("F", "Quantity on hand must be -1 or more"),
    ]);
    assert_eq!(saved["errors"], expected);
    assert_eq!(saved["errorCount"], 0);
    let state = visitor.sandbox.state();
    assert_eq!(state.lines.len(), 1);
    assert_eq!(state.on_hand(81454, "A"), Some(5));
    assert_eq!(state.feeds[0].lines, 5);
}

#[tokio::test]
async fn minus_one_is_taken() {
    let visitor = Visitor::with(&[]).await;
    let saved = visitor.save("DIFFERENTIAL", &[line(81454, "A", -1)]).await;
    assert_eq!(saved["errors"], json!([]));
    assert_eq!(visitor.on_hand(81454, "A"), Some(-1));
}

#[tokio::test]
async fn supplier_ids_can_be_added_or_all_let_in() {
    let visitor = Visitor::with(&["suppliers=90001;90002"]).await;
    let lines = [line(90001, "A", 1), line(81454, "A", 2), line(5, "A", 3)];
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    assert_eq!(saved["errors"], json!([error("A", "Invalid supplier id")]));
    assert_eq!(visitor.sandbox.state().lines.len(), 2);
    visitor.sandbox.set_mode("any_supplier").unwrap();
    assert_eq!(visitor.save("DIFFERENTIAL", &lines).await["errors"], json!([]));
    assert_eq!(visitor.on_hand(5, "A"), Some(3));
}

#[tokio::test]
async fn unknown_parts_are_reported_when_the_feed_is_complete() {
    let visitor = Visitor::with(&["parts=A;B", "completion_delay=3600000"]).await;
    let lines = [line(81454, "A", 1), line(81454, "X", 1)];
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    assert_eq!(saved["errors"], json!([]));
    assert_eq!(visitor.read(&saved["handle"]).await["errors"], json!([]));
    visitor.sandbox.set_mode("completion_delay=0").unwrap();
    let saved = visitor.save("DIFFERENTIAL", &lines).await;
    let read = visitor.read(&saved["handle"]).await;
    assert_eq!(read["errors"], json!([error("X", "Supplier part number not found")]));
    assert_eq!((&read["errorCount"], &read["completedCount"]), (&json!(1), &json!(1)));
    assert_eq!(visitor.on_hand(81454, "X"), None);
}

#[tokio::test]
async fn unknown_parts_may_be_ignored_silently() {
    let faults = ["parts=A", "unknown_parts=ignored", "completion_delay=0"];
    let visitor = Visitor::with(&faults).await;
    let saved = visitor.save("DIFFERENTIAL", &[line(81454, "X", 1)]).await;
    let read = visitor.read(&saved["handle"]).await;
    assert_eq!((&read["errors"], &read["completedCount"]), (&json!([]), &json!(1)));
    assert_eq!(visitor.on_hand(81454, "X"), None);
}

#[tokio::test]
async fn absent_fields_keep_what_is_stored_or_clear_it() {
    let visitor = Visitor::with(&[]).await;
    let mut full = line(81454, "A", 1);
    full["quantityOnOrder"] = json!(3);
    full["discontinued"] = json!(true);
    visitor.save("DIFFERENTIAL", &[full]).await;
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 2)]).await;
    let stored = visitor.sandbox.state().lines[0].clone();
    assert_eq!((stored.quantity_on_order, stored.discontinued), (Some(3), false));
    visitor.sandbox.set_mode("absent_fields=clear").unwrap();
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 2)]).await;
    assert_eq!(visitor.sandbox.state().lines[0].quantity_on_order, None);
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_changes_nothing() {
    let visitor = Visitor::with(&["completion_delay=0"]).await;
    let lines = [line(81454, "A", 1), line(1, "B", 1)];
    let variables = json!({ "inventory": lines, "feedKind": "TRUE_UP", "dryRun": true });
    let answer = visitor.post(SAVE, variables.clone()).await.unwrap().json();
    let saved = &answer["data"]["inventory"]["save"];
    assert_eq!(saved["errors"], json!([error("B", "Invalid supplier id")]));
    assert_eq!(visitor.read(&saved["handle"]).await["status"], "PROCESSING");
    let state = visitor.sandbox.state();
    assert!(state.lines.is_empty());
    assert!(state.feeds[0].dry_run);
    visitor.sandbox.set_mode("dry_run_completes").unwrap();
    let answer = visitor.post(SAVE, variables).await.unwrap().json();
    assert_eq!(answer["data"]["inventory"]["save"]["status"], "COMPLETE");
    assert!(visitor.sandbox.state().lines.is_empty());
}

#[tokio::test]
async fn a_second_true_up_within_a_day_may_be_refused() {
    let visitor = Visitor::with(&["one_true_up_per_day"]).await;
    let lines = [line(81454, "A", 1)];
    let dry = json!({ "inventory": lines, "feedKind": "TRUE_UP", "dryRun": true });
    visitor.post(SAVE, dry).await.unwrap();
    visitor.save("TRUE_UP", &lines).await;
    let error = visitor.refused("TRUE_UP", &[line(81454, "A", 2)]).await;
    assert_eq!(error["extensions"]["category"], "BAD_REQUEST");
    assert_eq!(error["path"], json!(["inventory", "save"]));
    assert_eq!(visitor.on_hand(81454, "A"), Some(1));
    visitor.save("DIFFERENTIAL", &[line(81454, "A", 3)]).await;
    assert_eq!(visitor.on_hand(81454, "A"), Some(3));
}

#[tokio::test]
async fn the_sandbox_environment_refuses_differentials_and_drops_lines_silently() {
    let visitor = Visitor::with(&["environment=sandbox", "completion_delay=0"]).await;
    let error = visitor.refused("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    assert_eq!(error["extensions"]["category"], "BAD_REQUEST");
    let lines: Vec<Value> = (0..501).map(|n| line(81454, &format!("P{n:03}"), 1)).collect();
    let saved = visitor.save("TRUE_UP", &lines).await;
    assert_eq!((&saved["errors"], &saved["itemCount"]), (&json!([]), &json!(500)));
    assert_eq!(visitor.sandbox.state().lines.len(), 500);
    assert_eq!(visitor.on_hand(81454, "P500"), None);
}

#[tokio::test]
async fn permission_denied_refuses_every_save_and_applies_nothing() {
    let visitor = Visitor::with(&["permission_denied"]).await;
    let error = visitor.refused("TRUE_UP", &[line(81454, "A", 1)]).await;
    assert_eq!(error["extensions"]["category"], "PERMISSION_DENIED");
    let state = visitor.sandbox.state();
    assert!(state.lines.is_empty() && state.feeds.is_empty());
}

#[tokio::test]
async fn a_true_up_of_a_hundred_thousand_lines_travels_in_one_request() {
    let visitor = Visitor::with(&[]).await;
    let lines: Vec<Value> = (0..100_000).map(|n| line(81454, &format!("PART-{n:06}"), n)).collect();
    visitor.save("TRUE_UP", &lines).await;
    let state = visitor.sandbox.state();
    assert_eq!(state.lines.len(), 100_000);
    assert_eq!(state.on_hand(81454, "PART-099999"), Some(99_999));
    assert_eq!(state.feeds[0].lines, 100_000);
}
