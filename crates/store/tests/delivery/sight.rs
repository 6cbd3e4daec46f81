//! What operators see of channels and listings.

use trueup_marketplace::FeedKind;
use trueup_store::{ListingRow, ParkedReason, Which};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, at, rejected, unknown};

on_each_database!(
    listings_come_in_pages_that_leave_nothing_out,
    each_selection_shows_its_listings_and_no_other,
    what_is_in_flight_is_possible_and_exposes,
    parked_listings_are_counted_by_reason,
    a_channel_knows_its_last_success_coverage_and_missed_runs,
);

async fn codes(world: &World, which: Which) -> Vec<String> {
    let rows = world.store.listings_page(world.channel, which, None, 100).await.unwrap();
    rows.iter().map(|row| row.product_code.to_string()).collect()
}

async fn listings_come_in_pages_that_leave_nothing_out(database: TestDatabase) {
    let products = [("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 5)];
    let world = World::new(database, &products).await;
    world.refresh(&world.lease().await).await;
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = world.store.listings_page(world.channel, Which::All, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = Some(last.id);
        seen.extend(page.into_iter().map(|row| row.product_code.to_string()));
    }
    seen.sort_unstable();
    assert_eq!(seen, ["A", "B", "C", "D", "E"]);
}

async fn each_selection_shows_its_listings_and_no_other(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, unknown()).await;
    assert_eq!(codes(&world, Which::Due).await, ["A"]);
    assert_eq!(codes(&world, Which::Unresolved).await, ["A"]);
    assert!(codes(&world, Which::Exposed).await.is_empty(), "it may show 5, and 5 is wanted");
    world.stock("A", "MAIN", 1).await;
    world.refresh(&lease).await;
    assert_eq!(codes(&world, Which::Exposed).await, ["A"]);
    let none = [Which::InFlight, Which::Parked, Which::Held];
    for which in none {
        assert!(codes(&world, which).await.is_empty(), "{which:?}");
    }
    let other = trueup_store::ChannelId(world.channel.0 + 1);
    assert!(world.store.listings_page(other, Which::All, None, 9).await.unwrap().is_empty());
}

async fn what_is_in_flight_is_possible_and_exposes(database: TestDatabase) {
    let world = World::new(database, &[("A", 5), ("B", 7)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    world.claim(&lease, feed).await.unwrap();
    world.stock("A", "MAIN", 2).await;
    world.refresh(&lease).await;
    let page = world.store.listings_page(world.channel, Which::InFlight, None, 9).await.unwrap();
    let seen = |row: &ListingRow| (row.possible.clone(), row.exposure);
    let [a, b] = page.as_slice() else { panic!("{page:?}") };
    assert_eq!(seen(a), (vec![5], 3), "5 may be shown already, and 2 are left");
    assert_eq!(seen(b), (vec![7], 0));
    assert_eq!(world.rows("A").await, std::slice::from_ref(a), "both ways to look show the same");
}

async fn parked_listings_are_counted_by_reason(database: TestDatabase) {
    let world = World::new(database, &[("A", 5), ("B", 7)]).await;
    let lease = world.lease().await;
    world.tell(&lease, rejected()).await;
    let status = world.store.status(world.now).await.unwrap().remove(0);
    let [ParkedReason { reason, listings: 2 }] = status.parked_by.as_slice() else {
        panic!("{status:?}")
    };
    assert!(!reason.is_empty());
    assert_eq!(codes(&world, Which::Parked).await.len(), 2);
}

async fn a_channel_knows_its_last_success_coverage_and_missed_runs(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5), ("B", 7)]).await;
    let status = world.store.status(world.now).await.unwrap().remove(0);
    assert_eq!((status.last_success, status.first_feed, status.covered), (None, None, 0));
    let lease = world.lease().await;
    let began = world.now;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.record(&lease, &batch, accepted()).await;
    world.pass(20);
    world.close(&lease, feed).await;
    world.store.record_planned(world.channel, "true_up", at(0), 3).await.unwrap();
    world.store.record_planned(world.channel, "differential", at(0), 4).await.unwrap();
    let status = world.store.status(world.now).await.unwrap().remove(0);
    assert_eq!((status.true_up, status.covered), (Some(feed), 2));
    assert_eq!((status.last_success, status.first_feed), (Some(world.now), Some(began)));
    assert_eq!(status.missed, 7);
}
