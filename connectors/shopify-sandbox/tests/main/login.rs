//! The login, the token, scopes and versions.

use serde_json::{Value, json};
use trueup_sandbox::raw::{Answer, send};
use trueup_shopify_sandbox::{CLIENT_ID, CLIENT_SECRET};

use crate::client::{MAIN, SET, Visitor, row, variables};

async fn log_in(visitor: &Visitor, secret: &str) -> Answer {
    let head = "POST /admin/oauth/access_token HTTP/1.1\r\n\
        content-type: application/x-www-form-urlencoded";
    let form =
        format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={secret}");
    send(visitor.0.address(), head, form.as_bytes()).await.unwrap().unwrap()
}

async fn shop(visitor: &Visitor, token: &str) -> Answer {
    let head =
        format!("POST /admin/api/2026-10/graphql.json HTTP/1.1\r\nx-shopify-access-token: {token}");
    let body = json!({ "query": "{ shop { name } }" }).to_string();
    send(visitor.0.address(), &head, body.as_bytes()).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_right_client_gets_a_token_that_opens() {
    let visitor = Visitor::with(&[]).await;
    let granted = log_in(&visitor, CLIENT_SECRET).await;
    assert_eq!((granted.status, &granted.json()["expires_in"]), (200, &json!(86_399)));
    let scopes = "read_inventory,read_locations,read_products,write_inventory";
    assert_eq!(granted.json()["scope"], scopes);
    let token = granted.json()["access_token"].as_str().unwrap().to_owned();
    let answer = shop(&visitor, &token).await;
    assert_eq!(answer.json()["data"]["shop"]["name"], "Sandbox Store");
    assert_eq!(answer.header("x-shopify-api-version"), Some("2026-10"));
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn a_bad_token_is_answered_with_a_text() {
    let visitor = Visitor::with(&[]).await;
    let answer = shop(&visitor, "shpat_wrong").await;
    assert_eq!(answer.status, 401);
    assert!(answer.json()["errors"].as_str().unwrap().starts_with("[API] Invalid API key"));
}

#[tokio::test]
async fn refusals_of_the_login_have_their_codes() {
    for (mode, secret, code) in [
        ("login=open", "wrong", "invalid_client"),
        ("login=not_installed", CLIENT_SECRET, "app_not_installed"),
        ("login=other_organisation", CLIENT_SECRET, "shop_not_permitted"),
    ] {
        let answer = log_in(&Visitor::with(&[mode]).await, secret).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!(code)));
    }
    let visitor = Visitor::with(&["bad_client_status=401"]).await;
    assert_eq!(log_in(&visitor, "wrong").await.status, 401);
}

#[tokio::test]
async fn tokens_end_by_use_and_by_their_successor() {
    let visitor = Visitor::with(&["token_expired_after=1", "old_token=ends"]).await;
    let token = |granted: Answer| granted.json()["access_token"].as_str().unwrap().to_owned();
    let first = token(log_in(&visitor, CLIENT_SECRET).await);
    assert_eq!(shop(&visitor, &first).await.status, 200);
    assert_eq!(shop(&visitor, &first).await.status, 401);
    visitor.0.set_mode("token_expired_after=off").unwrap();
    let second = token(log_in(&visitor, CLIENT_SECRET).await);
    let third = token(log_in(&visitor, CLIENT_SECRET).await);
    assert_eq!(shop(&visitor, &second).await.status, 401);
    assert_eq!(shop(&visitor, &third).await.status, 200);
}

#[tokio::test]
async fn a_missing_scope_nulls_its_field_and_leaves_the_others() {
    let visitor = Visitor::with(&["without_scope=read_locations"]).await;
    let body = visitor.post("{ shop { name } locations(first: 1) { nodes { id } } }", json!({}));
    let body = body.await;
    assert_eq!(
        (&body["data"]["locations"], &body["data"]["shop"]["name"]),
        (&Value::Null, &json!("Sandbox Store"))
    );
    let error = &body["errors"][0];
    assert_eq!(
        error["message"],
        "Access denied for locations field. Required access: `read_locations` access scope."
    );
    assert_eq!(error["extensions"]["code"], "ACCESS_DENIED");
    assert_eq!(error["path"], json!(["locations"]));
}

#[tokio::test]
async fn a_version_that_has_ended_is_answered_by_the_oldest() {
    let visitor = Visitor::with(&["oldest_version=2026-07"]).await;
    for (asked, answered) in
        [("2024-01", "2026-07"), ("2026-04", "2026-07"), ("2026-10", "2026-10")]
    {
        let answer = visitor.try_post_to(asked, "{ shop { name } }", json!({})).await.unwrap();
        assert_eq!(answer.header("x-shopify-api-version"), Some(answered), "{asked}");
    }
}

#[tokio::test]
async fn only_older_versions_know_that_an_item_is_not_stocked() {
    let visitor = Visitor::with(&["unstocked=A", "never_stocked=refused"]).await;
    let refused = visitor.try_post_to("2026-07", SET, variables("k-1", &[row(0, 5, None)])).await;
    let body = refused.unwrap().json();
    let error = &body["data"]["inventorySetQuantities"]["userErrors"][0];
    assert_eq!(error["code"], "ITEM_NOT_STOCKED_AT_LOCATION");
    visitor.0.set_mode("never_stocked=silent").unwrap();
    let payload = visitor.set("k-2", &[row(0, 5, None)]).await;
    assert_eq!(payload, json!({ "inventoryAdjustmentGroup": null, "userErrors": [] }));
    assert_eq!(visitor.available("A"), None);
    visitor.0.set_mode("never_stocked=stored").unwrap();
    visitor.set("k-3", &[row(0, 5, None)]).await;
    let state = visitor.0.state();
    let line = state.line(70_000_000_001, "A").unwrap();
    assert_eq!((line.available, line.is_active), (5, false), "{MAIN}");
}
