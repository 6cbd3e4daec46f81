//! Two programs on one database.

use std::time::Duration;

use serde_json::Value;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop};

on_each_database!(
    two_runners_share_a_channel_and_send_every_change_once,
    two_programs_may_create_one_database_together,
);

const PATIENCE: Duration = Duration::from_secs(60);
const SCHEDULE: &str = "[schedule]\ndifferential = { every = \"10s\" }\n";

async fn two_runners_share_a_channel_and_send_every_change_once(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    shop.write_channel(CHANNEL, SCHEDULE, "");
    let mut first = shop.start(&["run"]);
    let mut second = shop.start(&["run"]);
    shop.until("all three are shown", PATIENCE, |shop| shop.on_hand("C") == Some(30)).await;
    shop.import("stock", "product_code,quantity\nA,9\n").await;
    shop.until("the change is shown", PATIENCE, |shop| shop.on_hand("A") == Some(9)).await;
    assert!(first.terminate().success());
    assert!(second.terminate().success());

    let feeds = shop.json(&["feeds", "--limit", "100"]).await;
    let feeds = feeds.as_array().expect("an array");
    let sent: u64 = feeds.iter().filter_map(|feed| feed["planned"].as_u64()).sum();
    assert_eq!(sent, 4, "three first numbers and one change: {feeds:#?}");
    let saves = shop.sandbox.calls().saves;
    assert_eq!(saves, 2, "{feeds:#?}");
}

async fn two_programs_may_create_one_database_together(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    let runs = [(); 4].map(|()| shop.run(&["figures", "--format", "json"]));
    let [a, b, c, d] = runs;
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    for run in [a, b, c, d] {
        assert_eq!(run.success().json(), Value::Array(Vec::new()));
    }
}
