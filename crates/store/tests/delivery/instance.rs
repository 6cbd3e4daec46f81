//! A database that was restored or copied does not send before a person answers for it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use trueup_delivery::State;
use trueup_store::{ChannelId, Lease, LeaseAnswer, Store, StoreError, StoreErrorKind, Unbound};
use trueup_testbed::{TestDatabase, on_each_database};

use super::restored::Backup;
use super::world::{World, accepted};

on_each_database!(
    a_new_database_binds_itself_and_goes_on_sending,
    an_older_backup_in_the_same_place_does_not_send,
    a_database_that_went_its_own_way_does_not_send,
    another_database_in_the_same_place_does_not_send,
    a_second_host_shares_a_server_and_not_a_file,
    a_database_in_another_place_does_not_send,
    adopting_doubts_everything_and_goes_on_above_all_that_was_given_out,
    an_exchange_under_a_lease_ends_it,
);

const TTL: Duration = Duration::from_secs(3600);

fn record(world: &World) -> PathBuf {
    world.database.folder.path().join("host-1.instance")
}

/// Two products on a channel, in a database that this host guards and feeds from.
async fn guarded(database: TestDatabase) -> World {
    let mut world = World::new(database, &[("A", 5), ("B", 7)]).await;
    world.store = world.store.clone().guarded(record(&world));
    world
}

async fn ask(store: &Store, channel: ChannelId, now: Timestamp) -> Result<Lease, StoreError> {
    match store.lease(channel, "test", TTL, now).await? {
        LeaseAnswer::Granted(lease) => Ok(lease),
        LeaseAnswer::HeldBy { owner, .. } => panic!("held by {owner}"),
    }
}

async fn refusal(world: &World) -> String {
    let error = ask(&world.store, world.channel, world.now).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unbound, "{error}");
    assert!(error.to_string().contains("`trueup adopt --inputs-are-fresh`"), "{error}");
    error.to_string()
}

async fn feed(world: &World) -> Vec<i64> {
    let lease = world.lease().await;
    let told = world.tell(&lease, accepted()).await;
    world.store.release(&lease).await.unwrap();
    told
}

async fn a_new_database_binds_itself_and_goes_on_sending(database: TestDatabase) {
    let world = guarded(database).await;
    assert!(!record(&world).exists(), "nothing is bound before anything is sent");
    assert_eq!(feed(&world).await, [5, 7]);
    assert!(record(&world).exists());
    assert_eq!(world.store.unbound().await.unwrap(), None);
    world.stock("A", "MAIN", 3).await;
    assert_eq!(feed(&world).await, [3]);
}

async fn an_older_backup_in_the_same_place_does_not_send(database: TestDatabase) {
    let world = guarded(database).await;
    feed(&world).await;
    let backup = Backup::take(&world).await;
    world.stock("A", "MAIN", 1).await;
    assert_eq!(feed(&world).await, [1]);
    backup.restore(&world).await;
    assert_eq!(world.store.unbound().await.unwrap(), Some(Unbound::Behind));
    assert!(refusal(&world).await.contains("it is an older copy"));
    // Whoever only reads or imports is served.
    assert_eq!(world.listing("A").await.wanted.level.quantity, 5);
    world.stock("A", "MAIN", 2).await;
    assert_eq!(world.store.unbound().await.unwrap(), Some(Unbound::Behind));
}

async fn a_database_that_went_its_own_way_does_not_send(database: TestDatabase) {
    let world = guarded(database).await;
    feed(&world).await;
    let backup = Backup::take(&world).await;
    feed(&world).await;
    let seen = std::fs::read(record(&world)).unwrap();
    backup.restore(&world).await;
    // Somebody else fed from it for longer than this host had: its journal is longer, and another.
    std::fs::remove_file(record(&world)).unwrap();
    let stranger = world.database.folder.path().join("stranger");
    let store = world.store.clone().guarded(stranger);
    store.adopt(world.now).await.unwrap();
    for _ in 0..5 {
        let lease = ask(&store, world.channel, world.now).await.unwrap();
        store.release(&lease).await.unwrap();
    }
    std::fs::write(record(&world), seen).unwrap();
    assert_eq!(world.store.unbound().await.unwrap(), Some(Unbound::Behind));
}

