//! Tokens: refreshed, rotated, consented to.

use trueup_marketplace::{ErrorKind, Marketplace, Secret};
use trueup_quickbooks_online_sandbox::{CLIENT_ID, REALM};

use crate::support::{batch, open, open_with};

#[tokio::test]
async fn a_token_that_expires_between_calls_is_renewed_with_the_rotated_one() {
    let company = open(&["items=OAK-1", "token_expired_after=1", "refresh_grace=0"]).await;
    for quantity in 1..=3 {
        let key = format!("b-{quantity}");
        company.book(&batch(&key, &[("OAK-1", quantity)])).await;
    }
    assert_eq!(company.on_hand("OAK-1"), 3.0);
    assert!(company.sandbox.calls().token >= 5, "{:?}", company.sandbox.calls());
}

#[tokio::test]
async fn a_dead_refresh_token_says_how_to_connect_again() {
    let company = open_with(&[], |settings| {
        settings.remove("refresh_token");
    });
    let company = company.await;
    let error = company.channel.check(&company.context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorised);
    assert!(error.to_string().contains("invalid_grant"), "{error}");
    assert!(error.to_string().contains("run `trueup connect`"), "{error}");
}

#[tokio::test]
async fn a_wrong_client_secret_is_named() {
    let company = open_with(&[], |settings| {
        settings.insert("client_secret".into(), "wr0ng-canary".into());
    });
    let error = company.await;
    let error = error.channel.check(&error.context()).await.unwrap_err();
    assert!(error.to_string().contains("invalid_client"), "{error}");
    assert!(!error.to_string().contains("wr0ng-canary"), "{error}");
}

#[tokio::test]
async fn consent_leads_to_tokens() {
    let company = open(&[]).await;
    let redirect = "http://127.0.0.1:8901/callback";
    let url = company.channel.consent_url(redirect, "st-1").unwrap();
    assert!(url.contains(&format!("client_id={CLIENT_ID}&scope=com.intuit.quickbooks.accounting")));
    assert!(url.ends_with("&response_type=code&state=st-1"), "{url}");
    assert!(url.contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A8901%2Fcallback"), "{url}");
    let request = company.channel.code_request(&Secret::new("no-such-code"), redirect).unwrap();
    let refused = trueup_marketplace::Wire::send(&company.wire, request).await.unwrap_err();
    assert!(refused.to_string().contains("invalid_grant"), "{refused}");
}

#[tokio::test]
async fn a_check_names_the_account_that_differences_are_booked_against() {
    let company = open(&[]).await;
    let checked = company.channel.check(&company.context()).await.unwrap();
    assert!(checked.0.contains("`Inventory Shrinkage`"), "{}", checked.0);
    let company = open_with(&[], |settings| {
        settings.insert("adjust_account".into(), "4711".into());
    });
    let company = company.await;
    let error = company.channel.check(&company.context()).await.unwrap_err();
    assert!(error.to_string().contains("check adjust_account"), "{error}");
}

#[tokio::test]
async fn the_consent_for_another_company_is_refused() {
    let company = open(&[]).await;
    let told = |realm: &str| vec![("realmId".to_owned(), realm.to_owned())];
    company.channel.consented(&told(REALM)).unwrap();
    let error = company.channel.consented(&told("913\n0355")).unwrap_err().to_string();
    assert!(error.contains("company 913") && error.contains(REALM), "{error}");
    assert!(error.contains("correct realm_id") && !error.contains('\n'), "{error}");
}
