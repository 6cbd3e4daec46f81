//! A database that was restored or copied tells nobody anything before a person answers for it.

use std::fs;
use std::path::{Path, PathBuf};

use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop, WHOLE, copy_database, execute};

on_each_database!(a_copy_tells_nobody_until_it_is_adopted);

#[test]
fn an_older_file_put_back_tells_nobody_until_it_is_adopted() {
    trueup_testbed::on_sqlite(an_older_file_put_back);
}

async fn an_older_file_put_back(database: TestDatabase) {
    let shop = fed(&database).await;
    let file = database.folder.path().join("trueup.db");
    execute(&database.url, WHOLE).await;
    let backup = fs::read(&file).expect("nobody writes now");
    shop.import("stock", "product_code,quantity\nA,4\n").await;
    let _fed = shop.send("differential").await.success();
    fs::write(&file, backup).expect("the same file, as it was");
    for log in ["trueup.db-wal", "trueup.db-shm"] {
        let _gone_already = fs::remove_file(database.folder.path().join(log));
    }

    let refused = refuses(&shop).await;
    assert!(refused.contains("lacks what this host has seen"), "{refused}");
    shop.import("stock", "product_code,quantity\nA,3\n").await;
    adopt(&shop).await;
    assert_eq!(shop.on_hand("A"), Some(3));
}

async fn a_copy_tells_nobody_until_it_is_adopted(database: TestDatabase) {
    let shop = fed(&database).await;
    let address = copy_database(&database).await;
    shop.write("trueup.toml", &format!("database = \"{address}\"\n"));
    copy_record(&database);
    let refused = refuses(&shop).await;
    assert!(refused.contains("it was copied or restored"), "{refused}");

    shop.write("trueup.toml", &format!("database = \"{}\"\n", database.url));
    shop.import("stock", "product_code,quantity\nA,9\n").await;
    let _the_original_goes_on = shop.send("differential").await.success();
    assert_eq!(shop.on_hand("A"), Some(9));

    shop.write("trueup.toml", &format!("database = \"{address}\"\n"));
    shop.import("stock", "product_code,quantity\nA,6\n").await;
    adopt(&shop).await;
    assert_eq!(shop.on_hand("A"), Some(6));
}

/// A shop that has told its three numbers.
async fn fed(database: &TestDatabase) -> Shop {
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    let _fed = shop.send("true_up").await.success();
    shop
}

/// Whoever copies a folder copies the file that guards the database as well.
fn copy_record(database: &TestDatabase) {
    let beside = |name: &str| -> PathBuf { database.folder.path().join(name) };
    let record: &Path = &beside("trueup.db.instance");
    if record.exists() {
        let _bytes = fs::copy(record, beside("copy.db.instance")).expect("a file can be copied");
    }
}

/// Nothing is sent, by command or by schedule; what reads goes on, and says why.
async fn refuses(shop: &Shop) -> String {
    let before = shop.shown().feeds.len();
    for arguments in [&["send", CHANNEL][..], &["send", CHANNEL, "--feed", "true_up"], &["run"]] {
        let refused = shop.run(arguments).await;
        assert_eq!(refused.code, Some(1), "{refused:#?}");
        assert!(refused.stderr.contains("`trueup adopt --inputs-are-fresh`"), "{refused:#?}");
    }
    assert_eq!(shop.shown().feeds.len(), before, "nothing was sent");
    let problem = shop.status().await["problem"].clone();
    let unconfirmed = shop.run(&["adopt"]).await;
    assert_eq!(unconfirmed.code, Some(2), "{unconfirmed:#?}");
    problem.as_str().expect("status says why nothing is sent").to_owned()
}

/// Every number is told again after a person has answered for the inputs.
async fn adopt(shop: &Shop) {
    let adopted = shop.run(&["adopt", "--inputs-are-fresh"]).await.success();
    assert!(adopted.stdout.contains("3 listings will be told again"), "{adopted:#?}");
    let _fed = shop.send("differential").await.success();
    assert_eq!(shop.latest_lines().await.len(), 3, "everything is told again");
    let checks = shop.json(&["journal", "verify"]).await;
    let checks = checks.as_array().expect("an array");
    assert!(checks.iter().all(|check| check["broken"].is_null()), "{checks:#?}");
}
