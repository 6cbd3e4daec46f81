//! Two runners, and what the second finds.

use std::time::Duration;

use trueup_delivery::{Priority, State};
use trueup_marketplace::{FeedKind, Prepared};
use trueup_store::{
    Claimable, FeedState, LeaseAnswer, Recorded, Refresh, Store, StoreError, StoreErrorKind,
};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{PROFILE, SETTLE, World, accepted, at, unknown, whole};

on_each_database!(
    one_runner_at_a_time,
    a_fenced_runner_changes_nothing,
    what_was_in_flight_is_confirmed_after_a_takeover,
    tickets_outlive_their_runner,
    late_answers_change_nothing,
    a_lease_lives_while_it_is_renewed,
);

fn is_fenced<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> bool {
    answer.unwrap_err().kind() == StoreErrorKind::Fenced
}

async fn one_runner_at_a_time(database: TestDatabase) {
    let world = World::new(database, &[]).await;
    let lease = world.lease().await;
    let other = Store::open(&world.database.url).await.unwrap();
    let ttl = Duration::from_secs(60);
    let answer = other.lease(world.channel, "second", ttl, world.now).await.unwrap();
    let LeaseAnswer::HeldBy { owner, .. } = answer else { panic!("granted twice") };
    assert_eq!(owner, "test");
    world.store.release(&lease).await.unwrap();
    let answer = other.lease(world.channel, "second", ttl, world.now).await.unwrap();
    let LeaseAnswer::Granted(second) = answer else { panic!("not released") };
    assert_eq!(second.epoch(), lease.epoch() + 1);
}

async fn a_fenced_runner_changes_nothing(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let (lost, lease) = world.taken_over().await;
    let planner = world.planner();
    let scope = Refresh::Dirty { limit: 10 };
    let refreshed = world.store.refresh(&lost, scope, PROFILE, &planner, 7, world.now).await;
    assert!(is_fenced(refreshed));
    assert_eq!(world.refresh(&lease).await.changed, 1, "the marks are still there");
    let feed = world.open(&lease, FeedKind::Differential).await;
    let order = world.order(Claimable::Due);
    assert!(is_fenced(world.store.claim(&lost, feed, &order, world.now).await));
    let batch = world.claim(&lease, feed).await.unwrap();
    assert!(is_fenced(
        world.store.record_request(&lost, &batch, &Prepared::default(), at(0), at(0)).await
    ));
    assert_eq!(world.record(&lost, &batch, unknown()).await, Recorded::LateNews);
    assert!(is_fenced(world.store.renew(&lost).await));
    world.store.release(&lost).await.unwrap();
    world.store.renew(&lease).await.unwrap();
    assert!(matches!(world.listing("A").await.state, State::InFlight(_)));
    assert_eq!(world.record(&lease, &batch, accepted()).await, Recorded::Done);
}

async fn what_was_in_flight_is_confirmed_after_a_takeover(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lost = world.lease_for(Duration::ZERO).await;
    // A claim needs a lease that lives.
    world.execute("UPDATE channel SET expires_at = 9000000000000000").await;
    world.refresh(&lost).await;
    let feed = world.open(&lost, FeedKind::Differential).await;
    let batch = world.claim(&lost, feed).await.unwrap();
    world.execute("UPDATE channel SET expires_at = 0").await;
    let _ = std::fs::remove_file(world.database.folder.path().join("trueup.db.shop.lock"));
    world.pass(5);
    let lease = world.lease().await;
    let listing = world.listing("A").await;
    assert_eq!(listing.suspects.len(), 1);
    assert_eq!(listing.state, State::Due { priority: Priority::First, not_before: at(5) });
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.state, row.planned, row.unknown), (FeedState::Interrupted, 1, 1));
    assert_eq!(world.record(&lost, &batch, accepted()).await, Recorded::LateNews);
    assert_eq!(world.listing("A").await, listing);
    assert_eq!(world.tell(&lease, accepted()).await, [5]);
}

async fn tickets_outlive_their_runner(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    let (outcome, retry_at) = (whole(accepted()), |_| at(20));
    let ticketed =
        world.store.record_ticket(&lease, &batch, "T", &outcome, 7, &retry_at, SETTLE, at(1));
    ticketed.await.unwrap();
    world.store.release(&lease).await.unwrap();
    let next = world.lease().await;
    assert!(matches!(world.listing("A").await.state, State::InFlight(_)));
    assert_eq!(world.record(&lease, &batch, accepted()).await, Recorded::LateNews);
    let open = world.store.open_tickets(world.channel).await.unwrap();
    assert_eq!(world.record(&next, &open[0], accepted()).await, Recorded::Done);
    assert_eq!(world.listing("A").await.state, State::Clean);
}

async fn late_answers_change_nothing(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.record(&lease, &batch, unknown()).await;
    let before = world.listing("A").await;
    assert_eq!(world.record(&lease, &batch, accepted()).await, Recorded::LateNews);
    assert_eq!(world.listing("A").await, before);
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.unknown, row.accepted), (1, 0));
}

async fn a_lease_lives_while_it_is_renewed(database: TestDatabase) {
    let world = World::new(database, &[]).await;
    let lease = world.lease().await;
    world.execute("UPDATE channel SET expires_at = 1").await;
    world.store.renew(&lease).await.unwrap();
    assert!(world.number("SELECT expires_at FROM channel").await > 1);
    assert_eq!(world.store.channels().await.unwrap()[0].owner.as_deref(), Some("test"));
}
