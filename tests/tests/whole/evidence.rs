//! The evidence: what was told to whom, when, and proof that nobody changed the record.

use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop, execute};

on_each_database!(
    the_journal_proves_what_was_told_until_somebody_changes_it,
    an_audit_finds_what_was_changed_by_hand_and_the_next_feed_tells_it,
);

async fn the_journal_proves_what_was_told_until_somebody_changes_it(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _fed = shop.send("true_up").await.success();
    shop.import("stock", "product_code,quantity\nA,4\n").await;
    let _fed = shop.send("differential").await.success();

    let checks = shop.json(&["journal", "verify"]).await;
    let checks = checks.as_array().expect("an array");
    assert_eq!(checks.len(), 2, "{checks:#?}");
    assert!(checks.iter().all(|check| check["broken"].is_null()), "{checks:#?}");
    let noted = shop.status().await["journal"].clone();
    let noted = format!("{}:{}", noted["sequence"], noted["hash"].as_str().expect("a hash"));

    let told = shop.json(&["journal", "export", CHANNEL, "A"]).await;
    let told = told.as_array().expect("an array");
    let quantities: Vec<_> = told.iter().map(|told| told["quantity"].as_i64()).collect();
    assert_eq!(quantities, [Some(10), Some(4)]);
    for told in told {
        assert_eq!(told["outcome"], "accepted", "{told:#}");
        assert!(told["handle"].is_string() && told["sent_entry"]["hash"].is_string(), "{told:#}");
    }
    assert!(told[0]["inputs"]["sequence"].as_i64() < told[1]["inputs"]["sequence"].as_i64());

    let known = shop.run(&["journal", "verify", CHANNEL, "--noted", &noted]).await.success();
    assert!(known.stdout.contains(CHANNEL), "{known:#?}");
    execute(&database.url, "UPDATE batch_body SET body = REPLACE(body, ',4,', ',9,')").await;
    let found = shop.run(&["journal", "verify", CHANNEL]).await;
    assert_eq!(found.code, Some(1), "{found:#?}");
    assert!(found.stderr.contains("the digest of the body of batch tu"), "{found:#?}");
}

async fn an_audit_finds_what_was_changed_by_hand_and_the_next_feed_tells_it(
    database: TestDatabase,
) {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _fed = shop.send("true_up").await.success();
    let clean = shop.json(&["audit"]).await;
    assert_eq!((&clean[0]["defects"], &clean[0]["products"]), (&0.into(), &3.into()), "{clean:#}");

    execute(&database.url, "UPDATE stock SET quantity = 20000 WHERE quantity = 100000").await;
    execute(&database.url, "UPDATE delivery SET ack_quantity = 1 WHERE want_quantity = 20").await;
    let found = shop.run(&["audit", CHANNEL, "--format", "json"]).await;
    assert_eq!(found.code, Some(1), "{found:#?}");
    let audit = &found.json()[0];
    assert_eq!(audit["found"]["false_clean"], 1, "{audit:#}");
    assert_eq!(audit["found"]["lost_mark"], 1, "{audit:#}");
    assert!(found.stderr.contains("2 defects found and healed"), "{found:#?}");
    assert_eq!(shop.status().await["defects"], 2);
    let _fed = shop.send("differential").await.success();
    assert_eq!((shop.on_hand("A"), shop.on_hand("B")), (Some(2), Some(20)));
    let _clean_again = shop.run(&["audit"]).await.success();
}
