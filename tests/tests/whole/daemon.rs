//! `trueup run`: by itself, through kills, and to a graceful end.

use std::time::Duration;

use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop};
use trueup_wayfair_sandbox::Options;

on_each_database!(
    schedules_run_by_themselves_and_survive_kills,
    a_paused_channel_rests_until_it_is_resumed,
);

const PATIENCE: Duration = Duration::from_secs(90);
/// On PostgreSQL a killed sender might only be asleep: its request is doubted until its deadline of
/// two minutes and the settle time have passed, and confirmed by the feed after that.
const RESOLVED: Duration = Duration::from_secs(150);
const SCHEDULE: &str = "[schedule]\ndifferential = { every = \"10s\" }\n";
const SETTLE: &str = "settle_seconds = 1";

async fn schedules_run_by_themselves_and_survive_kills(database: TestDatabase) {
    let options = Options::default().with("slow=200").with("lost_answer=0.2").seed(7);
    let shop = Shop::with(&database.url, options, SETTLE).await;
    shop.write_channel(CHANNEL, SCHEDULE, SETTLE);
    shop.stock_three().await;
    for (round, pause) in [150, 400, 900].into_iter().enumerate() {
        let mut runner = shop.start(&["run"]);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let quantity = 100 + round;
        shop.import("stock", &format!("product_code,quantity\nA,{quantity}\n")).await;
        runner.kill();
    }
    let mut runner = shop.start(&["run"]);
    shop.until("the last number is shown", PATIENCE, |shop| shop.on_hand("A") == Some(102)).await;
    shop.until("nothing is lost", PATIENCE, |shop| shop.on_hand("C") == Some(30)).await;
    shop.sandbox.reset_modes();
    let deadline = tokio::time::Instant::now() + RESOLVED;
    loop {
        let status = shop.status().await;
        if status["clean"] == 3 && status["unresolved"] == 0 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{status:#}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(runner.terminate().success(), "SIGTERM ends it with 0");
    assert_eq!(shop.on_hand("A"), Some(102));
}

async fn a_paused_channel_rests_until_it_is_resumed(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _paused = shop.run(&["pause", CHANNEL]).await.success();
    let refused = shop.send("differential").await;
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    assert!(refused.stderr.contains("trueup resume"), "{refused:#?}");
    assert_eq!(shop.sandbox.calls().saves, 0);
    let _resumed = shop.run(&["resume", CHANNEL]).await.success();
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("A"), Some(10));
}
