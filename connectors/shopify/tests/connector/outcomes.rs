//! What each form of answer to a set means for the lines.

use serde_json::{Value, json};
use trueup_marketplace::{Answer, Arrival, ErrorKind, LineKey, Receipt, Response, Retry};

use crate::support::{
    Scripted, answer, applied, exceptions, found, nodes, parts, prepare_over, refused, set,
    shopify, submit_over, variant, words,
};

/// What becomes of four lines, each from 0 to its number, with these answers; and what was sent.
async fn told(
    answers: impl IntoIterator<Item = Response>,
) -> (Result<Receipt, trueup_marketplace::Error>, Vec<Value>) {
    told_with("", answers).await
}

async fn told_with(
    settings: &str,
    answers: impl IntoIterator<Item = Response>,
) -> (Result<Receipt, trueup_marketplace::Error>, Vec<Value>) {
    let channel = shopify(settings);
    let batch = parts("b-1", 4);
    let variants: Vec<Value> = (1..=4).map(|number| variant(number, 0)).collect();
    let wire = Scripted::new(&channel, [found(&variants)].into_iter().chain(answers));
    let prepared = prepare_over(&channel, &wire, &batch).await;
    let receipt = submit_over(&channel, &wire, &batch, &prepared).await;
    (receipt, wire.sent_members("variables").split_off(1))
}

fn row_error(row: usize, field: &str, code: &str, message: &str) -> Value {
    let field = json!(["input", "quantities", row.to_string(), field]);
    json!({ "field": field, "message": message, "code": code })
}

fn whole_error(code: &str) -> Value {
    json!([{ "field": null, "message": "in Shopify's words", "code": code }])
}

#[tokio::test]
async fn a_group_means_that_all_lines_are_in_force() {
    let (receipt, _) = told([applied()]).await;
    let receipt = receipt.unwrap();
    assert_eq!(receipt.answer(), &Answer::Applied);
    assert!(receipt.exceptions().is_empty());
    assert_eq!(receipt.handle(), Some("gid://shopify/InventoryAdjustmentGroup/1"));
    assert_eq!(receipt.remote_ids().len(), 4);
}

#[tokio::test]
async fn no_group_and_no_error_means_that_it_was_so_already() {
    let (receipt, _) = told([refused(json!([]))]).await;
    let receipt = receipt.unwrap();
    assert_eq!((receipt.answer(), receipt.handle()), (&Answer::Applied, None));
    assert!(receipt.exceptions().is_empty());
}

#[tokio::test]
async fn bad_rows_are_refused_and_the_others_sent_again_under_another_key() {
    let errors = json!([
        row_error(1, "inventoryItemId", "INVALID_INVENTORY_ITEM", "could not be found."),
        row_error(3, "locationId", "INVALID_LOCATION", "could not be found."),
    ]);
    let (receipt, sent) = told([refused(errors), applied()]).await;
    let receipt = receipt.unwrap();
    assert_eq!(exceptions(&receipt), [vec![2, 4], vec![], vec![]]);
    let why = words(&receipt.exceptions()[&LineKey(2)]);
    assert_eq!(why, "invalid_inventory_item: could not be found.");
    assert!(words(&receipt.exceptions()[&LineKey(4)]).contains("check the channel's [locations]"));
    assert_eq!((&sent[0]["key"], &sent[1]["key"]), (&json!("b-1"), &json!("b-1-1-5")));
    let rows = sent[1]["input"]["quantities"].as_array().unwrap();
    let quantities: Vec<i64> = rows.iter().filter_map(|row| row["quantity"].as_i64()).collect();
    assert_eq!(quantities, [1, 3]);
}

#[tokio::test]
async fn rows_of_a_second_round_are_those_that_were_sent_in_it() {
    let first = row_error(0, "quantity", "INVALID_QUANTITY_TOO_HIGH", "too high");
    let second = row_error(0, "inventoryItemId", "NON_MUTABLE_INVENTORY_ITEM", "a bundle");
    let (receipt, sent) =
        told([refused(json!([first])), refused(json!([second])), applied()]).await;
    assert_eq!(exceptions(&receipt.unwrap()), [vec![1, 2], vec![], vec![]]);
    assert_eq!(sent[2]["key"], "b-1-2-c");
}

