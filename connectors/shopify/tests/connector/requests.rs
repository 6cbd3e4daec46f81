//! The bytes that travel.

use trueup_marketplace::{ErrorKind, Marketplace, Method, TokenHeader};

use crate::support::{
    Scripted, applied, batch, found, line, line_at, nodes, parts, prepare_over, shopify,
    submit_over, variant,
};

const SET: &str = concat!(
    r#"{"query":"mutation TrueupSetQuantities($input: InventorySetQuantitiesInput!, $key: String!)"#,
    r#" { inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup "#,
    r#"{ id } userErrors { field message code } } }","variables":{"input":{"name":"available","#,
    r#""quantities":[{"changeFromQuantity":7,"inventoryItemId":"gid://shopify/InventoryItem/1","#,
    r#""locationId":"gid://shopify/Location/70000000001","quantity":1},{"changeFromQuantity":7,"#,
    r#""inventoryItemId":"gid://shopify/InventoryItem/2","locationId":"#,
    r#""gid://shopify/Location/70000000001","quantity":2}],"reason":"correction","#,
    r#""referenceDocumentUri":"trueup://batch/b-1"},"key":"b-1"}}"#,
);

#[tokio::test]
async fn the_same_batch_gives_the_same_bytes() {
    let channel = shopify("");
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let answers = [found(&[variant(1, 7), variant(2, 7)]), applied()];
        let wire = Scripted::new(&channel, answers);
        let batch = parts("b-1", 2);
        let prepared = prepare_over(&channel, &wire, &batch).await;
        assert!(
            submit_over(&channel, &wire, &batch, &prepared).await.unwrap().exceptions().is_empty()
        );
        let sent = wire.sent();
        assert_eq!(String::from_utf8(sent[1].body.to_vec()).unwrap(), SET);
        bodies.push((prepared.body, sent[0].body.clone()));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn reads_are_marked_as_such_and_writes_are_not() {
    let channel = shopify("");
    let wire = Scripted::new(&channel, [found(&[variant(1, 0)]), applied()]);
    let batch = parts("b-1", 1);
    let prepared = prepare_over(&channel, &wire, &batch).await;
    assert!(submit_over(&channel, &wire, &batch, &prepared).await.unwrap().exceptions().is_empty());
    let sent = wire.sent();
    let url = "https://oak.myshopify.com/admin/api/2026-10/graphql.json";
    assert!(sent.iter().all(|sent| sent.url == url && sent.method == Method::Post));
    let of: Vec<_> = sent.iter().map(|sent| (sent.is_read, sent.needs_login)).collect();
    assert_eq!(of, [(true, true), (false, true)]);
}

#[tokio::test]
async fn overwriting_sends_an_explicit_null_and_on_hand_its_name() {
    let channel = shopify("when_changed = \"overwrite\"\nquantity = \"on_hand\"");
    let wire = Scripted::new(&channel, [found(&[variant(1, 7)]), applied()]);
    let batch = parts("b-1", 1);
    let prepared = prepare_over(&channel, &wire, &batch).await;
    assert!(submit_over(&channel, &wire, &batch, &prepared).await.unwrap().exceptions().is_empty());
    let variables = wire.sent_members("variables");
    assert_eq!(variables[0]["names"], serde_json::json!(["on_hand"]));
    let input = variables[1]["input"].as_object().unwrap();
    assert_eq!(input["name"], "on_hand");
    let row = input["quantities"][0].as_object().unwrap();
    assert!(row["changeFromQuantity"].is_null() && row.contains_key("changeFromQuantity"));
}

#[tokio::test]
async fn skus_are_looked_up_in_batches_and_escaped() {
    let channel = shopify("");
    let wire = Scripted::new(&channel, [found(&[]), found(&[])]);
    let mut batch = parts("b-1", 51);
    batch.lines[0] = line(1, r"O'NEIL\", 1);
    let prepared = prepare_over(&channel, &wire, &batch).await;
    assert_eq!(prepared.withheld.len(), 51);
    let searches = wire.sent_members("variables");
    let first = searches[0]["search"].as_str().unwrap();
    assert!(first.starts_with(r"sku:'O\'NEIL\\' OR sku:'P2' OR "), "{first}");
    assert_eq!(searches[1]["search"], "sku:'P51'");
}

#[tokio::test]
async fn a_remembered_id_is_read_and_not_searched() {
    let channel = shopify("");
    let wire = Scripted::new(&channel, [nodes(&[variant(1, 7)]), applied()]);
    let mut batch = parts("b-1", 1);
    batch.lines[0].remote_id = Some("gid://shopify/ProductVariant/1".to_owned());
    let prepared = prepare_over(&channel, &wire, &batch).await;
    let receipt = submit_over(&channel, &wire, &batch, &prepared).await.unwrap();
    let ids = &wire.sent_members("variables")[0]["ids"];
    assert_eq!(*ids, serde_json::json!(["gid://shopify/ProductVariant/1"]));
    assert_eq!(receipt.remote_ids()[0].1, "gid://shopify/ProductVariant/1");
}

#[tokio::test]
async fn a_location_is_a_number_or_a_global_id() {
    let channel = shopify("");
    for location in ["70000000001", "gid://shopify/Location/70000000001"] {
        let wire = Scripted::new(&channel, [found(&[])]);
        let prepared =
            prepare_over(&channel, &wire, &batch("b", vec![line_at(location, 1, "P1", 1)])).await;
        assert_eq!(prepared.withheld.len(), 1);
        assert_eq!(
            wire.sent_members("variables")[0]["location"],
            "gid://shopify/Location/70000000001"
        );
        assert_eq!(channel.check_location(&location.parse().unwrap()), Ok(()));
    }
    for wrong in ["Main", "gid://shopify/Location/", "7 0", "gid://shopify/Product/7"] {
        let why = channel.check_location(&wrong.parse().unwrap()).unwrap_err();
        assert!(why.contains("is not a location of Shopify's"), "{why}");
    }
}

#[tokio::test]
async fn a_batch_beyond_the_limit_is_not_looked_up() {
    let channel = shopify("");
    let wire = Scripted::new(&channel, []);
    let context = trueup_marketplace::Context::calling(&wire, jiff::Timestamp::UNIX_EPOCH);
    let error = channel.prepare(&parts("b", 251), &context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BeyondLimits);
    assert!(wire.sent().is_empty());
}

#[test]
fn an_app_logs_in_with_a_form_and_a_static_token_not_at_all() {
    let settings = "shop = \"oak.myshopify.com\"\nclient_id = \"id\"\nclient_secret = \"s&x\"";
    let app = <trueup_shopify::Shopify as trueup_marketplace::Connector>::open(
        toml::from_str(settings).unwrap(),
    );
    let app = app.unwrap();
    let request = app.token_request(None).unwrap();
    assert_eq!(request.url, "https://oak.myshopify.com/admin/oauth/access_token");
    let form = "grant_type=client_credentials&client_id=id&client_secret=s%26x";
    assert_eq!(request.body, form);
    assert!(app.fixed_token().is_none());
    let fixed = shopify("");
    assert!(fixed.token_request(None).is_none());
    assert!(fixed.fixed_token().is_some());
    let TokenHeader::Named(name) = fixed.token_header() else { panic!("a header of its own") };
    assert_eq!(name, "x-shopify-access-token");
}
