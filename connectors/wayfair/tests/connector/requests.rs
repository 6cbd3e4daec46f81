//! The bytes that travel.

use trueup_marketplace::{Arrival, Batch, ErrorKind, FeedKind, Level, Marketplace, Method};

use crate::support::{
    Scripted, answer, batch, json, line, line_at, parts, saved, submit_over, wayfair,
};

async fn body(settings: &str, batch: &Batch) -> Result<String, trueup_marketplace::Error> {
    let wayfair = wayfair(settings);
    let wire = Scripted::new(&wayfair, []);
    let context = trueup_marketplace::Context::calling(&wire, jiff::Timestamp::UNIX_EPOCH);
    let prepared = wayfair.prepare(batch, &context).await?;
    assert!(wire.sent().is_empty(), "preparing sends nothing");
    Ok(String::from_utf8(prepared.body.to_vec()).unwrap())
}

const GOLDEN: &str = concat!(
    r#"{"query":"mutation SaveInventory($inventory: [inventoryInput!]!, $feedKind: "#,
    r#"inventoryFeedKind, $dryRun: Boolean) { inventory { save(inventory: $inventory, feedKind: "#,
    r#"$feedKind, dryRun: $dryRun) { handle status errorCount errors(limit: 4) { key message } } "#,
    r#"} }","variables":{"feedKind":"TRUE_UP","dryRun":false,"inventory":["#,
    r#"{"supplierId":81454,"supplierPartNumber":"CHAIR-OAK-01","quantityOnHand":95,"#,
    r#""quantityBackordered":0,"quantityOnOrder":0,"discontinued":false},"#,
    r#"{"supplierId":81852,"supplierPartNumber":"CHAIR-OAK-01","quantityOnHand":42,"#,
    r#""quantityBackordered":0,"quantityOnOrder":5,"discontinued":true},"#,
    r#"{"supplierId":81454,"supplierPartNumber":"LAMP \"7\"","quantityOnHand":0,"#,
    r#""quantityBackordered":3,"quantityOnOrder":3,"#,
    r#""itemNextAvailabilityDate":"12-31-2026 00:00:00","discontinued":false}]}}"#
);

fn three_lines() -> Batch {
    let mut lines = vec![
        line_at(1, "81454", "CHAIR-OAK-01", 95),
        line_at(2, "81852", "CHAIR-OAK-01", 42),
        line_at(3, "81454", "LAMP \"7\"", 0),
    ];
    lines[1].level = Level { on_orders: 5, discontinued: true, ..lines[1].level };
    lines[2].level = Level {
        on_orders: 3,
        backordered: 3,
        next_available_on: Some(jiff::civil::date(2026, 12, 31)),
        ..lines[2].level
    };
    batch(FeedKind::TrueUp, lines)
}

#[tokio::test]
async fn same_lines_give_the_documented_bytes() {
    assert_eq!(body("", &three_lines()).await.unwrap(), GOLDEN);
    assert_eq!(body("", &three_lines()).await.unwrap(), GOLDEN);
}

#[tokio::test]
async fn minus_one_is_sent_only_where_nothing_is_left_and_orders_wait() {
    let sent =
        json(body("when_backordered = \"minus_one\"", &three_lines()).await.unwrap().as_bytes());
    let on_hand = |line: usize| sent["variables"]["inventory"][line]["quantityOnHand"].as_i64();
    assert_eq!((on_hand(0), on_hand(1), on_hand(2)), (Some(95), Some(42), Some(-1)));

    let sold_out = batch(FeedKind::Differential, vec![line(1, "P1", 0)]);
    let sent = json(body("when_backordered = \"minus_one\"", &sold_out).await.unwrap().as_bytes());
    assert_eq!(sent["variables"]["inventory"][0]["quantityOnHand"], 0);
}

