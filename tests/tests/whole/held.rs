//! Feeds that would do great damage, with the real program.

use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop};

on_each_database!(
    a_truncated_stock_file_is_held_and_approved,
    a_mass_of_zeros_is_held_and_single_decreases_go,
    a_mass_of_raises_is_held,
    the_daemon_sends_what_was_approved,
);

fn stock(numbers: RangeInclusive<u32>, quantity: u32) -> String {
    numbers.fold("product_code,quantity\n".to_owned(), |mut table, number| {
        let _ = writeln!(table, "P{number:03},{quantity}");
        table
    })
}

/// 200 products with 50 each, all of them shown.
async fn told(database: &TestDatabase) -> Shop {
    let shop = Shop::open(&database.url).await;
    let products = (1..=200).fold("product_code,marketplaces\n".to_owned(), |mut table, number| {
        let _ = writeln!(table, "P{number:03},{CHANNEL}");
        table
    });
    shop.import("products", &products).await;
    shop.import("stock", &stock(1..=200, 50)).await;
    let _done = shop.send("true_up").await.success();
    shop
}

async fn held_feed(shop: &Shop) -> Value {
    let status = shop.status().await;
    let held = status["held_feeds"].as_array().expect("an array");
    assert_eq!(held.len(), 1, "{status:#}");
    held[0].clone()
}

async fn a_truncated_stock_file_is_held_and_approved(database: TestDatabase) {
    let shop = told(&database).await;
    // The file ends early, and in what is left of it one number went down and one up.
    let truncated = format!("{}P010,70\nP011,20\n", stock(1..=9, 50));
    shop.import("stock", &truncated).await;
    let sent = shop.send("differential").await;
    assert_eq!(sent.code, Some(1), "{sent:#?}");
    assert!(sent.stderr.contains("has 11 rows and had 200"), "{}", sent.stderr);
    assert_eq!((shop.on_hand("P010"), shop.on_hand("P011")), (Some(50), Some(20)));
    let held = held_feed(&shop).await;
    assert_eq!(held["reasons"][0]["reason"], "shrunk");
    assert_eq!(held["reasons"][0]["rows_before"], 200);
    let feeds = shop.json(&["feeds"]).await;
    assert_eq!((&feeds[0]["feed"], &feeds[0]["state"]), (&held["feed"], &Value::from("held")));
    let id = held["feed"].to_string();
    let approved = shop.run(&["approve", &id]).await.success();
    assert!(approved.stdout.contains("is approved: stock file"), "{}", approved.stdout);
    let _done = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("P010"), Some(70));
    assert_eq!(shop.status().await["held_feeds"], Value::Array(Vec::new()));
    let again = shop.run(&["approve", &id]).await;
    assert_eq!(again.code, Some(2), "{again:#?}");
    assert!(again.stderr.contains("is not held (it is released)"), "{}", again.stderr);
    let checks = shop.json(&["journal", "verify"]).await;
    let checks = checks.as_array().expect("an array");
    assert!(checks.iter().all(|check| check["broken"].is_null()), "{checks:#?}");
}

async fn a_mass_of_zeros_is_held_and_single_decreases_go(database: TestDatabase) {
    let shop = told(&database).await;
    shop.import("stock", &format!("{}P200,7\n", stock(1..=199, 0))).await;
    let sent = shop.send("differential").await;
    assert_eq!(sent.code, Some(1), "{sent:#?}");
    assert_eq!((shop.on_hand("P001"), shop.on_hand("P200")), (Some(50), Some(7)));
    let preview = shop.json(&["preview", CHANNEL]).await;
    let refused = preview["refused"].as_str().unwrap_or_default();
    assert!(refused.starts_with("it would be held: 199 of 200 listings"), "{refused}");
    let whole = shop.send("true_up").await;
    assert_eq!((whole.code, shop.on_hand("P001")), (Some(1), Some(50)));
    let table = shop.run(&["status"]).await.success().stdout;
    assert!(table.contains("would be set to 0"), "{table}");
    let _done = shop.run(&["approve", &held_feed(&shop).await["feed"].to_string()]).await.success();
    let _done = shop.send("true_up").await.success();
    assert_eq!(shop.on_hand("P001"), Some(0));
}

async fn a_mass_of_raises_is_held(database: TestDatabase) {
    let shop = told(&database).await;
    shop.import("stock", &format!("{}P200,7\n", stock(1..=199, 50_000))).await;
    assert_eq!(shop.send("differential").await.code, Some(1));
    assert_eq!((shop.on_hand("P001"), shop.on_hand("P200")), (Some(50), Some(7)));
    let held = held_feed(&shop).await;
    assert_eq!(held["reasons"][0]["reason"], "raised");
    // The file is mended, and nothing is left to be approved.
    shop.import("stock", &stock(1..=200, 51)).await;
    let _done = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("P001"), Some(51));
    assert_eq!(shop.status().await["held_feeds"], Value::Array(Vec::new()));
}

async fn the_daemon_sends_what_was_approved(database: TestDatabase) {
    let shop = told(&database).await;
    shop.write_channel(CHANNEL, "[schedule]\ndifferential = { every = \"24h\" }\n", "");
    shop.import("stock", &stock(1..=200, 0)).await;
    assert_eq!(shop.send("differential").await.code, Some(1));
    let _done = shop.run(&["approve", &held_feed(&shop).await["feed"].to_string()]).await.success();
    let mut daemon = shop.start(&["run"]);
    let sent = |shop: &Shop| shop.on_hand("P001") == Some(0);
    shop.until("the approved zeros are sent", Duration::from_secs(60), sent).await;
    assert!(daemon.terminate().success());
}
