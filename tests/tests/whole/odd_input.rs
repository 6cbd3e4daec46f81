//! Bad input gets a clear error, and nothing is lost or half applied.

use serde_json::Value;
use trueup_testbed::TestDatabase;
use trueup_tests::Shop;

async fn shop() -> (Shop, TestDatabase) {
    let database = TestDatabase::sqlite();
    let shop = Shop::open(&database.url).await;
    shop.stock_three().await;
    (shop, database)
}

async fn stock_of_a(shop: &Shop) -> Value {
    shop.json(&["figures", "A"]).await[0]["stock"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_that_are_none_are_refused_with_row_and_column() {
    let (shop, _database) = shop().await;
    for odd in ["-5", "1e9", "\"1,5\"", "NaN", "inf", "0x10", "", "1.00001", "99999999999"] {
        let file = shop.write("odd.csv", &format!("product_code,quantity\nB,7\nA,{odd}\n"));
        let imported = shop.run(&["import", "stock", &file]).await;
        assert_eq!(imported.code, Some(1), "{odd}: {imported:#?}");
        let said = format!("{}{}", imported.stdout, imported.stderr);
        assert!(said.contains("quantity") && said.contains('3'), "{odd}: {said}");
        assert_eq!(stock_of_a(&shop).await, Value::from(10), "{odd}");
        assert_eq!(shop.json(&["figures", "B"]).await[0]["stock"], Value::from(20), "{odd}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fractions_and_numbers_above_32_bits_are_kept_exactly_and_sent_within_limits() {
    let (shop, _database) = shop().await;
    shop.import("stock", "product_code,quantity\nA,7.9\nB,3000000000\n").await;
    assert_eq!(stock_of_a(&shop).await, Value::from(7.9));
    assert_eq!(shop.json(&["figures", "B"]).await[0]["stock"], Value::from(3_000_000_000_u64));
    let _fed = shop.send("true_up").await.success();
    assert_eq!(shop.on_hand("A"), Some(7));
    assert_eq!(shop.on_hand("B"), Some(i64::from(i32::MAX)));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_product_codes_travel_unchanged() {
    let (shop, _database) = shop().await;
    let codes =
        ["007", "two  blanks", " edge ", "it's \"quoted\"", "emoji 🪑", "Ümläut", "a,b;c", "1e5"];
    let quote = |code: &str| format!("\"{}\"", code.replace('"', "\"\""));
    let rows: String = codes.iter().map(|code| format!("{},wayfair_us\n", quote(code))).collect();
    shop.import("products", &format!("product_code,marketplaces\n{rows}")).await;
    let rows: String = codes.iter().map(|code| format!("{},11\n", quote(code))).collect();
    shop.import("stock", &format!("product_code,quantity\n{rows}")).await;
    let _fed = shop.send("true_up").await.success();
    for code in codes {
        assert_eq!(shop.on_hand(code), Some(11), "{code}");
    }
    let long = "x".repeat(10_000);
    let file = shop.write("long.csv", &format!("product_code\n{long}\n"));
    let imported = shop.run(&["import", "products", &file]).await;
    assert_eq!(imported.code, Some(1));
    let said = format!("{}{}", imported.stdout, imported.stderr);
    assert!(said.contains("10000") && said.len() < 2_000, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_change_nothing() {
    let (shop, _database) = shop().await;
    let broken = [
        ("empty.csv", ""),
        ("header.csv", "product_code,colour,quantity\nA,red,5\n"),
        ("missing.csv", "product_code\nA\n"),
        ("twice.csv", "product_code,quantity\nA,5\nA,6\n"),
        ("short.csv", "product_code,location,quantity\nA,MAIN,5\nB,MA"),
        ("quote.csv", "product_code,quantity\n\"A,5\n"),
        ("cut.json", "[{\"product_code\":\"A\",\"quantity\":5},{\"product"),
        ("not.xlsx", "this is no workbook"),
        ("unknown.csv", "product_code,quantity\nA,5\nNOBODY,6\n"),
    ];
    for (name, text) in broken {
        let file = shop.write(name, text);
        let imported = shop.run(&["import", "stock", &file]).await;
        assert_eq!(imported.code, Some(1), "{name}: {imported:#?}");
        assert!(format!("{}{}", imported.stdout, imported.stderr).contains(name), "{imported:#?}");
        assert_eq!(stock_of_a(&shop).await, Value::from(10), "{name}");
    }
    let gone = shop.run(&["import", "stock", "/nowhere/stock.csv"]).await;
    assert_eq!(gone.code, Some(1), "{gone:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn good_rows_of_a_bad_file_are_taken_only_on_request() {
    let (shop, _database) = shop().await;
    let file = shop.write("mixed.csv", "product_code,quantity\nA,5\nB,many\nC,6\n");
    let refused = shop.run(&["import", "stock", &file, "--format", "json"]).await;
    assert_eq!(refused.code, Some(1));
    assert_eq!(stock_of_a(&shop).await, Value::from(10));
    let arguments = ["import", "stock", &file, "--skip-bad-rows", "--format", "json"];
    let report = shop.run(&arguments).await.success().json();
    let counts = ["read", "applied", "unchanged", "rejected"].map(|key| report[0][key].clone());
    assert_eq!(counts, [3, 2, 0, 1].map(Value::from));
    assert_eq!(stock_of_a(&shop).await, Value::from(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_told_all_at_once_and_never_show_a_secret() {
    let (shop, _database) = shop().await;
    shop.write("trueup.toml", "databse = \"sqlite://x.db\"\ntime_zone = \"Mars/Base\"\n");
    let text = "marketplace = \"wayfair\"\nenabled = \"maybe\"\n[schedule]\ntrue_up = { at = [\"25:00\"] }\n\
        [locations]\nMAIN = \"81454\"\n[settings]\nclient_id = 5\nclient_secret = [\"hunter2-canary\"]\nclient_sceret = \"hunter3-canary\"\n";
    shop.write("channels/wayfair_us.toml", text);
    let checked = shop.run(&["check"]).await;
    assert_eq!(checked.code, Some(2), "{checked:#?}");
    let said = format!("{}{}", checked.stdout, checked.stderr);
    for key in ["databse", "time_zone", "enabled", "client_id", "client_secret", "client_sceret"] {
        assert!(said.contains(key), "{key} is not named: {said}");
    }
    assert!(!said.contains("canary"), "{said}");
}
