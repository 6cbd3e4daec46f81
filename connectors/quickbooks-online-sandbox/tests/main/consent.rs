//! The person at the consent page, who decides at once.

use trueup_quickbooks_online_sandbox::{CLIENT_ID, REALM};
use trueup_sandbox::raw::send;

use crate::client::{Answer, BASIC, Visitor, ask};

const BACK: &str = "http://localhost:8901/callback";

async fn asked(visitor: &Visitor, client_id: &str) -> Answer {
    let head = format!(
        "GET /connect/oauth2?client_id={client_id}&response_type=code&state=st-1\
         &redirect_uri=http%3A%2F%2Flocalhost%3A8901%2Fcallback HTTP/1.1"
    );
    send(visitor.sandbox.address(), &head, b"").await.unwrap().unwrap()
}

/// Where the browser is led.
async fn led_to(modes: &[&str]) -> (Visitor, String) {
    let visitor = Visitor::with(modes).await;
    let answer = asked(&visitor, CLIENT_ID).await;
    assert_eq!(answer.status, 303);
    let to = answer.header("location").unwrap().to_owned();
    (visitor, to)
}

/// The code with which the browser is led back.
fn code_in(url: &str) -> &str {
    url.split_once("code=").unwrap().1.split('&').next().unwrap()
}

fn exchange(code: &str, redirect: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={redirect}")
}

#[tokio::test]
async fn a_code_opens_the_company_once() {
    let (mut visitor, url) = led_to(&[]).await;
    assert!(url.starts_with(&format!("{BACK}?code=")), "{url}");
    assert!(url.ends_with(&format!("&state=st-1&realmId={REALM}")), "{url}");
    let form = exchange(code_in(&url), BACK);
    let tokens = ask(visitor.sandbox.address(), BASIC, &form).await.json();
    assert!(tokens["refresh_token"].is_string());
    visitor.token = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(visitor.query("SELECT Id FROM Account").await.status, 200);
    assert_eq!(ask(visitor.sandbox.address(), BASIC, &form).await.status, 400);
}

#[tokio::test]
async fn a_code_is_for_the_address_it_was_led_to() {
    let (visitor, url) = led_to(&[]).await;
    let form = exchange(code_in(&url), "http://localhost:9999/callback");
    let answer = ask(visitor.sandbox.address(), BASIC, &form).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test]
async fn people_deny_or_choose_another_company() {
    let (_, url) = led_to(&["consent=denied"]).await;
    assert_eq!(url, format!("{BACK}?error=access_denied&state=st-1"));
    let (_, url) = led_to(&["consent=elsewhere"]).await;
    assert!(url.contains("&realmId=") && !url.contains(REALM), "{url}");
}

#[tokio::test]
async fn an_unknown_app_gets_no_page() {
    let visitor = Visitor::with(&[]).await;
    let answer = asked(&visitor, "other").await;
    assert_eq!((answer.status, answer.header("location")), (400, None));
}
