//! Stock and orders in, Wayfair told.

use serde_json::Value;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop};

on_each_database!(
    wayfair_shows_what_the_preview_showed,
    a_changed_order_sends_that_product_alone_and_once,
    a_rehearsal_changes_nothing,
    external_stock_goes_out_where_a_feed_says_so,
    an_alias_names_the_product_there,
);

const ORDERS: &str = "order_code,product_code,ordered\nSO-1,A,4\nSO-2,B,25\n";

async fn wayfair_shows_what_the_preview_showed(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    shop.import("orders", ORDERS).await;
    let preview = shop.json(&["preview", CHANNEL, "--feed", "true_up"]).await;
    let fed = shop.send("true_up").await.success().json();
    assert_eq!((&fed["planned"], &fed["accepted"]), (&Value::from(3), &Value::from(3)));

    let lines = preview["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 3);
    for line in lines {
        let code = line["part_number"].as_str().expect("a part number");
        let shown = shop.shown();
        let shown = shown.line(81454, code).expect("Wayfair shows every line");
        assert_eq!(Value::from(shown.quantity_on_hand), line["quantity"], "{code}");
        assert_eq!(Value::from(shown.quantity_on_order), line["on_orders"], "{code}");
        assert_eq!(Value::from(shown.quantity_backordered), line["backordered"], "{code}");
    }
    assert_eq!(shop.on_hand("A"), Some(6));
    assert_eq!(shop.on_hand("B"), Some(0));
    let status = shop.status().await;
    assert_eq!((&status["clean"], &status["due"]), (&Value::from(3), &Value::from(0)));
}

async fn a_changed_order_sends_that_product_alone_and_once(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    shop.import("orders", ORDERS).await;
    let _fed = shop.send("true_up").await.success();

    let report =
        shop.import("orders", "order_code,product_code,ordered\nSO-1,A,7\nSO-2,B,25\n").await;
    assert_eq!(
        (&report[0]["applied"], &report[0]["unchanged"]),
        (&Value::from(1), &Value::from(1))
    );
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.latest_lines().await, [("A".to_owned(), 3, "accepted".to_owned())]);
    assert_eq!(shop.on_hand("A"), Some(3));

    let saves = shop.sandbox.calls().saves;
    let fed = shop.send("differential").await.success().json();
    assert_eq!(fed["planned"], Value::from(0));
    assert_eq!(shop.sandbox.calls().saves, saves, "nothing changed, so nothing is sent");
}

async fn a_rehearsal_changes_nothing(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let arguments = ["send", CHANNEL, "--feed", "true_up", "--dry-run", "--format", "json"];
    let rehearsed = shop.run(&arguments).await.success().json();
    assert_eq!(
        (&rehearsed["lines"], &rehearsed["was_shown"]),
        (&Value::from(3), &Value::from(true))
    );
    assert!(shop.shown().lines.is_empty(), "{:?}", shop.shown());
    assert_eq!(shop.json(&["feeds"]).await, Value::Array(Vec::new()));
    let fed = shop.send("differential").await.success().json();
    assert_eq!(fed["planned"], Value::from(3), "what was rehearsed is still to be sent");
}

async fn external_stock_goes_out_where_a_feed_says_so(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _set = shop.run(&["external-stock", "set", "A=500"]).await.success();
    let arguments = ["send", CHANNEL, "--feed", "true_up", "--external"];
    let _fed = shop.run(&arguments).await.success();
    assert_eq!((shop.on_hand("A"), shop.on_hand("B")), (Some(500), Some(20)));
    let _fed = shop.send("true_up").await.success();
    assert_eq!((shop.on_hand("A"), shop.on_hand("B")), (Some(10), Some(20)));
}

async fn an_alias_names_the_product_there(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _fed = shop.send("true_up").await.success();
    let _set = shop.run(&["alias", "set", CHANNEL, "A=W-A-001"]).await.success();
    let _fed = shop.send("differential").await.success();
    assert_eq!((shop.on_hand("W-A-001"), shop.on_hand("A")), (Some(10), Some(0)));
}
