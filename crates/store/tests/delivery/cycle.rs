//! From a change to an acknowledged number.

use trueup_delivery::{Generation, Priority, State};
use trueup_marketplace::FeedKind;
use trueup_store::{Claim, Claimable, Products, Recorded};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, is_parked, quantities, rejected};

on_each_database!(
    a_change_is_told_once_and_then_clean,
    decreases_are_claimed_first,
    a_number_that_moves_in_flight_is_told_next,
    an_outcome_counts_once,
    a_refusal_parks_until_its_subject_changes,
    a_person_may_try_a_refused_number_again,
    a_true_up_tells_every_number_and_passes_over_the_parked,
    batches_keep_to_one_location_where_they_must,
    many_batches_may_be_claimed_at_once,
    urgent_claims_do_not_wait_and_do_not_repeat,
    found_ids_are_remembered,
);

async fn a_change_is_told_once_and_then_clean(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5), ("B", 6)]).await;
    let lease = world.lease().await;
    let mut told = world.tell(&lease, accepted()).await;
    told.sort_unstable();
    assert_eq!(told, [5, 6]);
    assert_eq!(world.listing("A").await.state, State::Clean);
    assert_eq!(world.tell(&lease, accepted()).await, Vec::<i64>::new());
    world.pass(60);
    world.stock("A", "MAIN", 4).await;
    assert_eq!(world.tell(&lease, accepted()).await, [4]);
    let listing = world.listing("A").await;
    assert_eq!((listing.state, listing.wanted.generation), (State::Clean, Generation(2)));
    assert_eq!(listing.acknowledged.unwrap().at, world.now);
}

async fn decreases_are_claimed_first(database: TestDatabase) {
    let world = World::new(database, &[("UP", 5), ("ZERO", 5), ("DOWN", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    for (code, quantity) in [("UP", 9), ("ZERO", 0), ("DOWN", 4)] {
        world.stock(code, "MAIN", quantity).await;
    }
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    assert_eq!(quantities(&batch), [0, 4, 9]);
}

async fn a_number_that_moves_in_flight_is_told_next(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.stock("A", "MAIN", 2).await;
    assert_eq!(world.refresh(&lease).await.changed, 1);
    assert!(world.claim(&lease, feed).await.is_none(), "one live claim per listing");
    world.record(&lease, &batch, accepted()).await;
    let listing = world.listing("A").await;
    assert_eq!(listing.acknowledged.unwrap().level.quantity, 5);
    assert!(matches!(listing.state, State::Due { priority: Priority::Decrease, .. }));
    assert_eq!(world.tell(&lease, accepted()).await, [2]);
}

async fn an_outcome_counts_once(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    assert_eq!(world.record(&lease, &batch, accepted()).await, Recorded::Done);
    let before = world.listing("A").await;
    assert_eq!(world.record(&lease, &batch, rejected()).await, Recorded::LateNews);
    assert_eq!(world.listing("A").await, before);
    let late = "SELECT COUNT(*) FROM journal WHERE event = 'batch_late'";
    assert_eq!(world.number(late).await, 1);
}

async fn a_refusal_parks_until_its_subject_changes(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, rejected()).await;
    assert!(is_parked(&world.listing("A").await));
    world.stock("A", "MAIN", 4).await;
    assert_eq!(world.tell(&lease, accepted()).await, Vec::<i64>::new());
    world.fingerprint = 8;
    world.stock("A", "MAIN", 3).await;
    assert_eq!(world.tell(&lease, accepted()).await, [3]);
    assert_eq!(world.listing("A").await.state, State::Clean);
}

async fn a_person_may_try_a_refused_number_again(database: TestDatabase) {
    let world = World::new(database, &[("A", 5), ("B", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, rejected()).await;
    let one = Products::Codes(vec!["A".parse().unwrap()]);
    assert_eq!(world.store.retry(&world.name, one, world.now).await.unwrap(), 1);
    assert!(is_parked(&world.listing("B").await));
    assert_eq!(world.store.retry(&world.name, Products::All, world.now).await.unwrap(), 1);
    assert_eq!(world.tell(&lease, accepted()).await, [5, 5]);
}

async fn a_true_up_tells_every_number_and_passes_over_the_parked(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, rejected()).await;
    for (code, quantity) in [("B", 6), ("C", 7)] {
        world.add(code, quantity).await;
    }
    world.tell(&lease, accepted()).await;
    world.pass(3600);
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let batch = world.walk(&lease, feed).await.unwrap();
    assert_eq!(quantities(&batch), [6, 7]);
    world.record(&lease, &batch, accepted()).await;
    assert!(world.walk(&lease, feed).await.is_none(), "each once");
    world.close(&lease, feed).await;
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.planned, row.accepted, row.parked), (3, 2, 1));
    world.pass(24 * 3600);
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let batch = world.walk(&lease, feed).await.unwrap();
    assert_eq!(quantities(&batch), [5, 6, 7], "a day later a True-Up tries again");
}

async fn batches_keep_to_one_location_where_they_must(database: TestDatabase) {
    let pools = [(Some("E1"), "EAST"), (Some("M1"), "MAIN")];
    let world = World::at_locations(database, &pools, &[("A", 5), ("B", 6)]).await;
    for code in ["A", "B"] {
        world.stock(code, "EAST", 3).await;
    }
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    for selection in [Claimable::Due, Claimable::Walk { after: trueup_delivery::ListingId(0) }] {
        let order = Claim { is_one_location: true, ..world.order(selection) };
        let batch = world.store.claim(&lease, feed, &order, world.now).await.unwrap().unwrap();
        let first = &batch.lines[0].location;
        assert!(batch.lines.iter().all(|line| line.location == *first));
        assert_eq!(batch.lines.len(), 2);
    }
}

async fn many_batches_may_be_claimed_at_once(database: TestDatabase) {
    let world = World::new(database, &[("A", 1), ("B", 2), ("C", 3)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let walk = Claimable::Walk { after: trueup_delivery::ListingId(0) };
    let order = Claim { limit: 2, ..world.order(walk) };
    let batches = world.store.claim_many(&lease, feed, &order, 9, world.now).await.unwrap();
    let lines: Vec<usize> = batches.iter().map(|batch| batch.lines.len()).collect();
    assert_eq!(lines, [2, 1]);
    assert_ne!(batches[0].key, batches[1].key);
}

async fn urgent_claims_do_not_wait_and_do_not_repeat(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, super::world::not_applied()).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    assert!(world.claim(&lease, feed).await.is_none(), "it waits");
    let order = Claim { is_urgent: true, ..world.order(Claimable::Due) };
    let batch = world.store.claim(&lease, feed, &order, world.now).await.unwrap().unwrap();
    world.record(&lease, &batch, super::world::not_applied()).await;
    assert!(world.store.claim(&lease, feed, &order, world.now).await.unwrap().is_none());
}

async fn found_ids_are_remembered(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    let mut outcome = super::world::whole(accepted());
    outcome.remote_ids = vec![(batch.lines[0].listing, Some("gid://1".to_owned()))];
    outcome.handle = Some("H".to_owned());
    world.answer(&lease, &batch, &outcome).await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let batch = world.walk(&lease, feed).await.unwrap();
    assert_eq!(batch.lines[0].remote_id.as_deref(), Some("gid://1"));
}
