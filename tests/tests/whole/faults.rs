//! What Wayfair and the way to it can do wrong.

use std::time::Duration;

use serde_json::Value;
use trueup_testbed::TestDatabase;
use trueup_tests::{CHANNEL, Shop};
use trueup_wayfair_sandbox::Options;

/// After an unclear outcome, how long the lost request could still arrive.
const SETTLE: &str = "settle_seconds = 1";

async fn stocked(options: Options) -> (Shop, TestDatabase) {
    let database = TestDatabase::sqlite();
    let shop = Shop::with(&database.url, options, SETTLE).await;
    shop.stock_three().await;
    (shop, database)
}

/// Sends until nothing is owed any more; a new feed may have to wait for suspects to settle.
async fn settled(shop: &Shop) -> Value {
    for _ in 0..20 {
        let _fed = shop.send("differential").await;
        let status = shop.status().await;
        if status["clean"] == status["listings"] && status["unresolved"] == 0 {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("not settled: {:#}", shop.status().await);
}

#[track_caller]
fn all_three_are_shown(shop: &Shop) {
    let shown = ["A", "B", "C"].map(|code| shop.on_hand(code));
    assert_eq!(shown, [Some(10), Some(20), Some(30)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_lines_unknown_and_confirms_them_again() {
    let (shop, _database) = stocked(Options::default().with("lost_answer=next")).await;
    let fed = shop.send("differential").await;
    assert_eq!(fed.code, Some(1), "{fed:#?}");
    let lines = shop.latest_lines().await;
    assert!(lines.iter().all(|(_, _, outcome)| outcome == "unknown"), "{lines:?}");
    assert_eq!(shop.status().await["unresolved"], Value::from(3));

    let status = settled(&shop).await;
    assert_eq!(status["exposure"], Value::from(0));
    all_three_are_shown(&shop);
    // Once for the lost answer, once for the answer, once more after the settle time.
    assert!(shop.sandbox.calls().saves >= 3, "{:?}", shop.sandbox.calls());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_prove_nothing_are_not_believed() {
    for fault in ["html_200=next", "truncated_body=next", "server_error_applied=next"] {
        let (shop, _database) = stocked(Options::default().with(fault)).await;
        let fed = shop.send("differential").await;
        assert_eq!(fed.code, Some(1), "{fault}: {fed:#?}");
        let lines = shop.latest_lines().await;
        assert!(lines.iter().all(|(_, _, outcome)| outcome != "accepted"), "{fault}: {lines:?}");
        let _status = settled(&shop).await;
        all_three_are_shown(&shop);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_null_with_errors_is_a_refusal_in_the_marketplaces_words() {
    let (shop, _database) = stocked(Options::default().with("data_null=next")).await;
    let fed = shop.send("differential").await;
    assert_eq!(fed.code, Some(1), "{fed:#?}");
    let lines = shop.latest_lines().await;
    assert!(lines.iter().all(|(_, _, outcome)| outcome != "accepted"), "{lines:?}");
    let _status = settled(&shop).await;
    all_three_are_shown(&shop);
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_delays_and_loses_nothing() {
    for form in ["header", "no_header", "ok_200"] {
        let options = Options::default()
            .with("throttle=next")
            .with(&format!("throttle_form={form}"))
            .with("retry_after=1");
        let (shop, _database) = stocked(options).await;
        let fed = shop.send("differential").await.success().json();
        assert_eq!(fed["accepted"], Value::from(3), "{form}: {fed:#}");
        all_three_are_shown(&shop);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_between_batches_is_renewed() {
    let (shop, _database) = stocked(Options::default().with("token_expired_after=1")).await;
    let rows: String = (0..1200).map(|n| format!("P{n},wayfair_us\n")).collect();
    shop.import("products", &format!("product_code,marketplaces\n{rows}")).await;
    let rows: String = (0..1200).map(|n| format!("P{n},{n}\n")).collect();
    shop.import("stock", &format!("product_code,quantity\n{rows}")).await;
    let fed = shop.send("differential").await.success().json();
    assert_eq!(fed["accepted"], Value::from(1203), "{fed:#}");
    let calls = shop.sandbox.calls();
    assert!(calls.token >= 2 && calls.saves >= 3, "{calls:?}");
    assert_eq!(shop.on_hand("P1199"), Some(1199));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_rejected_line_among_500_holds_up_no_other() {
    let options = Options::default().with("reject_part=P250");
    let database = TestDatabase::sqlite();
    let shop = Shop::with(&database.url, options, SETTLE).await;
    let rows: String = (0..500).map(|n| format!("P{n},wayfair_us\n")).collect();
    shop.import("products", &format!("product_code,marketplaces\n{rows}")).await;
    let rows: String = (0..500).map(|n| format!("P{n},{n}\n")).collect();
    shop.import("stock", &format!("product_code,quantity\n{rows}")).await;

    let sent = shop.send("true_up").await;
    assert_eq!(sent.code, Some(1), "{sent:#?}");
    let fed = sent.json();
    assert_eq!((&fed["accepted"], &fed["rejected"]), (&Value::from(499), &Value::from(1)));
    let status = shop.status().await;
    assert_eq!((&status["clean"], &status["parked"]), (&Value::from(499), &Value::from(1)));

    let again = shop.send("differential").await.success().json();
    assert_eq!(again["planned"], Value::from(0), "a parked line is not sent over and over");
    shop.sandbox.reset_modes();
    let _retried = shop.run(&["retry", CHANNEL, "P250"]).await.success();
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("P250"), Some(250));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_supplier_id_is_named_and_its_lines_are_parked() {
    let (shop, _database) = stocked(Options::default()).await;
    let settings = shop.sandbox.channel_settings();
    shop.write(
        "channels/wayfair_us.toml",
        &format!(
            "marketplace = \"wayfair\"\n[locations]\nMAIN = \"999\"\n\n{settings}\n{SETTLE}\n"
        ),
    );
    let fed = shop.send("true_up").await;
    assert_eq!(fed.code, Some(1), "{fed:#?}");
    assert!(fed.stderr.contains("Invalid supplier id"), "{fed:#?}");
    assert_eq!(shop.status().await["parked"], Value::from(3));

    shop.write_channel(CHANNEL, "", SETTLE);
    let _fed = shop.send("true_up").await.success();
    all_three_are_shown(&shop);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_confirmation_lines_are_submitted_and_say_so() {
    let (shop, _database) = stocked(Options::default().with("no_transactions")).await;
    let fed = shop.send("true_up").await.success().json();
    assert_eq!((&fed["accepted"], &fed["pending"]), (&Value::from(3), &Value::from(0)));
    let detail = shop.json(&["feed", &fed["feed"].to_string()]).await;
    let line = &detail["lines"][0];
    assert_eq!(line["confirmed"], Value::from(false), "{line:#}");
    let reason = line["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("not confirmed"), "{line:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_true_up_that_is_too_large_is_refused_whole() {
    let database = TestDatabase::sqlite();
    let options = Options::default().with("environment=sandbox");
    let shop = Shop::with(&database.url, options, "").await;
    let rows: String = (0..501).map(|n| format!("P{n},wayfair_us\n")).collect();
    shop.import("products", &format!("product_code,marketplaces\n{rows}")).await;
    let rows: String = (0..501).map(|n| format!("P{n},{n}\n")).collect();
    shop.import("stock", &format!("product_code,quantity\n{rows}")).await;
    let sent = shop.send("true_up").await;
    assert_eq!(sent.code, Some(1), "{sent:#?}");
    assert!(sent.stderr.contains("501") && sent.stderr.contains("500"), "{sent:#?}");
    let differential = shop.send("differential").await;
    assert_eq!(differential.code, Some(1), "{differential:#?}");
    assert_eq!(shop.sandbox.calls().saves, 0);
}
