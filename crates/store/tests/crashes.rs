//! The process stops right before a commit, at each of them: what is left is what was there before,
//! and the next runner ends up where it should. Needs the feature `failpoints`.
#![expect(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, reason = "the world is shared with other tests")]

#[path = "delivery/world.rs"]
mod world;

mod inputs {
    #[path = "given.rs"]
    pub mod given;
}

use fail::FailScenario;
use trueup_delivery::State;
use trueup_marketplace::FeedKind;
use trueup_testbed::{TestDatabase, on_each_database};
use world::{World, accepted};

on_each_database!(
    a_crash_before_levels_are_noted_leaves_the_marks,
    a_crash_before_a_claim_leaves_the_lines_due,
    a_crash_before_an_outcome_leaves_the_lines_unclear,
    a_crash_before_a_feed_is_closed_leaves_it_interrupted,
);

/// Runs something that dies at a failpoint.
async fn dies<T: Send + 'static>(point: &str, work: impl Future<Output = T> + Send + 'static) {
    fail::cfg(point, "panic").unwrap();
    let died = tokio::spawn(work).await;
    fail::remove(point);
    assert!(died.is_err_and(|error| error.is_panic()), "{point} was not reached");
}

/// A runner that starts anew ends with a clean listing that shows 5.
async fn recovers(world: &mut World) {
    let lease = world.lease().await;
    for _ in 0..3 {
        world.tell(&lease, accepted()).await;
        world.pass(700);
    }
    let listing = world.listing("A").await;
    assert_eq!((&listing.state, listing.suspects.len()), (&State::Clean, 0));
    assert_eq!(listing.acknowledged.unwrap().level.quantity, 5);
}

async fn world(database: TestDatabase) -> std::sync::Arc<World> {
    std::sync::Arc::new(World::new(database, &[("A", 5)]).await)
}

async fn back(world: std::sync::Arc<World>) -> World {
    // The runtime drops a task that panicked a moment after it says so.
    let mut world = world;
    loop {
        match std::sync::Arc::try_unwrap(world) {
            Ok(world) => return world,
            Err(shared) => world = shared,
        }
        tokio::task::yield_now().await;
    }
}

async fn a_crash_before_levels_are_noted_leaves_the_marks(database: TestDatabase) {
    let _scenario = FailScenario::setup();
    let shared = world(database).await;
    let world = shared.clone();
    dies("before_t1", async move {
        let lease = world.lease_for(std::time::Duration::ZERO).await;
        world.refresh(&lease).await
    })
    .await;
    let mut world = back(shared).await;
    assert_eq!(world.number("SELECT COUNT(*) FROM dirty_product").await, 1);
    assert_eq!(world.number("SELECT COUNT(*) FROM listing").await, 0);
    recovers(&mut world).await;
}

async fn a_crash_before_a_claim_leaves_the_lines_due(database: TestDatabase) {
    let _scenario = FailScenario::setup();
    let shared = world(database).await;
    let world = shared.clone();
    dies("before_t2", async move {
        let lease = world.lease().await;
        world.refresh(&lease).await;
        let feed = world.open(&lease, FeedKind::Differential).await;
        world.claim(&lease, feed).await
    })
    .await;
    let mut world = back(shared).await;
    world.execute("UPDATE channel SET expires_at = 0").await;
    assert_eq!(world.number("SELECT COUNT(*) FROM batch").await, 0);
    assert!(matches!(world.listing("A").await.state, State::Due { .. }));
    recovers(&mut world).await;
}

async fn a_crash_before_an_outcome_leaves_the_lines_unclear(database: TestDatabase) {
    let _scenario = FailScenario::setup();
    let shared = world(database).await;
    let world = shared.clone();
    dies("before_t3", async move {
        let lease = world.lease().await;
        world.tell(&lease, accepted()).await
    })
    .await;
    let mut world = back(shared).await;
    world.execute("UPDATE channel SET expires_at = 0").await;
    assert!(matches!(world.listing("A").await.state, State::InFlight(_)));
    let lease = world.lease().await;
    assert_eq!(world.listing("A").await.suspects.len(), 1);
    world.store.release(&lease).await.unwrap();
    recovers(&mut world).await;
}

async fn a_crash_before_a_feed_is_closed_leaves_it_interrupted(database: TestDatabase) {
    let _scenario = FailScenario::setup();
    let shared = world(database).await;
    let world = shared.clone();
    dies("before_t4", async move {
        let lease = world.lease().await;
        world.tell(&lease, accepted()).await
    })
    .await;
    let mut world = back(shared).await;
    world.execute("UPDATE channel SET expires_at = 0").await;
    assert_eq!(world.listing("A").await.state, State::Clean);
    recovers(&mut world).await;
    let oldest = world.store.feeds(None, 10).await.unwrap().pop().unwrap();
    assert_eq!(oldest.state, trueup_store::FeedState::Interrupted);
}