#[tokio::test]
async fn a_request_says_where_it_comes_from_and_what_it_is() {
    for (settings, agent) in [
        ("", Some(concat!("trueup - v:", env!("CARGO_PKG_VERSION")))),
        ("integration_agent = \"Oak - v:2\"", Some("Oak - v:2")),
        ("integration_agent = \"\"", None),
    ] {
        let wayfair = wayfair(settings);
        let wire =
            Scripted::new(&wayfair, [saved(serde_json::json!({"handle": "h", "errors": []}))]);
        let mut batch = parts(2);
        batch.is_dry_run = true;
        let receipt = submit_over(&wayfair, &wire, &batch).await.unwrap();
        assert!(receipt.exceptions().is_empty());
        let sent = wire.sent().remove(0);
        assert_eq!(sent.url, "https://api.wayfair.com/v1/graphql");
        let header = sent.headers.get("wayfair-integration-agent");
        assert_eq!(header.map(|value| value.to_str().unwrap()), agent);
        assert_eq!((sent.method, sent.needs_login, sent.is_read), (Method::Post, true, false));
        assert_eq!(json(&sent.body)["variables"]["dryRun"], true);
        assert_eq!(json(&sent.body)["variables"]["feedKind"], "DIFFERENTIAL");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_is_sent() {
    let sandbox = "environment = \"sandbox\"";
    let true_up = |count| batch(FeedKind::TrueUp, parts(count).lines);
    let twice = batch(FeedKind::TrueUp, vec![line(1, "P1", 1), line(2, "P1", 2)]);
    let nowhere = {
        let mut batch = parts(1);
        batch.lines[0].location = None;
        batch
    };
    let at = |supplier| batch(FeedKind::TrueUp, vec![line_at(1, supplier, "P1", 1)]);
    use ErrorKind::{BeyondLimits, Unsupported};
    let cases = [
        (sandbox, true_up(501), BeyondLimits, "501 lines, and this channel takes at most 500"),
        (
            "true_up_lines_max = 2",
            true_up(3),
            BeyondLimits,
            "3 lines, and this channel takes at most 2",
        ),
        (sandbox, parts(1), Unsupported, "takes no differential feed; send a true_up"),
        ("", twice, BeyondLimits, "`P1` occurs twice at 81454"),
        ("", nowhere, BeyondLimits, "`P1` has no location"),
        ("", at("MAIN"), BeyondLimits, "`MAIN` is not a supplier id"),
        ("", at("0"), BeyondLimits, "`0` is not a supplier id"),
        ("", at("-5"), BeyondLimits, "is not a supplier id"),
        ("", at("+5"), BeyondLimits, "is not a supplier id"),
        ("", at("0081454"), BeyondLimits, "is not a supplier id"),
        ("", at("2147483648"), BeyondLimits, "is not a supplier id"),
    ];
    for (settings, batch, kind, words) in cases {
        let error = body(settings, &batch).await.unwrap_err();
        assert_eq!((error.kind(), error.arrival()), (kind, Arrival::NotApplied), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(body(sandbox, &true_up(500)).await.is_ok());
    assert!(body("", &true_up(2000)).await.is_ok());
    assert!(body("", &at("2147483647")).await.is_ok());
}

#[test]
fn a_location_is_judged_when_the_channel_is_opened() {
    let wayfair = wayfair("");
    assert_eq!(wayfair.check_location(&"81454".parse().unwrap()), Ok(()));
    let problem = wayfair.check_location(&"Main".parse().unwrap()).unwrap_err();
    assert!(problem.contains("Warehouse Management"), "{problem}");
}

#[tokio::test]
async fn a_server_without_limit_is_asked_again_in_plain_words() {
    let unknown = r#"{"data":null,"errors":[{"message":"Unknown argument \"limit\" on field \"errors\" of type \"TransactionStatus\".","locations":[{"line":1,"column":9}]}]}"#;
    let wayfair = wayfair("");
    let good = saved(serde_json::json!({"handle": "h", "errors": []}));
    let wire = Scripted::new(&wayfair, [answer(200, unknown), good]);
    let receipt = submit_over(&wayfair, &wire, &parts(3)).await.unwrap();
    assert!(receipt.exceptions().is_empty());
    let queries = wire.sent_members("query");
    let first = queries[0].as_str().unwrap();
    assert!(first.contains("errors(limit: 4) {"));
    assert_eq!(queries[1], first.replace("(limit: 4)", ""));
    let variables = |n: usize| json(&wire.sent()[n].body)["variables"].clone();
    assert_eq!(variables(0), variables(1));
}
