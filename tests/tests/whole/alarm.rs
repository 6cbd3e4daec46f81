//! Nobody is left to find out by themselves that a channel went silent.

use std::time::Duration;

use serde_json::Value;
use trueup_testbed::TestDatabase;
use trueup_tests::{CHANNEL, Shop};

const PATIENCE: Duration = Duration::from_secs(60);
/// The channel is fed every ten seconds, and eleven seconds old is too old.
const IMPATIENT: &str = "[schedule]\ndifferential = { every = \"10s\" }\nfreshness = \"11s\"\n";

/// The alarms that the command wrote down, a line each.
fn heard(shop: &Shop) -> Vec<Value> {
    let told = std::fs::read_to_string(shop.folder().join("alarms")).unwrap_or_default();
    told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_fed_no_more_is_an_alarm_and_its_recovery_is_told() {
    let database = TestDatabase::sqlite();
    let shop = Shop::open(&database.url).await;
    let alarms = shop.folder().join("alarms").display().to_string();
    shop.write(
        "trueup.toml",
        &format!(
            "database = \"{}\"\n[alarm]\ncommand = [\"/bin/sh\", \"-c\", \
             \"cat >> '{alarms}'; echo >> '{alarms}'\"]\n",
            database.url
        ),
    );
    shop.write_channel(CHANNEL, IMPATIENT, "");
    shop.stock_three().await;
    let _fed = shop.send("differential").await.success();
    let _paused = shop.run(&["pause", CHANNEL]).await.success();
    let mut runner = shop.start(&["run"]);
    shop.until("the silence is told", PATIENCE, |shop| !heard(shop).is_empty()).await;
    let alarm = &heard(&shop)[0];
    assert_eq!((&alarm["notice"], &alarm["channel"]), (&"missed".into(), &CHANNEL.into()));
    assert_eq!(alarm["freshness_objective_seconds"], 11);
    let age = alarm["freshness_seconds"].as_i64();
    assert!(age.is_some_and(|age| (12..22).contains(&age)), "within one objective: {alarm:#}");
    let status = shop.status().await;
    assert_eq!(status["freshness_missed"], true, "{status:#}");
    let shown = shop.run(&["status"]).await.success();
    assert!(shown.stdout.contains("not fresh: wayfair_us:"), "{}", shown.stdout);

    let _resumed = shop.run(&["resume", CHANNEL]).await.success();
    let is_fresh = |shop: &Shop| heard(shop).iter().any(|alarm| alarm["notice"] == "fresh");
    shop.until("the recovery is told", PATIENCE, is_fresh).await;
    let told = heard(&shop).len();
    assert!(told <= 6, "said once per objective, and not with every look: {told}");
    assert_eq!(shop.status().await["freshness_missed"], false);
    assert!(runner.terminate().success());
}
