//! Which variant a line is about, and whose stock is told, over real HTTP.

use trueup_marketplace::{Batch, LineKey};

use crate::loopback::{Loopback, start, start_with};
use crate::support::{MAIN, batch, exceptions, line, line_at, parts, words};

/// Why the line is withheld.
async fn withheld(shop: &Loopback, batch: &Batch) -> Vec<(i64, String)> {
    let prepared = shop.prepare(batch).await;
    let withheld = prepared.withheld.iter();
    withheld.map(|(key, verdict)| (key.0, words(verdict))).collect()
}

async fn refusal(faults: &[&str], settings: &str) -> Option<String> {
    let shop = start_with(faults, settings).await;
    withheld(&shop, &parts("b", 1)).await.into_iter().next().map(|(_, why)| why)
}

#[tokio::test]
async fn a_line_that_cannot_be_told_says_why_and_what_to_do() {
    for (fault, words) in [
        ("catalogue=closed", "unknown_sku: no variant at Shopify has the SKU `P1`"),
        ("draft=P1", "product_not_active: the product is draft at Shopify"),
        ("untracked=P1", "not_tracked: Shopify does not track its quantity"),
        ("bundle=P1", "bundle: Shopify computes the stock of a bundle"),
    ] {
        let found = refusal(&[fault], "").await.unwrap();
        assert!(found.starts_with(words), "{found}");
    }
    let found = refusal(&["unstocked=P1"], "when_not_stocked = \"refuse\"").await.unwrap();
    assert!(found.starts_with("not_stocked: it is not stocked at the location"), "{found}");
}

#[tokio::test]
async fn settings_let_drafts_and_untracked_items_through() {
    assert_eq!(refusal(&["draft=P1"], "products = \"any\"").await, None);
    let shop = start_with(&["untracked=P1"], "when_not_tracked = \"track\"").await;
    shop.deliver(&parts("b", 1)).await;
    let state = shop.sandbox.state();
    let line = state.line(MAIN, "P1").unwrap();
    assert!(line.is_tracked && line.available == 1);
}

#[tokio::test]
async fn an_ambiguous_sku_is_refused_and_delays_no_other() {
    let shop = start(&["catalogue=closed", "skus=P1", "skus=P1", "skus=P2"]).await;
    let batch = parts("b", 2);
    let prepared = shop.prepare(&batch).await;
    let [(key, verdict)] = prepared.withheld.as_slice() else { panic!("{prepared:?}") };
    assert_eq!(*key, LineKey(1));
    assert!(words(verdict).starts_with("ambiguous_sku: 2 variants at Shopify have the SKU `P1`"));
    assert!(shop.submit(&batch, &prepared).await.unwrap().exceptions().is_empty());
    assert_eq!((shop.available("P1"), shop.available("P2")), (Some(0), Some(2)));
}

#[tokio::test]
async fn a_sku_that_becomes_ambiguous_is_refused_although_its_id_is_remembered() {
    let shop = start(&["skus=P1", "index_delay=0"]).await;
    let mut batch = parts("b", 1);
    let receipt = shop.send(&batch).await.unwrap();
    batch.lines[0].remote_id = Some(receipt.remote_ids()[0].1.clone());
    assert_eq!(withheld(&shop, &batch).await, []);
    assert_eq!(shop.sandbox.calls().searches, 1, "the second look-up was by id");
    shop.set("skus=P1");
    let found = withheld(&shop, &batch).await;
    assert!(found[0].1.starts_with("ambiguous_sku"), "{found:?}");
}

#[tokio::test]
async fn neighbours_that_a_search_finds_are_not_taken_for_the_sku() {
    let shop = start(&["catalogue=closed", "skus=ABC-1;ABC-1-X;abc-1"]).await;
    shop.deliver(&batch("b", vec![line(1, "ABC-1", 5)])).await;
    assert_eq!(shop.available("ABC-1"), Some(5));
    assert_eq!((shop.available("ABC-1-X"), shop.available("abc-1")), (Some(0), Some(0)));
}

#[tokio::test]
async fn many_neighbours_are_paged_through() {
    let skus: Vec<String> = (0..600).map(|n| format!("A-{n}")).collect();
    let shop = start(&["catalogue=closed", &format!("skus={}", skus.join(";")), "skus=A"]).await;
    shop.deliver(&batch("b", vec![line(1, "A", 5)])).await;
    assert_eq!(shop.available("A"), Some(5));
    assert_eq!(shop.sandbox.calls().searches, 3);
}

#[tokio::test]
async fn a_renamed_or_deleted_variant_is_looked_up_anew() {
    let shop = start(&[]).await;
    let first = shop.send(&parts("b-1", 1)).await.unwrap();
    let mut renamed = batch("b-2", vec![line(1, "NEW", 4)]);
    renamed.lines[0].remote_id = Some(first.remote_ids()[0].1.clone());
    shop.deliver(&renamed).await;
    assert_eq!((shop.available("P1"), shop.available("NEW")), (Some(1), Some(4)));
    shop.set("gone=NEW");
    let found = shop.prepare(&renamed).await;
    let receipt = shop.submit(&renamed, &found).await.unwrap();
    assert_eq!(exceptions(&receipt), [vec![1], vec![], vec![]], "the search still finds it");
}

#[tokio::test]
async fn items_are_stocked_at_the_location_before_they_are_set() {
    let shop = start(&["unstocked=P1", "deactivated=P2"]).await;
    let mut lines = parts("b", 3).lines;
    lines.push(line_at("70000000002", 4, "P1", 9));
    let receipt = shop.send(&batch("b", lines)).await.unwrap();
    assert!(receipt.exceptions().is_empty());
    let state = shop.sandbox.state();
    for (location, sku, quantity) in
        [(MAIN, "P1", 1), (MAIN, "P2", 2), (MAIN, "P3", 3), (70_000_000_002, "P1", 9)]
    {
        let line = state.line(location, sku).unwrap();
        assert_eq!((line.is_active, line.available), (true, quantity), "{sku} at {location}");
    }
    assert_eq!(shop.sandbox.calls().activations, 3);
}

#[tokio::test]
async fn an_unknown_location_refuses_its_lines_only() {
    let shop = start(&[]).await;
    let lines = vec![line(1, "P1", 1), line_at("7", 2, "P2", 2)];
    let receipt = shop.send(&batch("b", lines)).await.unwrap();
    assert_eq!(exceptions(&receipt), [vec![2], vec![], vec![]]);
    let why = words(&receipt.exceptions()[&LineKey(2)]);
    assert!(why.contains("the location wasn't found"), "{why}");
    assert_eq!(shop.available("P1"), Some(1));
}
