//! Feeds that arrive, over real HTTP.

use trueup_marketplace::{Answer, FeedKind};

use crate::loopback::{start, start_with};
use crate::support::{MAIN, batch, exceptions, line, parts};

#[tokio::test]
async fn a_true_up_leaves_exactly_the_feed_on_the_shelf() {
    let shop = start(&["skus=OTHER"]).await;
    shop.deliver(&batch("b-0", vec![line(999, "OTHER", 7)])).await;
    let all = parts("", 600).lines;
    for (number, lines) in all.chunks(250).enumerate() {
        let mut batch = batch(&format!("t-{number}"), lines.to_vec());
        batch.kind = FeedKind::TrueUp;
        let receipt = shop.send(&batch).await.unwrap();
        assert_eq!(receipt.answer(), &Answer::Applied);
        assert!(receipt.exceptions().is_empty());
    }
    let state = shop.sandbox.state();
    for line in &all {
        let sku = line.part_number.as_str();
        assert_eq!(state.available(MAIN, sku), Some(line.level.quantity), "{sku}");
    }
    assert_eq!(state.available(MAIN, "OTHER"), Some(7), "what is left out keeps its number");
    assert_eq!(state.lines.len(), 601);
    assert_eq!(shop.sandbox.calls().sets, 4, "250 lines travel together");
}

#[tokio::test]
async fn repetition_leaves_the_same_shelf() {
    let shop = start(&[]).await;
    for round in 0..3 {
        let receipt = shop.send(&parts(&format!("b-{round}"), 20)).await.unwrap();
        assert_eq!(receipt.answer(), &Answer::Applied);
        assert_eq!(receipt.handle().is_some(), round == 0, "afterwards nothing changes");
    }
    let batch = parts("b-9", 20);
    let prepared = shop.prepare(&batch).await;
    let before = shop.sandbox.state().lines;
    for _ in 0..2 {
        assert!(shop.submit(&batch, &prepared).await.unwrap().exceptions().is_empty());
    }
    assert_eq!(shop.sandbox.state().lines, before);
}

#[tokio::test]
async fn on_hand_lets_shopify_subtract_its_own_orders() {
    let shop = start_with(&["skus=P1"], "quantity = \"on_hand\"").await;
    shop.set("sell=P1:2");
    shop.deliver(&batch("b", vec![line(1, "P1", 10)])).await;
    let state = shop.sandbox.state();
    let line = state.line(MAIN, "P1").unwrap();
    assert_eq!((line.on_hand, line.committed, line.available), (10, 2, 8));
}

#[tokio::test]
async fn one_bad_row_of_two_hundred_and_fifty_stops_no_other() {
    let shop = start(&[]).await;
    let batch = parts("b", 250);
    let prepared = shop.prepare(&batch).await;
    shop.set("gone=P125");
    let receipt = shop.submit(&batch, &prepared).await.unwrap();
    assert_eq!(exceptions(&receipt), [vec![125], vec![], vec![]]);
    assert_eq!((shop.available("P124"), shop.available("P125")), (Some(124), Some(0)));
    assert_eq!(shop.available("P250"), Some(250));
    assert_eq!(shop.sandbox.calls().sets, 2);
}

#[tokio::test]
async fn the_largest_quantity_is_taken() {
    let shop = start(&[]).await;
    let lines = vec![line(1, "P1", 1_000_000_000), line(2, "P2", 0)];
    let receipt = shop.send(&batch("b", lines)).await.unwrap();
    assert!(receipt.exceptions().is_empty());
    assert_eq!((shop.available("P1"), shop.available("P2")), (Some(1_000_000_000), Some(0)));
}

#[tokio::test]
async fn odd_skus_travel_unchanged() {
    let skus = ["O'NEIL", r"BACK\SLASH", "A B", "ünï-çödé", "a:b(c)", "\"QUOTED\"", "-"];
    let shop = start(&[]).await;
    let lines = skus.iter().zip(1..).map(|(sku, key)| line(key, sku, key)).collect();
    let receipt = shop.send(&batch("b", lines)).await.unwrap();
    assert!(receipt.exceptions().is_empty());
    for (sku, quantity) in skus.iter().zip(1..) {
        assert_eq!(shop.available(sku), Some(quantity), "{sku}");
    }
}
