//! Sums that add up, and lines that tell.

use futures::TryStreamExt;
use trueup_marketplace::FeedKind;
use trueup_store::{FeedEnd, FeedLine, FeedRow, Outcome};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, at, not_applied, rejected, unknown, whole};

on_each_database!(
    planned_is_the_sum_of_the_outcomes,
    status_adds_up,
    held_products_are_named,
    planned_runs_are_remembered,
    a_paused_channel_says_so,
);

fn sum(row: &FeedRow) -> u64 {
    row.accepted + row.pending + row.rejected + row.unknown + row.superseded + row.parked
}

async fn lines(world: &World, feed: trueup_store::FeedId) -> Vec<FeedLine> {
    world.store.feed_lines(feed).await.unwrap().try_collect().await.unwrap()
}

async fn planned_is_the_sum_of_the_outcomes(database: TestDatabase) {
    let products = [("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 5)];
    let world = World::new(database, &products).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let order = trueup_store::Claim { limit: 4, ..world.order(trueup_store::Claimable::Due) };
    let claim = || world.store.claim(&lease, feed, &order, world.now);
    let (first, second) = (claim().await.unwrap().unwrap(), claim().await.unwrap().unwrap());
    let mut outcome = whole(accepted());
    for (line, fate) in first.lines.iter().zip([rejected(), unknown(), not_applied()]) {
        outcome.exceptions.insert(line.listing, fate);
    }
    world.answer(&lease, &first, &outcome).await;
    let row = &world.store.feeds(None, 10).await.unwrap()[0];
    assert_eq!((row.planned, sum(row)), (5, 5));
    assert_eq!((row.accepted, row.pending, row.rejected), (1, 1, 1));
    assert_eq!((row.unknown, row.superseded, row.parked), (1, 1, 0));
    let told = lines(&world, feed).await;
    assert_eq!(told.len(), 5);
    let of = |outcome| told.iter().filter(|line| line.outcome == outcome).collect::<Vec<_>>();
    assert_eq!(of(Outcome::Rejected)[0].reason.as_deref(), Some("E7: unknown part"));
    assert_eq!(of(Outcome::Superseded)[0].reason.as_deref(), Some("throttled"));
    assert!(of(Outcome::Accepted)[0].is_confirmed);
    assert_eq!(of(Outcome::Pending)[0].level, second.lines[0].level);
    let named = world.store.feeds(Some(&world.name), 1).await.unwrap();
    assert_eq!(named[0].id, feed);
}

async fn status_adds_up(database: TestDatabase) {
    let products = [("A", 1), ("B", 2), ("C", 3)];
    let mut world = World::new(database, &products).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.opt("C", false).await;
    world.tell(&lease, accepted()).await;
    world.pass(60);
    world.stock("A", "MAIN", 0).await;
    world.refresh(&lease).await;
    let status = &world.store.status(world.now).await.unwrap()[0];
    let parts = status.clean + status.due + status.in_flight + status.parked;
    assert_eq!((status.listings, parts), (2, 2));
    assert_eq!((status.clean, status.due, status.exposure), (1, 1, 1));
    assert_eq!(status.oldest_undelivered, Some(at(60)));
    assert_eq!(status.owner.as_deref(), Some("test"));
    assert_eq!(status.last_differential, Some(at(0)));
    assert_eq!(status.last_true_up, None);
}

async fn held_products_are_named(database: TestDatabase) {
    let world = World::new(database, &[("A", 1)]).await;
    let record = crate::inputs::given::on_channels("NONE", &["shop"]);
    let mut import = world.store.begin_import_products("p").await.unwrap();
    import.stage(crate::inputs::given::numbered([record])).await.unwrap();
    import.finish(trueup_store::BadRows::Refuse, world.now).await.unwrap();
    let lease = world.lease().await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    assert_eq!(world.refresh(&lease).await.held, 1);
    let held = world.store.feed_held(feed).await.unwrap();
    let reason = "no stock record, and unknown is not zero".to_owned();
    assert_eq!(held, [("NONE".to_owned(), reason)]);
}

async fn planned_runs_are_remembered(database: TestDatabase) {
    let world = World::new(database, &[]).await;
    let lease = world.lease().await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let planned = Some(("true_up", at(100)));
    let end = FeedEnd::Failed;
    let closed = world.store.close_feed(&lease, feed, end, 2, Some("why"), planned, at(101));
    closed.await.unwrap();
    world.store.record_planned(world.channel, "true_up", at(50), 3).await.unwrap();
    let state = world.store.schedule_state(world.channel).await.unwrap();
    assert_eq!(state, [("true_up".to_owned(), at(100), 3)], "never back");
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.held, row.message.as_deref()), (2, Some("why")));
}

async fn a_paused_channel_says_so(database: TestDatabase) {
    let world = World::new(database, &[]).await;
    world.store.set_paused(&world.name, true).await.unwrap();
    assert!(world.store.is_paused(world.channel).await.unwrap());
    assert!(world.store.status(world.now).await.unwrap()[0].is_paused);
    assert!(world.store.set_paused(&"other".parse().unwrap(), true).await.is_err());
}
