//! Faults of the wire: what the caller sees, and what is stored all the same.

use serde_json::json;

use crate::client::{SET, Visitor, row, variables};

/// What a set to 5 gets, and what is stored then.
async fn struck(fault: &str) -> (Option<u16>, Option<i64>) {
    let visitor = Visitor::with(&[fault]).await;
    let answer = visitor.try_post(SET, variables("k", &[row(0, 5, None)])).await;
    (answer.map(|answer| answer.status), visitor.available("A"))
}

#[tokio::test]
async fn each_fault_answers_and_applies_as_it_says() {
    for (fault, expected) in [
        ("lost_answer", (None, Some(5))),
        ("not_applied_drop", (None, Some(0))),
        ("server_error_applied", (Some(500), Some(5))),
        ("server_error_not_applied", (Some(502), Some(0))),
        ("html_200", (Some(200), Some(0))),
        ("data_null", (Some(200), Some(0))),
        ("throttle", (Some(200), Some(0))),
        ("truncated_body", (Some(200), Some(5))),
        ("twice", (Some(200), Some(5))),
        ("slow=1", (Some(200), Some(5))),
        ("late=0", (None, Some(5))),
        ("late=3600000", (None, Some(0))),
        ("shop_status=402", (Some(402), Some(0))),
        ("null_payload", (Some(200), Some(0))),
    ] {
        assert_eq!(struck(fault).await, expected, "{fault}");
    }
}

#[tokio::test]
async fn an_internal_error_has_its_recorded_shape() {
    let visitor = Visitor::with(&["data_null=next"]).await;
    let body = visitor.post("{ shop { name } }", json!({})).await;
    assert_eq!(body["data"], json!(null));
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "INTERNAL_SERVER_ERROR");
    assert!(extensions["requestId"].is_string());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let fates = || async {
        let visitor = Visitor::with(&["lost_answer=0.3", "html_200=0.3"]).await;
        let mut fates = Vec::new();
        for _ in 0..20 {
            let answer = visitor.try_post("{ shop { name } }", json!({})).await;
            fates.push(answer.map(|answer| answer.text()));
        }
        fates
    };
    let (first, second) = (fates().await, fates().await);
    let ended = |fates: &[Option<String>]| -> Vec<Option<bool>> {
        fates.iter().map(|fate| fate.as_ref().map(|text| text.starts_with('<'))).collect()
    };
    assert_eq!(ended(&first), ended(&second));
    assert!(first.iter().any(Option::is_none) && first.iter().any(Option::is_some));
}

#[tokio::test]
async fn an_unknown_or_wrong_mode_says_what_to_write() {
    let visitor = Visitor::with(&[]).await;
    for (mode, words) in [
        ("lost_anser", "no fault or mode of the shopify sandbox is called `lost_anser`"),
        ("stale_field=column", "write null or row"),
        ("sell=A", "such as ABC-1:2"),
        ("without_scope=read_orders", "write some of read_inventory;"),
        ("locations=north", "such as 70000000003"),
        ("lost_answer=often", "a share from 0 to 1"),
    ] {
        let error = visitor.0.set_mode(mode).unwrap_err().to_string();
        assert!(error.contains(words), "{mode}: {error}");
    }
}