#[tokio::test]
async fn a_batch_of_bad_rows_only_is_not_sent_again() {
    let errors = (0..4).map(|row| row_error(row, "locationId", "INVALID_LOCATION", "no"));
    let (receipt, sent) = told([refused(errors.collect())]).await;
    assert_eq!(exceptions(&receipt.unwrap()), [vec![1, 2, 3, 4], vec![], vec![]]);
    assert_eq!(sent.len(), 1);
}

#[tokio::test]
async fn a_row_that_was_not_sent_leaves_the_batch_unknown() {
    for row in [4, 250] {
        let error = row_error(row, "quantity", "INVALID_QUANTITY_TOO_LOW", "no");
        let (receipt, _) = told([refused(json!([error]))]).await;
        assert_eq!(receipt.unwrap_err().arrival(), Arrival::Unknown);
    }
}

#[tokio::test]
async fn a_stale_comparison_tells_apart_what_moved_and_sends_the_rest() {
    // 1 was sold meanwhile, 2 is already what it should be, 3 and 4 are as they were.
    let held = [variant(1, -1), variant(2, 2), variant(3, 0), variant(4, 0)];
    let stale = refused(whole_error("CHANGE_FROM_QUANTITY_STALE"));
    let (receipt, sent) = told([stale, nodes(&held), applied()]).await;
    let receipt = receipt.unwrap();
    assert_eq!(exceptions(&receipt), [vec![], vec![1], vec![]]);
    let why = words(&receipt.exceptions()[&LineKey(1)]);
    assert_eq!(why, "changed from 0 to -1 at Shopify meanwhile");
    assert_eq!(sent[2]["key"], "b-1-1-c");
}

#[tokio::test]
async fn a_comparison_that_stays_stale_is_given_up_and_planned_anew() {
    let held: Vec<Value> = (1..=4).map(|number| variant(number, 0)).collect();
    let stale = || refused(whole_error("CHANGE_FROM_QUANTITY_STALE"));
    let rounds = (0..5).flat_map(|_| [stale(), nodes(&held)]);
    let (receipt, sent) = told(rounds).await;
    assert_eq!(exceptions(&receipt.unwrap()), [vec![], vec![1, 2, 3, 4], vec![]]);
    let keys: std::collections::BTreeSet<String> =
        sent.iter().filter_map(|sent| Some(sent["key"].as_str()?.to_owned())).collect();
    assert_eq!(keys.len(), 5, "every round has its own key: {keys:?}");
}

#[tokio::test]
async fn a_spent_key_is_replaced() {
    let spent = refused(whole_error("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"));
    let (receipt, sent) = told([spent, applied()]).await;
    assert!(receipt.unwrap().exceptions().is_empty());
    assert_eq!(sent[1]["key"], "b-1-1-f");
}

#[tokio::test]
async fn codes_that_prove_nothing_leave_the_batch_unknown() {
    for code in ["IDEMPOTENCY_CONCURRENT_REQUEST", "SOMETHING_NEW"] {
        let (receipt, sent) = told([refused(whole_error(code))]).await;
        let error = receipt.unwrap_err();
        assert_eq!(error.arrival(), Arrival::Unknown, "{code}");
        assert!(error.to_string().contains(&format!("in Shopify's words ({code})")), "{error}");
        assert_eq!(sent.len(), 1, "{code} is not repeated here");
    }
}

#[tokio::test]
async fn codes_about_the_whole_request_are_final() {
    for code in [
        "INVALID_NAME",
        "INVALID_REASON",
        "INVALID_REFERENCE_DOCUMENT",
        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    ] {
        let (receipt, _) = told([refused(whole_error(code))]).await;
        let error = receipt.unwrap_err();
        assert_eq!((error.arrival(), error.retry()), (Arrival::NotApplied, Retry::Never), "{code}");
    }
}

