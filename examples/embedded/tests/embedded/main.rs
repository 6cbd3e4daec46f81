//! The example as its readers run it: the built program, its settings, real sockets.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod settings;
mod shop;

use serde_json::{Value, json};
use trueup_quickbooks_desktop_sandbox::Ending;
use trueup_testbed::{TestDatabase, on_each_database};

use crate::shop::Shop;

on_each_database!(
    what_is_stocked_and_sold_reaches_both_marketplaces,
    what_cannot_be_meant_is_refused_and_changes_nothing,
);

fn article(code: &str, pieces: u32) -> Value {
    let channels = ["wayfair_us", "quickbooks"];
    json!({ "code": code, "title": "Something", "pieces": pieces, "channels": channels })
}

fn sale(article: &str, pieces: u32) -> Value {
    json!({ "article": article, "pieces": pieces })
}

/// Has the Web Connector call until the company file has these quantities.
async fn until_quickbooks_has(shop: &Shop, lamps: &str, chairs: &str) {
    let is_told = async |shop: &Shop| {
        let ending = shop.quickbooks.visit().await.ending;
        assert!(matches!(ending, Ending::Done | Ending::NoWork), "{ending:?}");
        let state = shop.quickbooks.state();
        (state.on_hand("Lamp"), state.on_hand("Chair")) == (Some(lamps), Some(chairs))
    };
    shop.until("QuickBooks has the numbers", is_told).await;
}

async fn what_is_stocked_and_sold_reaches_both_marketplaces(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.tell("/articles", &article("Lamp", 10)).await;
    shop.tell("/articles", &article("Chair", 4)).await;
    let figures = [("Chair".to_owned(), Some(4)), ("Lamp".to_owned(), Some(10))];
    shop.until("figures", async |shop| shop.available().await == figures).await;
    shop.until("Wayfair", async |shop| {
        (shop.shown_at_wayfair("Lamp"), shop.shown_at_wayfair("Chair")) == (Some(10), Some(4))
    })
    .await;
    until_quickbooks_has(&shop, "10", "4").await;

    shop.tell("/sales", &sale("Lamp", 3)).await;
    shop.tell("/sales", &sale("Chair", 9)).await;
    let figures = [("Chair".to_owned(), Some(0)), ("Lamp".to_owned(), Some(7))];
    shop.until("fewer", async |shop| shop.available().await == figures).await;
    shop.until("fewer at Wayfair", async |shop| {
        (shop.shown_at_wayfair("Lamp"), shop.shown_at_wayfair("Chair")) == (Some(7), Some(0))
    })
    .await;
    until_quickbooks_has(&shop, "7", "0").await;
    let status = shop.get("/status").await;
    assert_eq!(status.as_array().unwrap().len(), 2, "{status:#}");
    assert!(shop.end("TERM").await.success(), "SIGTERM ends it with 0");
}

async fn what_cannot_be_meant_is_refused_and_changes_nothing(database: TestDatabase) {
    let shop = Shop::open(&database.url).await;
    shop.tell("/articles", &article("Lamp", 10)).await;
    let figures = [("Lamp".to_owned(), Some(10))];
    shop.until("figures", async |shop| shop.available().await == figures).await;
    let elsewhere = json!({ "code": "A", "title": "", "pieces": 1, "channels": ["ebay"] });
    for (path, body, status, words) in [
        ("/sales", "{\"article\": \"La".to_owned(), 400, "EOF"),
        ("/sales", sale("Chair", 1).to_string(), 404, "no article `Chair`"),
        ("/sales", sale("Lamp", 0).to_string(), 422, "pieces"),
        ("/sales", json!({ "article": "Lamp" }).to_string(), 422, "missing field `pieces`"),
        ("/articles", article("Lamp", 1).to_string().replace('1', "-1"), 422, "pieces"),
        ("/articles", article("Lamp", 1).to_string().replace('1', "0.5"), 422, "pieces"),
        ("/articles", article(" ", 1).to_string(), 422, "product code is missing"),
        ("/articles", elsewhere.to_string(), 422, "no channel `ebay`; there are: quickbooks"),
        ("/polled/nobody", String::new(), 404, ""),
    ] {
        let answer = shop.post(path, &body).await;
        assert_eq!(answer.0, status, "{body}: {}", answer.1);
        assert!(answer.1.contains(words), "{body}: {}", answer.1);
    }
    shop.tell("/sales", &sale("Lamp", 1)).await;
    let figures = [("Lamp".to_owned(), Some(9))];
    shop.until("nothing else was booked", async |shop| shop.available().await == figures).await;
    assert!(shop.end("INT").await.success(), "Ctrl-C ends it with 0");
}

#[tokio::test]
async fn the_web_connector_learns_where_to_call() {
    let database = TestDatabase::sqlite();
    let shop = Shop::open(&database.url).await;
    let wsdl = shop.try_get("/polled/quickbooks?wsdl").await.unwrap();
    assert!(wsdl.contains("sendRequestXML"), "{wsdl}");
    assert!(wsdl.contains(&format!("{}/polled/quickbooks", shop.root())), "{wsdl}");
}

#[tokio::test]
async fn a_wrong_password_gets_no_numbers() {
    let database = TestDatabase::sqlite();
    let shop = Shop::open(&database.url).await;
    shop.tell("/articles", &article("Lamp", 10)).await;
    shop.quickbooks.set_mode("password=guessed").unwrap();
    assert_eq!(shop.quickbooks.visit().await.ending, Ending::NotValidUser);
    assert_eq!(shop.quickbooks.state().on_hand("Lamp"), None);
}
