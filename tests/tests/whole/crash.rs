//! Dying at each of the six points at which it matters, and within migrations, on both databases.

use std::time::Duration;

use serde_json::Value;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{Books, CHANNEL, Shop};

on_each_database!(
    before_an_import_is_committed,
    before_wanted_levels_are_committed,
    before_a_claim_is_committed,
    before_the_request_leaves,
    before_the_outcome_is_recorded,
    before_the_feed_is_closed,
    within_a_migration,
);

const SETTLE: &str = "settle_seconds = 1";

async fn told(database: &TestDatabase) -> Shop {
    let shop = Shop::with(&database.url, Default::default(), SETTLE).await;
    shop.stock_three().await;
    let _fed = shop.send("true_up").await.success();
    shop
}

async fn before_an_import_is_committed(database: TestDatabase) {
    let shop = told(&database).await;
    let file = shop.write("new.csv", "product_code,quantity\nA,4\nB,5\n");
    let import = ["import", "stock", &file];
    let died = shop.run_with(&import, &[("TRUEUP_CRASH_AT", "before_t0")]).await;
    assert_eq!(died.code, None, "{died:#?}");
    let figures = shop.json(&["figures", "A", "B"]).await;
    assert_eq!((&figures[0]["stock"], &figures[1]["stock"]), (&Value::from(10), &Value::from(20)));
    let _imported = shop.run(&import).await.success();
    converges(&shop).await;
}

async fn before_wanted_levels_are_committed(database: TestDatabase) {
    dies_and_converges(&database, "before_t1").await;
}

async fn before_a_claim_is_committed(database: TestDatabase) {
    dies_and_converges(&database, "before_t2").await;
}

async fn before_the_request_leaves(database: TestDatabase) {
    dies_and_converges(&database, "before_http").await;
}

async fn before_the_outcome_is_recorded(database: TestDatabase) {
    dies_and_converges(&database, "before_t3").await;
}

async fn before_the_feed_is_closed(database: TestDatabase) {
    dies_and_converges(&database, "before_t4").await;
}

/// A schema is there as a whole or not at all, so that the next start finds one that it knows.
async fn within_a_migration(database: TestDatabase) {
    let shop = Shop::with(&database.url, Default::default(), SETTLE).await;
    let versions = "SELECT COUNT(*) FROM seaql_migrations";
    for point in ["within_schema", "within_schema:4", "within_schema:8"] {
        let died = shop.run_with(&["figures"], &[("TRUEUP_CRASH_AT", point)]).await;
        assert_eq!(died.code, None, "{point}: {died:#?}");
        assert_eq!(Books::open(&database.url).await.counted(versions).await, None, "{point}");
    }
    shop.stock_three().await;
    assert!(Books::open(&database.url).await.number(versions).await >= 8);
    shop.import("stock", "product_code,quantity\nA,4\nB,5\n").await;
    converges(&shop).await;
}

async fn dies_and_converges(database: &TestDatabase, point: &str) {
    let shop = told(database).await;
    shop.import("stock", "product_code,quantity\nA,4\nB,5\n").await;
    let died = shop.run_with(&["send", CHANNEL], &[("TRUEUP_CRASH_AT", point)]).await;
    assert_eq!(died.code, None, "{point}: {died:#?}");
    converges(&shop).await;
}

/// Sends until nothing is owed. On PostgreSQL the dead process's lease has to run out first, and so
/// has the time within which it could still have sent, were it only asleep: two minutes.
async fn converges(shop: &Shop) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(240);
    loop {
        let _fed = shop.send("differential").await;
        let status = shop.status().await;
        let is_clean = status["clean"] == 3 && status["unresolved"] == 0 && status["dirty"] == 0;
        let feeds = shop.json(&["feeds"]).await;
        let feeds = feeds.as_array().expect("an array");
        let is_over = feeds.iter().all(|feed| feed["state"] != "running");
        if is_clean && is_over {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{status:#}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let shown = ["A", "B", "C"].map(|code| shop.on_hand(code));
    assert_eq!(shown, [Some(4), Some(5), Some(30)]);
    let feeds = shop.json(&["feeds"]).await;
    for feed in feeds.as_array().expect("an array") {
        let sum: u64 = ["accepted", "pending", "rejected", "unknown", "superseded", "parked"]
            .iter()
            .filter_map(|outcome| feed[outcome].as_u64())
            .sum();
        assert_eq!(feed["planned"], Value::from(sum), "{feed:#}");
    }
}
