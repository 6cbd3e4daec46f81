//! A store that sells between reading and setting, over real HTTP.

use trueup_marketplace::LineKey;

use crate::loopback::{Loopback, start, start_with};
use crate::support::{MAIN, batch, exceptions, line, parts, words};

/// A shop in which three of P2 are sold between reading and setting.
async fn sold_meanwhile(settings: &str, faults: &[&str]) -> (Loopback, [Vec<i64>; 3], String) {
    let shop = start_with(faults, settings).await;
    shop.deliver(&parts("b-1", 3)).await;
    let lines = vec![line(1, "P1", 11), line(2, "P2", 12), line(3, "P3", 13)];
    let batch = batch("b-2", lines);
    let prepared = shop.prepare(&batch).await;
    shop.set("sell=P2:3");
    let receipt = shop.submit(&batch, &prepared).await.unwrap();
    let why = receipt.exceptions().get(&LineKey(2)).map(words).unwrap_or_default();
    let exceptions = exceptions(&receipt);
    (shop, exceptions, why)
}

#[tokio::test]
async fn a_quantity_that_changed_is_left_and_the_others_are_set() {
    for field in ["null", "row"] {
        let mode = format!("stale_field={field}");
        let (shop, exceptions, why) = sold_meanwhile("", &[&mode]).await;
        assert_eq!(exceptions, [vec![], vec![2], vec![]], "{field}");
        assert_eq!(why, "changed from 2 to -1 at Shopify meanwhile");
        assert_eq!(shop.available("P1"), Some(11));
        assert_eq!(shop.available("P2"), Some(-1), "the sale is not overwritten");
        assert_eq!(shop.available("P3"), Some(13));
    }
}

#[tokio::test]
async fn what_was_left_is_set_by_the_next_batch() {
    let (shop, ..) = sold_meanwhile("", &[]).await;
    shop.deliver(&batch("b-3", vec![line(2, "P2", 9)])).await;
    assert_eq!(shop.available("P2"), Some(9));
}

#[tokio::test]
async fn a_channel_that_overwrites_compares_nothing() {
    let (shop, exceptions, _) = sold_meanwhile("when_changed = \"overwrite\"", &[]).await;
    assert_eq!(exceptions.concat().len(), 0);
    assert_eq!(shop.available("P2"), Some(12));
    assert_eq!(shop.sandbox.state().line(MAIN, "P2").unwrap().committed, 3);
}

#[tokio::test]
async fn a_sale_in_the_very_moment_is_found_too() {
    let shop = start(&["sold_meanwhile=next"]).await;
    let receipt = shop.send(&parts("b-1", 3)).await.unwrap();
    assert_eq!(exceptions(&receipt), [vec![], vec![1], vec![]]);
    assert_eq!((shop.available("P1"), shop.available("P3")), (Some(-1), Some(3)));
}

#[tokio::test]
async fn bad_rows_and_a_stale_comparison_together_are_told_apart() {
    for mode in ["stale_first=on", "stale_first=off"] {
        let shop = start(&[mode, "gone=P3"]).await;
        let batch = parts("b-1", 4);
        let prepared = shop.prepare(&batch).await;
        shop.set("sell=P2:1");
        let receipt = shop.submit(&batch, &prepared).await.unwrap();
        let [refused, not_applied, _] = exceptions(&receipt);
        // A deleted variant is read as gone, or named by the set: either way it is not in force.
        assert!(not_applied.contains(&2), "{mode}: {not_applied:?}");
        assert!(refused.contains(&3) || not_applied.contains(&3), "{mode}");
        assert_eq!((shop.available("P1"), shop.available("P4")), (Some(1), Some(4)), "{mode}");
    }
}

#[tokio::test]
async fn a_silent_set_without_effect_is_found_by_reading_back() {
    let modes = ["untracked=P1", "untracked_set=silent"];
    let settings = "confirm = \"read_back\"\nwhen_not_tracked = \"track\"";
    let shop = start_with(&modes, settings).await;
    let batch = parts("b-1", 2);
    let prepared = shop.prepare(&batch).await;
    assert!(shop.submit(&batch, &prepared).await.unwrap().exceptions().is_empty());
    shop.set("untracked=P1");
    // Prepared while it was tracked; the merchant switched tracking off since.
    let again = self::batch("b-2", vec![line(1, "P1", 5), line(2, "P2", 6)]);
    shop.set("untracked=P2");
    let mut prepared = shop.prepare(&again).await;
    let body = String::from_utf8(prepared.body.to_vec()).unwrap();
    prepared.body = body.replace("\"track\":true", "\"track\":false").into();
    let receipt = shop.submit(&again, &prepared).await.unwrap();
    assert_eq!(exceptions(&receipt), [vec![], vec![1, 2], vec![]]);
}
