//! Stored requests whose answer was lost.

use trueup_delivery::{BatchId, ListingId, State};
use trueup_marketplace::{Effect, FeedKind, LineKey, LineVerdict, Prepared};
use trueup_store::{ClaimedBatch, FeedId, FeedState, Lease, Recorded, Unresolved};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{SETTLE, World, accepted, at, not_applied, quantities, unknown, whole};

on_each_database!(
    a_lost_answer_keeps_its_lines_in_flight_and_lets_others_go,
    what_is_asked_about_is_what_was_sent,
    nothing_is_asked_before_its_time,
    a_stored_request_is_taken_over,
    what_was_never_stored_had_no_effect,
    the_newer_number_goes_under_a_new_key,
    several_stay_open_beside_each_other,
    a_difference_waits_until_nothing_can_land,
    an_outdated_line_is_planned_again_by_the_same_feed_but_not_for_ever,
    a_remote_id_can_be_forgotten,
);

const FIRST: BatchId = BatchId(i64::MIN);

async fn keeping(world: &World) -> Lease {
    world.lease().await.sending(Effect::KeyedDifference)
}

fn prepared() -> Prepared {
    Prepared { body: b"+3".to_vec().into(), withheld: Vec::new() }
}

/// A batch of all that is due, with its request on disk.
async fn sent(world: &World, lease: &Lease) -> (FeedId, ClaimedBatch) {
    world.refresh(lease).await;
    let feed = world.open(lease, FeedKind::Differential).await;
    let batch = world.claim(lease, feed).await.unwrap();
    world.keep(lease, &batch, &prepared().body).await;
    (feed, batch)
}

async fn lose(world: &World, lease: &Lease, batch: &ClaimedBatch) {
    let left = world.store.leave_unresolved(lease, batch, world.now, "timed out", world.now).await;
    assert_eq!(left.unwrap(), Recorded::Done);
}

async fn lost(world: &World) -> Option<Unresolved> {
    world.store.unresolved(world.channel, FIRST, world.now).await.unwrap()
}

async fn a_lost_answer_keeps_its_lines_in_flight_and_lets_others_go(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    let (_, batch) = sent(&world, &lease).await;
    lose(&world, &lease, &batch).await;
    assert_eq!(world.listing("A").await.state, State::InFlight(batch.id));
    world.add("B", 2).await;
    world.stock("A", "MAIN", 4).await;
    assert_eq!(world.tell(&lease, accepted()).await, [2], "only the other line");
    let status = &world.store.status(world.now).await.unwrap()[0];
    assert_eq!((status.unresolved, status.in_flight, status.clean), (1, 1, 1));
}

async fn what_is_asked_about_is_what_was_sent(database: TestDatabase) {
    let mut world = World::new(database, &[("C", 3), ("A", 5), ("B", 7)]).await;
    let lease = keeping(&world).await;
    world.refresh(&lease).await;
    world.execute("UPDATE listing SET remote_id = 'gid-1' WHERE part_number = 'A'").await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    let refusal = LineVerdict::NotApplied("not read".to_owned());
    let withheld = vec![(LineKey(batch.lines[0].listing.0), refusal)];
    let prepared = Prepared { withheld, ..prepared() };
    world.store.record_request(&lease, &batch, &prepared, at(0), at(0)).await.unwrap();
    lose(&world, &lease, &batch).await;
    world.execute("UPDATE listing SET remote_id = 'gid-other'").await;
    world.stock("A", "MAIN", 50).await;
    world.refresh(&lease).await;
    world.pass(60);
    let lost = lost(&world).await.unwrap();
    assert_eq!(lost.claimed, batch, "key, lines, levels and remote ids as they were");
    assert_eq!((lost.kind, lost.sent_at, lost.asked), (FeedKind::TrueUp, at(0), 1));
    assert_eq!(lost.prepared, prepared);
}

async fn nothing_is_asked_before_its_time(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    let (_, batch) = sent(&world, &lease).await;
    assert_eq!(lost(&world).await, None, "its answer is awaited");
    let left = world.store.leave_unresolved(&lease, &batch, at(30), "timed out", at(0)).await;
    assert_eq!(left.unwrap(), Recorded::Done);
    assert_eq!(lost(&world).await, None);
    assert!(!world.store.has_unresolved(world.channel, world.now).await.unwrap());
    world.pass(30);
    assert!(world.store.has_unresolved(world.channel, world.now).await.unwrap());
    let lost = lost(&world).await.unwrap();
    assert_eq!(world.record(&lease, &lost.claimed, accepted()).await, Recorded::Done);
    assert_eq!(world.listing("A").await.state, State::Clean);
    let late = world.store.leave_unresolved(&lease, &batch, at(30), "late", at(30)).await;
    assert_eq!(late.unwrap(), Recorded::LateNews);
}

