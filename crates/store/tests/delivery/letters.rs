//! Messages that wait for a marketplace which polls.

use bytes::Bytes;
use trueup_marketplace::{BatchKey, FeedKind, Letter, Mailbox};
use trueup_store::{ClaimedBatch, Lease, Letters, Store};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, at, unknown, whole};

on_each_database!(
    a_letter_waits_is_fetched_and_answered,
    letters_are_given_out_oldest_first_and_again_until_answered,
    what_a_mailbox_did_outlives_its_program,
    a_letter_is_fetched_or_withdrawn_never_both,
    nothing_is_given_out_for_a_batch_that_is_over,
    nothing_is_posted_for_a_batch_that_is_over,
    letters_of_another_channel_are_not_seen,
    tidying_keeps_what_is_open,
);

async fn posted(world: &World, lease: &Lease, message: &'static [u8]) -> (ClaimedBatch, BatchKey) {
    world.refresh(lease).await;
    let feed = world.open(lease, FeedKind::Differential).await;
    let batch = world.claim(lease, feed).await.unwrap();
    let key = BatchKey(batch.key.clone());
    letters(world).post(&key, Bytes::from_static(message)).await.unwrap();
    let (outcome, retry_at) = (whole(accepted()), |_| at(20));
    let settle = super::world::SETTLE;
    let ticketed =
        world.store.record_ticket(lease, &batch, &key.0, &outcome, 7, &retry_at, settle, world.now);
    ticketed.await.unwrap();
    (batch, key)
}

fn letters(world: &World) -> Letters {
    world.store.letters(world.channel, world.now)
}

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

async fn a_letter_waits_is_fetched_and_answered(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    assert_eq!(letters(&world).fetch().await.unwrap(), None);
    assert!(!letters(&world).waits().await.unwrap());
    let (_, key) = posted(&world, &lease, b"one").await;
    letters(&world).post(&key, bytes("again")).await.unwrap();
    assert!(letters(&world).waits().await.unwrap());
    assert_eq!(letters(&world).look(&key).await.unwrap(), Letter::Waiting);
    assert_eq!(letters(&world).fetched_at(&key).await.unwrap(), None);
    world.pass(60);
    let fetched = letters(&world).fetch().await.unwrap().unwrap();
    assert_eq!((&fetched.key, fetched.message.as_ref()), (&key, b"one".as_slice()));
    assert!(!fetched.is_repeat);
    assert_eq!(letters(&world).look(&key).await.unwrap(), Letter::Fetched);
    assert_eq!(letters(&world).fetched_at(&key).await.unwrap(), Some(at(60)));
    letters(&world).reply(&key, bytes("first")).await.unwrap();
    letters(&world).reply(&key, bytes("second")).await.unwrap();
    assert_eq!(letters(&world).look(&key).await.unwrap(), Letter::Answered(bytes("first")));
    assert_eq!(letters(&world).fetch().await.unwrap(), None);
    assert!(!letters(&world).waits().await.unwrap());
    let other = BatchKey("another".to_owned());
    assert_eq!(letters(&world).look(&other).await.unwrap(), Letter::Absent);
    letters(&world).reply(&other, bytes("to nobody")).await.unwrap();
}

async fn letters_are_given_out_oldest_first_and_again_until_answered(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let (_, first) = posted(&world, &lease, b"one").await;
    world.add("B", 2).await;
    let (_, second) = posted(&world, &lease, b"two").await;
    assert_eq!(letters(&world).fetch().await.unwrap().unwrap().key, first);
    let again = letters(&world).fetch().await.unwrap().unwrap();
    assert_eq!((&again.key, again.is_repeat), (&first, true));
    letters(&world).reply(&first, bytes("done")).await.unwrap();
    let next = letters(&world).fetch().await.unwrap().unwrap();
    assert_eq!((&next.key, next.is_repeat), (&second, false));
}

async fn what_a_mailbox_did_outlives_its_program(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let (_, key) = posted(&world, &lease, b"one").await;
    letters(&world).fetch().await.unwrap();
    let other = Store::open(&world.database.url).await.unwrap();
    let again = other.letters(world.channel, world.now).fetch().await.unwrap().unwrap();
    assert!(again.is_repeat, "it may have had its effect");
    other.letters(world.channel, world.now).reply(&key, bytes("done")).await.unwrap();
    assert_eq!(letters(&world).look(&key).await.unwrap(), Letter::Answered(bytes("done")));
}

async fn a_letter_is_fetched_or_withdrawn_never_both(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    for round in 0..20 {
        world.stock("A", "MAIN", 100 + round).await;
        let (batch, key) = posted(&world, &lease, b"one").await;
        let (one, two) = (letters(&world), letters(&world));
        let (fetched, withdrawn) = tokio::join!(one.fetch(), two.withdraw(&key));
        let (fetched, withdrawn) = (fetched.unwrap(), withdrawn.unwrap());
        assert_ne!(fetched.is_some(), withdrawn, "round {round}");
        world.record(&lease, &batch, accepted()).await;
    }
}

async fn nothing_is_given_out_for_a_batch_that_is_over(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let (batch, key) = posted(&world, &lease, b"one").await;
    letters(&world).fetch().await.unwrap().unwrap();
    assert!(!letters(&world).withdraw(&key).await.unwrap());
    world.record(&lease, &batch, unknown()).await;
    assert_eq!(letters(&world).fetch().await.unwrap(), None, "given up: it is not told again");
    letters(&world).reply(&key, bytes("late")).await.unwrap();
    assert_eq!(letters(&world).look(&key).await.unwrap(), Letter::Fetched);
}

async fn nothing_is_posted_for_a_batch_that_is_over(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.record(&lease, &batch, unknown()).await;
    let error = letters(&world).post(&BatchKey(batch.key), bytes("late")).await.unwrap_err();
    assert_eq!(error.arrival(), trueup_marketplace::Arrival::NotApplied);
    assert_eq!(letters(&world).fetch().await.unwrap(), None);
}

async fn letters_of_another_channel_are_not_seen(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let (_, key) = posted(&world, &lease, b"one").await;
    let name = "other".parse().unwrap();
    let settle = std::time::Duration::from_secs(600);
    let terms = serde_json::to_string(&world.terms).unwrap();
    let other = world.store.register_channel(&name, "test", &terms, settle, world.now);
    let other = world.store.letters(other.await.unwrap(), world.now);
    assert_eq!(other.fetch().await.unwrap(), None);
    assert_eq!(other.look(&key).await.unwrap(), Letter::Absent);
    assert!(!other.withdraw(&key).await.unwrap());
    other.reply(&key, bytes("forged")).await.unwrap();
    assert_eq!(letters(&world).look(&key).await.unwrap(), Letter::Waiting);
}

async fn tidying_keeps_what_is_open(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let (over, _) = posted(&world, &lease, b"one").await;
    world.record(&lease, &over, accepted()).await;
    world.add("B", 2).await;
    let (_, open) = posted(&world, &lease, b"two").await;
    letters(&world).tidy().await.unwrap();
    assert_eq!(world.number("SELECT COUNT(*) FROM letter").await, 1);
    assert_eq!(letters(&world).look(&open).await.unwrap(), Letter::Waiting);
}
