//! What is told while a whole True-Up that does not name it may still land.

use trueup_delivery::{Priority, State, Suspect};
use trueup_marketplace::FeedKind;
use trueup_store::{ClaimedBatch, Lease, WholeClaim};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{SETTLE, World, accepted, at, not_applied, unknown, whole};

on_each_database!(
    a_newcomer_told_after_a_lost_whole_true_up_is_confirmed,
    a_newcomer_told_beside_an_open_ticket_is_confirmed_after_its_end,
    a_product_that_comes_back_is_doubted_and_one_that_was_named_is_not,
    whoever_takes_over_ends_the_whole_true_up_as_well,
    where_no_whole_true_up_may_land_nobody_is_doubted,
);

/// A whole True-Up, claimed.
async fn true_up(world: &World, lease: &Lease) -> ClaimedBatch {
    let feed = world.open(lease, FeedKind::TrueUp).await;
    match world.claim_whole(lease, feed, |_, _| Ok(())).await {
        WholeClaim::Claimed(batch) => batch,
        other => panic!("{other:?}"),
    }
}

async fn possible(world: &World, code: &str) -> Vec<i64> {
    world.rows(code).await[0].possible.clone()
}

async fn a_newcomer_told_after_a_lost_whole_true_up_is_confirmed(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let lost = true_up(&world, &lease).await;
    world.record(&lease, &lost, unknown()).await;
    world.add("B", 6).await;
    assert_eq!(world.tell(&lease, accepted()).await, [6], "nothing holds the newcomer back");
    let listing = world.listing("B").await;
    assert_eq!(possible(&world, "B").await, [0, 6]);
    assert_eq!(listing.state, State::Due { priority: Priority::First, not_before: at(600) });
    world.pass(600);
    assert_eq!(world.tell(&lease, accepted()).await, [5, 6]);
    assert_eq!(world.listing("B").await.state, State::Clean);
    assert_eq!(world.number("SELECT COUNT(*) FROM suspect").await, 0);
}

async fn a_newcomer_told_beside_an_open_ticket_is_confirmed_after_its_end(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let slow = true_up(&world, &lease).await;
    let (outcome, retry_at) = (whole(accepted()), |_| at(20));
    let ticketed =
        world.store.record_ticket(&lease, &slow, "T", &outcome, 7, &retry_at, SETTLE, at(0));
    ticketed.await.unwrap();
    world.add("B", 6).await;
    assert_eq!(world.tell(&lease, accepted()).await, [6]);
    let State::Due { not_before, .. } = world.listing("B").await.state else { panic!("at rest") };
    assert_eq!(not_before, Suspect::UNDER_WAY);
    let found = world.store.audit_flags(&lease, world.now).await.unwrap();
    assert!(found.counts.is_empty(), "who waits for a ticket waits for something: {found:?}");
    world.pass(30);
    world.record(&lease, &slow, accepted()).await;
    assert_eq!(world.tell(&lease, accepted()).await, [6], "due as soon as it ended");
    assert_eq!(world.listing("B").await.state, State::Clean);
}

async fn a_product_that_comes_back_is_doubted_and_one_that_was_named_is_not(
    database: TestDatabase,
) {
    let world = World::new(database, &[("A", 5), ("B", 6)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.opt("B", false).await;
    world.tell(&lease, accepted()).await;
    assert_eq!(world.listing("B").await.state, State::Retired);
    let lost = true_up(&world, &lease).await;
    assert_eq!(lost.lines.len(), 1);
    world.record(&lease, &lost, unknown()).await;
    world.opt("B", true).await;
    world.stock("A", "MAIN", 3).await;
    world.tell(&lease, accepted()).await;
    assert_eq!(possible(&world, "A").await, [3, 5]);
    assert_eq!(possible(&world, "B").await, [0, 6]);
    let next = true_up(&world, &lease).await;
    world.record(&lease, &next, accepted()).await;
    assert_eq!(possible(&world, "B").await, [0, 6], "being named later takes no doubt away");
}

async fn whoever_takes_over_ends_the_whole_true_up_as_well(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    true_up(&world, &lease).await;
    drop(lease);
    world.execute("UPDATE channel SET expires_at = 0").await;
    world.pass(10);
    let lease = world.lease().await;
    world.add("B", 6).await;
    world.tell(&lease, accepted()).await;
    let State::Due { not_before, .. } = world.listing("B").await.state else { panic!("at rest") };
    assert_eq!(not_before, at(610), "the settle time after it was given up");
}

async fn where_no_whole_true_up_may_land_nobody_is_doubted(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    for fate in [accepted(), not_applied()] {
        let answered = true_up(&world, &lease).await;
        world.record(&lease, &answered, fate).await;
    }
    world.add("B", 6).await;
    world.tell(&lease, accepted()).await;
    assert_eq!(world.listing("B").await.state, State::Clean);
}
