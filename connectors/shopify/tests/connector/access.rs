//! The handshake and the login, over real HTTP.

use trueup_marketplace::{ErrorKind, Retry};
use trueup_shopify_sandbox::ACCESS_TOKEN;

use crate::loopback::{start, start_with};
use crate::support::{SECRET, parts};

#[tokio::test]
async fn a_check_names_the_store_and_its_locations_and_sets_nothing() {
    let shop = start(&[]).await;
    let found = shop.check().await.unwrap();
    assert_eq!(
        found,
        "the store `Sandbox Store` lets us in; its locations are Main Warehouse (70000000001), \
         Overflow (70000000002)"
    );
    assert_eq!(shop.sandbox.calls().sets, 0);
}

#[tokio::test]
async fn missing_scopes_are_named_together() {
    let shop = start(&["without_scope=read_locations;write_inventory"]).await;
    let error = shop.check().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unauthorised, Retry::Never));
    assert!(error.to_string().contains("lacks read_locations, write_inventory"), "{error}");
    // Who may write inventory may read it.
    let shop = start(&["without_scope=read_inventory"]).await;
    assert!(shop.check().await.is_ok());
}

#[tokio::test]
async fn a_scope_that_is_missing_refuses_a_batch_and_applies_nothing() {
    let shop = start(&[]).await;
    let batch = parts("b-1", 1);
    let prepared = shop.prepare(&batch).await;
    shop.set("without_scope=write_inventory");
    let error = shop.submit(&batch, &prepared).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorised);
    assert!(error.to_string().contains("`write_inventory` access scope"), "{error}");
}

#[tokio::test]
async fn a_version_that_has_ended_is_told() {
    let shop = start_with(&["oldest_version=2026-07"], "api_version = \"2026-04\"").await;
    let found = shop.check().await.unwrap();
    assert!(
        found.ends_with("it answers as version 2026-07 and no longer as 2026-04: set api_version")
    );
    for version in ["2026-04", "2026-07", "2026-10"] {
        let shop = start_with(&[], &format!("api_version = \"{version}\"")).await;
        assert!(!shop.check().await.unwrap().contains("no longer"));
        shop.deliver(&parts("b-1", 2)).await;
    }
}

#[tokio::test]
async fn a_login_that_is_refused_says_what_to_check_and_shows_nothing() {
    for (mode, code) in [
        ("login=not_installed", "app_not_installed"),
        ("login=other_organisation", "shop_not_permitted"),
        ("login=open", "invalid_client"),
    ] {
        let wrong = format!("client_secret = \"{SECRET}\"");
        let error = start_with(&[mode], &wrong).await.check().await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unauthorised, Retry::Never));
        assert!(error.to_string().contains(&format!("login was refused ({code}")), "{error}");
        assert!(error.to_string().contains("check shop, client_id"), "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
}

#[tokio::test]
async fn a_static_token_needs_no_login() {
    let (shop, wrong) = tokio::join!(with_token(ACCESS_TOKEN), with_token(SECRET));
    shop.check().await.unwrap();
    assert_eq!(shop.sandbox.calls().token, 0);
    let error = wrong.check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorised);
    assert!(!format!("{error} {error:?}").contains(SECRET));
}

async fn with_token(token: &str) -> crate::loopback::Loopback {
    let mut shop = start(&[]).await;
    let settings = format!(
        "shop = \"sandbox-store\"\naccess_token = \"{token}\"\napi_url = \"http://{}\"",
        shop.sandbox.address()
    );
    let settings = toml::from_str(&settings).unwrap();
    let opened = <trueup_shopify::Shopify as trueup_marketplace::Connector>::open(settings);
    shop.shopify = std::sync::Arc::new(opened.unwrap());
    let options = trueup_exchange::Options::default();
    shop.wire = trueup_exchange::Exchange::open(shop.shopify.clone(), options).unwrap();
    shop
}