async fn a_stored_request_is_taken_over(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    let (feed, batch) = sent(&world, &lease).await;
    world.store.release(&lease).await.unwrap();
    let next = keeping(&world).await;
    assert_eq!(world.listing("A").await.state, State::InFlight(batch.id));
    assert_eq!(world.listing("A").await.suspects, []);
    assert_eq!(world.record(&lease, &batch, accepted()).await, Recorded::LateNews);
    let lost = lost(&world).await.unwrap();
    assert_eq!((lost.claimed.key.as_str(), &lost.prepared), (batch.key.as_str(), &prepared()));
    assert_eq!(world.record(&next, &lost.claimed, accepted()).await, Recorded::Done);
    assert_eq!(world.listing("A").await.state, State::Clean);
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.state, row.accepted, row.unknown), (FeedState::Interrupted, 1, 0));
}

async fn what_was_never_stored_had_no_effect(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.store.release(&lease).await.unwrap();
    let next = keeping(&world).await;
    let listing = world.listing("A").await;
    assert_eq!(listing.suspects, [], "it cannot have left");
    assert!(matches!(listing.state, State::Due { .. }), "{listing:?}");
    let stored = world.store.record_request(&lease, &batch, &prepared(), at(0), at(0)).await;
    assert!(stored.is_err(), "nor can it leave now");
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.superseded, row.unknown), (1, 0));
    assert_eq!(world.tell(&next, accepted()).await, [5]);
}

async fn the_newer_number_goes_under_a_new_key(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    let (_, batch) = sent(&world, &lease).await;
    lose(&world, &lease, &batch).await;
    world.stock("A", "MAIN", 9).await;
    assert_eq!(world.tell(&lease, accepted()).await, Vec::<i64>::new(), "not before it is known");
    let lost = lost(&world).await.unwrap();
    assert_eq!(quantities(&lost.claimed), [5]);
    assert_eq!(world.record(&lease, &lost.claimed, accepted()).await, Recorded::Done);
    let (_, newer) = sent(&world, &lease).await;
    assert_eq!(quantities(&newer), [9]);
    assert_ne!(newer.key, batch.key);
}

async fn several_stay_open_beside_each_other(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    let (_, first) = sent(&world, &lease).await;
    lose(&world, &lease, &first).await;
    world.add("B", 2).await;
    let (_, second) = sent(&world, &lease).await;
    lose(&world, &lease, &second).await;
    assert_eq!(lost(&world).await.unwrap().claimed.key, first.key);
    let next = world.store.unresolved(world.channel, first.id, world.now).await.unwrap().unwrap();
    assert_eq!(next.claimed.key, second.key);
    assert_eq!(world.record(&lease, &second, accepted()).await, Recorded::Done);
    assert_eq!(world.record(&lease, &first, not_applied()).await, Recorded::Done);
    assert_eq!(world.listing("B").await.state, State::Clean);
    assert!(matches!(world.listing("A").await.state, State::Due { .. }));
}

async fn a_difference_waits_until_nothing_can_land(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    world.tell(&lease, unknown()).await;
    world.stock("A", "MAIN", 1).await;
    world.pass(SETTLE.as_secs() - 1);
    assert_eq!(world.tell(&lease, accepted()).await, Vec::<i64>::new());
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    assert_eq!(world.walk(&lease, feed).await, None);
    world.pass(1);
    assert_eq!(world.tell(&lease, accepted()).await, [1]);
    assert_eq!(world.listing("A").await.state, State::Clean);
}

async fn an_outdated_line_is_planned_again_by_the_same_feed_but_not_for_ever(
    database: TestDatabase,
) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let mut tries = 0;
    while let Some(batch) = world.claim(&lease, feed).await {
        tries += 1;
        assert!(tries <= 3, "it ends");
        let reason = "the compared quantity had changed".to_owned();
        let outdated = trueup_store::LineOutcome::Outdated { reason };
        assert_eq!(world.answer(&lease, &batch, &whole(outdated)).await, Recorded::Done);
    }
    assert_eq!(tries, 3);
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.planned, row.superseded), (3, 3));
    assert_eq!(world.listing("A").await.attempts, 3);
}

async fn a_remote_id_can_be_forgotten(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = keeping(&world).await;
    let (_, batch) = sent(&world, &lease).await;
    let listing: ListingId = batch.lines[0].listing;
    let mut outcome = whole(not_applied());
    outcome.remote_ids = vec![(listing, Some("gid-1".to_owned()))];
    assert_eq!(world.answer(&lease, &batch, &outcome).await, Recorded::Done);
    assert_eq!(world.number("SELECT COUNT(*) FROM listing WHERE remote_id = 'gid-1'").await, 1);
    world.store.retry(&world.name, trueup_store::Products::All, world.now).await.unwrap();
    let (_, batch) = sent(&world, &lease).await;
    assert_eq!(batch.lines[0].remote_id.as_deref(), Some("gid-1"));
    outcome.remote_ids = vec![(listing, None)];
    assert_eq!(world.answer(&lease, &batch, &outcome).await, Recorded::Done);
    assert_eq!(world.number("SELECT COUNT(*) FROM listing WHERE remote_id IS NULL").await, 1);
}
