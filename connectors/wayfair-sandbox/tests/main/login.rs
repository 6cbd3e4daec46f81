//! Tokens: who gets one, and what it opens.

use serde_json::json;
use trueup_wayfair_sandbox::{CLIENT_ID, CLIENT_SECRET};

use crate::client::{Answer, PRODUCTION, Visitor, ask, ask_for_token, line, send};

const SANDBOX: &str = "https://sandbox.api.wayfair.com/";

async fn save(visitor: &Visitor) -> Answer {
    visitor.try_save("DIFFERENTIAL", &[line(81454, "A", 5)]).await.unwrap()
}

fn assert_closed(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status, answer.text().as_str()), (status, text));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn a_token_comes_with_its_lifetime() {
    let visitor = Visitor::with(&["expires_in=43200"]).await;
    let answer = ask_for_token(visitor.sandbox.address(), &ask(PRODUCTION)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["expires_in"], 43200);
    assert_eq!(answer.json()["token_type"], "Bearer");
    assert_ne!(answer.json()["access_token"], visitor.token);
}

#[tokio::test]
async fn a_form_is_as_good_as_json() {
    let visitor = Visitor::with(&[]).await;
    let head = "POST /oauth/token HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded";
    let body = format!(
        "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}\
         &audience=https%3A%2F%2Fapi.wayfair.com%2F"
    );
    let answer = send(visitor.sandbox.address(), head, body.as_bytes()).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn wrong_requests_get_no_token() {
    let visitor = Visitor::with(&[]).await;
    let cases = [
        ("client_id", json!("someone"), 400, "invalid_client"),
        ("client_secret", json!("wrong"), 400, "invalid_client"),
        ("client_secret", json!(null), 400, "invalid_client"),
        ("grant_type", json!("password"), 400, "unsupported_grant_type"),
        ("audience", json!("https://api.wayfair.com"), 403, "access_denied"),
        ("audience", json!("https://api.wayfair.com/v1/graphql"), 403, "access_denied"),
        ("audience", json!(null), 403, "access_denied"),
    ];
    for (field, value, status, error) in cases {
        let mut ask = ask(PRODUCTION);
        ask[field] = value.clone();
        let answer = ask_for_token(visitor.sandbox.address(), &ask).await;
        assert_eq!(answer.status, status, "{field} {value}");
        assert_eq!(answer.json()["error"], error, "{field} {value}");
        assert_eq!(answer.json().get("access_token"), None);
        assert!(!answer.text().contains(CLIENT_SECRET));
    }
    let head = "POST /oauth/token HTTP/1.1\r\ncontent-type: application/json";
    let answer = send(visitor.sandbox.address(), head, b"{").await.unwrap();
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn bad_credentials_may_answer_another_status() {
    let visitor = Visitor::with(&["bad_client_status=401"]).await;
    let mut wrong = ask(PRODUCTION);
    wrong["client_secret"] = json!("wrong");
    assert_eq!(ask_for_token(visitor.sandbox.address(), &wrong).await.status, 401);
}

#[tokio::test]
async fn a_bad_token_opens_nothing() {
    let mut visitor = Visitor::with(&[]).await;
    visitor.token = "nonsense".to_owned();
    assert_closed(&save(&visitor).await, 401, "Authorization failed.");
    visitor.sandbox.set_mode("bad_token_status=403").unwrap();
    assert_closed(&save(&visitor).await, 403, "Authorization failed.");
    let head = "POST /v1/graphql HTTP/1.1\r\ncontent-type: application/json";
    let bare = send(visitor.sandbox.address(), head, b"{}").await.unwrap();
    assert_closed(&bare, 403, "Authorization failed.");
    assert!(visitor.sandbox.state().lines.is_empty());
}

#[tokio::test]
async fn an_expired_token_opens_nothing() {
    let visitor = Visitor::with(&["expires_in=0"]).await;
    assert_closed(&save(&visitor).await, 401, "Authorization failed.");
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn a_token_may_expire_after_some_calls_and_a_new_one_works() {
    let mut visitor = Visitor::with(&["token_expired_after=2"]).await;
    assert_eq!(save(&visitor).await.status, 200);
    assert_eq!(save(&visitor).await.status, 200);
    assert_closed(&save(&visitor).await, 401, "Authorization failed.");
    assert_eq!(visitor.sandbox.calls().saves, 2);
    let answer = ask_for_token(visitor.sandbox.address(), &ask(PRODUCTION)).await;
    visitor.token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(save(&visitor).await.status, 200);
}

#[tokio::test]
async fn a_token_of_the_other_environment_is_refused_by_the_api() {
    let mut visitor = Visitor::with(&[]).await;
    let answer = ask_for_token(visitor.sandbox.address(), &ask(SANDBOX)).await;
    visitor.token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_closed(&save(&visitor).await, 401, "Invalid environment for application.");
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn a_token_of_the_other_environment_may_be_refused_at_the_login() {
    let visitor = Visitor::with(&["foreign_environment=token"]).await;
    let answer = ask_for_token(visitor.sandbox.address(), &ask(SANDBOX)).await;
    assert_eq!(answer.status, 403);
    let description = answer.json()["error_description"].clone();
    assert_eq!(description, "Invalid environment for application.");
}