async fn another_database_in_the_same_place_does_not_send(database: TestDatabase) {
    let world = guarded(database).await;
    feed(&world).await;
    world.execute("UPDATE instance SET nonce = 'another'").await;
    assert_eq!(world.store.unbound().await.unwrap(), Some(Unbound::Other));
    world.execute("DELETE FROM instance").await;
    assert_eq!(world.store.unbound().await.unwrap(), Some(Unbound::Replaced));
    refusal(&world).await;
}

async fn a_second_host_shares_a_server_and_not_a_file(database: TestDatabase) {
    let world = guarded(database).await;
    feed(&world).await;
    let second = world.database.folder.path().join("host-2.instance");
    let other = Store::open(&world.database.url).await.unwrap().guarded(second.clone());
    if world.store.path().is_some() {
        assert_eq!(other.unbound().await.unwrap(), Some(Unbound::NoRecord));
        return;
    }
    for store in [&other, &world.store, &other, &world.store] {
        let lease = ask(store, world.channel, world.now).await.unwrap();
        store.release(&lease).await.unwrap();
    }
    assert!(second.exists());
}

async fn a_database_in_another_place_does_not_send(database: TestDatabase) {
    let world = guarded(database).await;
    feed(&world).await;
    world.execute("UPDATE instance SET place = 'somewhere else'").await;
    assert!(refusal(&world).await.contains("it was bound to somewhere else and is at "));
    let adopted = world.store.adopt(world.now).await.unwrap();
    assert!(matches!(adopted.because, Some(Unbound::Moved { .. })), "{adopted:?}");
    assert_eq!(adopted.listings, 2);
    assert_eq!(feed(&world).await.len(), 2);
}

async fn adopting_doubts_everything_and_goes_on_above_all_that_was_given_out(
    database: TestDatabase,
) {
    let mut world = guarded(database).await;
    feed(&world).await;
    world.deactivate("B").await;
    assert_eq!(feed(&world).await, [0]);
    assert_eq!(world.listing("B").await.state, State::Retired);
    let backup = Backup::take(&world).await;
    let mut batches = world.number("SELECT MAX(id) FROM batch").await;
    for quantity in [9, 8, 7] {
        world.stock("A", "MAIN", quantity).await;
        feed(&world).await;
        batches += 1;
    }
    let generation = world.listing("A").await.wanted.generation;
    let epoch = world.number("SELECT epoch FROM channel").await;
    backup.restore(&world).await;
    world.stock("A", "MAIN", 4).await;

    let adopted = world.store.adopt(world.now).await.unwrap();
    assert_eq!((adopted.because, adopted.listings), (Some(Unbound::Behind), 2));
    for code in ["A", "B"] {
        let listing = world.listing(code).await;
        assert!(matches!(listing.state, State::Due { .. }), "{code}: {listing:?}");
        assert!(!listing.suspects.is_empty() && listing.wanted.generation > generation, "{code}");
    }
    assert!(world.number("SELECT epoch FROM channel").await > epoch);
    let mut told = feed(&world).await;
    told.sort_unstable();
    assert_eq!(told, [0, 4], "what stands there may be anything, so all of it is told");
    assert!(world.number("SELECT MAX(id) FROM batch").await > batches);
    world.pass(601);
    assert_eq!(feed(&world).await.len(), 2, "and once more when nothing old can land any more");
    assert_eq!(world.listing("A").await.state, State::Clean);
    assert_eq!(world.listing("B").await.state, State::Retired);
    assert_eq!(feed(&world).await, [0_i64; 0]);
    let checks = world.store.verify_journals().await.unwrap();
    assert!(checks.iter().all(|check| check.broken.is_none()), "{checks:?}");
    let noted = "SELECT COUNT(*) FROM journal WHERE event = 'adopted'";
    assert_eq!(world.number(noted).await, 1);
}

async fn an_exchange_under_a_lease_ends_it(database: TestDatabase) {
    let world = guarded(database).await;
    feed(&world).await;
    let backup = Backup::take(&world).await;
    let lease = world.lease().await;
    let before = std::fs::read(record(&world)).unwrap();
    backup.restore(&world).await;
    assert!(world.store.renew(&lease).await.is_err());
    assert_eq!(std::fs::read(record(&world)).unwrap(), before, "the proof stays");
    let is_there = |path: &Path| path.exists();
    assert!(is_there(&record(&world)));
}