#[tokio::test]
async fn an_answer_without_its_parts_is_never_a_success() {
    let group = json!({ "id": "gid" });
    let contradiction = json!({ "inventoryAdjustmentGroup": group, "userErrors": [
        row_error(0, "quantity", "INVALID_QUANTITY_TOO_LOW", "no")] });
    for response in [
        set(Value::Null),
        set(json!({ "inventoryAdjustmentGroup": null })),
        set(json!({ "inventoryAdjustmentGroup": null, "userErrors": null })),
        set(contradiction),
        answer(200, r#"{"data":{}}"#),
        answer(200, r#"{"data":null}"#),
        answer(200, "<html></html>"),
        answer(200, ""),
    ] {
        let shown = response.text().into_owned();
        let (receipt, _) = told([response]).await;
        assert_eq!(receipt.unwrap_err().arrival(), Arrival::Unknown, "{shown}");
    }
}

#[tokio::test]
async fn top_level_errors_follow_the_tables_of_codes_and_statuses() {
    use Arrival::{NotApplied, Unknown};
    let coded = |code: &str| {
        let errors = json!([{ "message": "no", "path": ["inventorySetQuantities"],
            "extensions": { "code": code } }]);
        answer(
            200,
            json!({ "errors": errors, "data": { "inventorySetQuantities": null } }).to_string(),
        )
    };
    let status = |status: u16| answer(status, r#"{"errors":"in words"}"#);
    for (response, arrival, kind) in [
        (coded("BAD_REQUEST"), NotApplied, ErrorKind::Refused),
        (coded("INVALID_FIELD_ARGUMENTS"), NotApplied, ErrorKind::Refused),
        (coded("INVALID_VARIABLE"), NotApplied, ErrorKind::Refused),
        (coded("MAX_INPUT_SIZE_EXCEEDED"), NotApplied, ErrorKind::Refused),
        (coded("MAX_COST_EXCEEDED"), NotApplied, ErrorKind::Refused),
        (coded("SHOP_INACTIVE"), NotApplied, ErrorKind::Refused),
        (coded("ACCESS_DENIED"), NotApplied, ErrorKind::Unauthorised),
        (coded("THROTTLED"), NotApplied, ErrorKind::Throttled),
        (coded("INTERNAL_SERVER_ERROR"), Unknown, ErrorKind::Unavailable),
        (coded("SOMETHING_NEW"), Unknown, ErrorKind::Unavailable),
        (status(400), NotApplied, ErrorKind::Refused),
        (status(401), NotApplied, ErrorKind::Unauthorised),
        (status(402), NotApplied, ErrorKind::Unauthorised),
        (status(403), NotApplied, ErrorKind::Unauthorised),
        (status(404), NotApplied, ErrorKind::Refused),
        (status(423), NotApplied, ErrorKind::Refused),
        (status(429), NotApplied, ErrorKind::Throttled),
        (status(430), NotApplied, ErrorKind::Refused),
        (status(500), Unknown, ErrorKind::Unavailable),
        (status(503), Unknown, ErrorKind::Unavailable),
        (status(540), Unknown, ErrorKind::Unavailable),
    ] {
        let shown = format!("{} {}", response.status, response.text());
        let (receipt, _) = told([response]).await;
        let error = receipt.unwrap_err();
        assert_eq!((error.arrival(), error.kind()), (arrival, kind), "{shown}: {error}");
    }
}

#[tokio::test]
async fn reading_back_doubts_what_still_shows_the_old_number() {
    // 1 shows the old number, 2 was sold from, 3 is as told, 4 is gone.
    let held = [variant(1, 0), variant(2, 1), variant(3, 3), Value::Null];
    let settings = "confirm = \"read_back\"";
    let (receipt, _) = told_with(settings, [applied(), nodes(&held)]).await;
    let receipt = receipt.unwrap();
    assert_eq!(exceptions(&receipt), [vec![], vec![1, 4], vec![]]);
    assert!(words(&receipt.exceptions()[&LineKey(1)]).contains("still shows 0"));

    let (receipt, _) = told_with(settings, [applied(), answer(500, "")]).await;
    assert_eq!(exceptions(&receipt.unwrap()), [vec![], vec![], vec![1, 2, 3, 4]]);
}
