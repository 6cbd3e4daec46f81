//! A product that leaves a channel leaves no number behind.

use serde_json::Value;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop};

on_each_database!(
    opting_out_delivers_a_last_zero,
    deactivating_delivers_a_last_zero,
    unmapping_a_location_delivers_a_last_zero,
    unknown_stock_leaves_the_number_and_refuses_the_true_up,
    a_deleted_channel_file_shows_its_lost_listings,
);

async fn told(database: &TestDatabase) -> Shop {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _fed = shop.send("true_up").await.success();
    shop
}

async fn opting_out_delivers_a_last_zero(database: TestDatabase) {
    let shop = told(&database).await;
    let _out = shop.run(&["opt-out", CHANNEL, "A"]).await.success();
    let preview = shop.json(&["preview", CHANNEL]).await;
    assert_eq!(preview["lines"][0]["is_last_zero"], Value::from(true), "{preview:#}");
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.latest_lines().await, [("A".to_owned(), 0, "accepted".to_owned())]);
    assert_eq!((shop.on_hand("A"), shop.on_hand("B")), (Some(0), Some(20)));

    let _in = shop.run(&["opt-in", CHANNEL, "A"]).await.success();
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("A"), Some(10), "it may come back");
}

async fn deactivating_delivers_a_last_zero(database: TestDatabase) {
    let shop = told(&database).await;
    shop.import("products", "product_code,active\nA,false\n").await;
    let _fed = shop.send("differential").await.success();
    assert_eq!((shop.on_hand("A"), shop.on_hand("B")), (Some(0), Some(20)));
}

async fn unmapping_a_location_delivers_a_last_zero(database: TestDatabase) {
    let shop = told(&database).await;
    let settings = shop.sandbox.channel_settings();
    let text = format!("marketplace = \"wayfair\"\n[locations]\nMAIN = \"81852\"\n\n{settings}\n");
    shop.write("channels/wayfair_us.toml", &text);
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("A"), Some(0), "the old supplier id");
    assert_eq!(shop.shown().on_hand(81852, "A"), Some(10), "the new one");
}

async fn unknown_stock_leaves_the_number_and_refuses_the_true_up(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    shop.import("products", "product_code,marketplaces\nD,wayfair_us\n").await;
    let preview = shop.json(&["preview", CHANNEL, "--feed", "true_up"]).await;
    assert_eq!(preview["held"][0]["product_code"], Value::from("D"), "{preview:#}");
    let _fed = shop.send("true_up").await.success();
    assert_eq!(shop.shown().lines.len(), 3, "D was never told, so leaving it out says nothing");

    // Two products that share a part number: neither can be told, and A already was.
    let _set = shop.run(&["alias", "set", CHANNEL, "B=A"]).await.success();
    let sent = shop.send("true_up").await;
    assert_eq!(sent.code, Some(1), "{sent:#?}");
    assert!(sent.stderr.contains("held back"), "{sent:#?}");
    assert_eq!(shop.on_hand("A"), Some(10), "what is not known leaves what stands");
}

async fn a_deleted_channel_file_shows_its_lost_listings(database: TestDatabase) {
    let shop = told(&database).await;
    std::fs::remove_file(shop.folder().join("channels/wayfair_us.toml")).expect("it was there");
    let problem = shop.status().await["problem"].clone();
    assert!(problem.as_str().is_some_and(|text| text.contains("3 listings")), "{problem}");
    let findings = shop.json(&["doctor"]).await;
    let found = findings.as_array().expect("an array").iter();
    assert!(found.map(|row| &row["finding"]).any(|finding| finding == "lost_listings"));
    assert_eq!(shop.on_hand("A"), Some(10));
}
