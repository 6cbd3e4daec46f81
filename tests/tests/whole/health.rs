//! Whoever watches from outside learns that a channel went silent, although nothing of ours runs.

use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop, execute};

on_each_database!(a_dead_daemon_is_told_by_whoever_asks);

const SCHEDULE: &str = "[schedule]\ndifferential = { every = \"30m\" }\n";

async fn a_dead_daemon_is_told_by_whoever_asks(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.write_channel(CHANNEL, SCHEDULE, "");
    shop.stock_three().await;
    let _fed = shop.send("differential").await.success();
    let well = shop.run(&["health", "--format", "json"]).await.success().json();
    assert_eq!(well[0]["healthy"], true, "{well:#}");
    // Two hours pass in which nobody feeds.
    execute(&database.url, "UPDATE feed SET finished_at = finished_at - 7200000000").await;
    let asked = shop.run(&["health"]).await;
    assert_eq!(asked.code, Some(1), "{}", asked.stderr);
    assert!(asked.stdout.contains(CHANNEL) && asked.stdout.contains("1h is allowed"));
    assert!(asked.stderr.contains("1 channel not well"), "{}", asked.stderr);
}
