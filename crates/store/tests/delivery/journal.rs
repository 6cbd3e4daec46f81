//! The journal: whole after real feeds, and not after anything was changed.

use std::collections::BTreeMap;

use trueup_marketplace::FeedKind;
use trueup_store::{BatchOutcome, FeedEnd, JournalCheck, JournalHead, Lease};
use trueup_testbed::{TestDatabase, on_each_database};

use super::tampering::TAMPERING;
use super::world::{World, accepted, rejected, unknown, whole};

on_each_database!(
    what_was_told_is_in_the_journal_and_verifies,
    every_change_by_another_hand_is_found,
    a_noted_head_shows_a_shortened_and_a_rewritten_journal,
    two_channels_append_at_once,
    one_products_history_shows_numbers_inputs_and_answers,
    an_interrupted_batch_and_late_news_keep_the_chain_whole,
);

/// Two products; a Differential in which one line is refused, and a True-Up that passes it over.
async fn fed(database: TestDatabase) -> World {
    let mut world = World::new(database, &[("A", 5), ("B", 7)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.keep(&lease, &batch, b"a request").await;
    let refused = batch.lines[1].listing;
    let outcome = BatchOutcome {
        exceptions: BTreeMap::from([(refused, rejected())]),
        handle: Some("handle-1".to_owned()),
        ..whole(accepted())
    };
    world.answer(&lease, &batch, &outcome).await;
    world.close(&lease, feed).await;
    world.pass(60);
    true_up(&world, &lease).await;
    world.pass(60);
    world.stock("A", "MAIN", 3).await;
    world.tell(&lease, unknown()).await;
    world.store.release(&lease).await.unwrap();
    world
}

async fn true_up(world: &World, lease: &Lease) {
    let feed = world.open(lease, FeedKind::TrueUp).await;
    let batch = world.walk(lease, feed).await.unwrap();
    world.answer(lease, &batch, &whole(accepted())).await;
    let closed =
        world.store.close_feed(lease, feed, FeedEnd::Done, 0, Some("one"), None, world.now);
    closed.await.unwrap();
}

async fn check(world: &World) -> JournalCheck {
    world.store.verify_journal(Some(&world.name), None).await.unwrap()
}

async fn what_was_told_is_in_the_journal_and_verifies(database: TestDatabase) {
    let world = fed(database).await;
    let checks = world.store.verify_journals().await.unwrap();
    assert_eq!(checks.len(), 2, "{checks:?}");
    for check in &checks {
        assert_eq!(check.broken, None, "{check:?}");
        assert_eq!(u64::try_from(check.head.sequence).unwrap(), check.entries);
    }
    assert_eq!(checks[1].batches, 4, "three that were sent, and one of a parked line");
    for event in ["lease_granted", "feed_opened", "levels_changed", "batch_claimed"] {
        let sql = format!("SELECT COUNT(*) FROM journal WHERE event = '{event}' AND chain > 0");
        assert!(world.number(&sql).await > 0, "{event}");
    }
    let imports = "SELECT COUNT(*) FROM journal WHERE event = 'imported' AND chain = 0";
    assert_eq!(world.number(imports).await, 4);
}

async fn every_change_by_another_hand_is_found(database: TestDatabase) {
    let world = fed(database).await;
    let is_postgres = world.store.path().is_none();
    let bytes = if is_postgres { "BYTEA" } else { "BLOB" };
    for table in TABLES {
        world.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
    }
    for (what, sql, said) in TAMPERING {
        let foreign_keys = if is_postgres { "" } else { "PRAGMA foreign_keys = OFF; " };
        world.execute(&format!("{foreign_keys}{}", sql.replace("{bytes}", bytes))).await;
        let broken = check(&world).await.broken.unwrap_or_else(|| panic!("{what} was not found"));
        let message = broken.to_string();
        assert!(message.contains(said), "{what}: {message}");
        restore(&world).await;
        assert_eq!(check(&world).await.broken, None, "after {what}");
    }
}

const TABLES: &[&str] =
    &["feed", "batch", "batch_body", "batch_request", "line_exception", "journal", "journal_head"];

async fn restore(world: &World) {
    for table in TABLES.iter().rev() {
        world.execute(&format!("DELETE FROM {table}")).await;
    }
    for table in TABLES {
        world.execute(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
    }
}

async fn a_noted_head_shows_a_shortened_and_a_rewritten_journal(database: TestDatabase) {
    let world = fed(database).await;
    let noted = check(&world).await.head;
    let verify = |head: JournalHead| world.store.verify_journal(Some(&world.name), Some(head));
    assert_eq!(verify(noted.clone()).await.unwrap().broken, None);
    let other = JournalHead { hash: "0".repeat(64), ..noted.clone() };
    let said = verify(other).await.unwrap().broken.unwrap().to_string();
    assert!(said.contains("another hash than the one that was noted"), "{said}");
    // Whoever cuts the tail off and mends the head is found by the noted head alone.
    world
        .execute(
            "DELETE FROM journal WHERE chain = 1 AND sequence = \
             (SELECT sequence FROM journal_head WHERE chain = 1); \
             UPDATE journal_head SET sequence = sequence - 1, hash = (SELECT hash FROM journal \
             WHERE chain = 1 AND sequence = journal_head.sequence - 1) WHERE chain = 1",
        )
        .await;
    assert_eq!(check(&world).await.broken, None);
    let said = verify(noted).await.unwrap().broken.unwrap().to_string();
    assert!(said.contains("though the noted head goes on"), "{said}");
}

async fn two_channels_append_at_once(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let other = "mall".parse().unwrap();
    let terms = serde_json::to_string(&world.terms).unwrap();
    let settle = std::time::Duration::from_secs(600);
    world.store.register_channel(&other, "test", &terms, settle, world.now).await.unwrap();
    let pause = |name: trueup_stock::ChannelName| {
        let store = world.store.clone();
        async move {
            for turn in 0..50 {
                store.set_paused(&name, turn % 2 == 0).await.unwrap();
            }
        }
    };
    let tasks = [world.name.clone(), other.clone(), world.name.clone(), other].map(pause);
    futures_join(tasks).await;
    for check in world.store.verify_journals().await.unwrap() {
        assert_eq!(check.broken, None, "{check:?}");
        if check.channel.is_some() {
            assert!(check.entries >= 100, "{check:?}");
        }
    }
}

async fn futures_join<F: Future<Output = ()> + Send + 'static>(tasks: [F; 4]) {
    let handles = tasks.map(|task| tokio::spawn(task));
    for handle in handles {
        handle.await.unwrap();
    }
}

async fn one_products_history_shows_numbers_inputs_and_answers(database: TestDatabase) {
    let world = fed(database).await;
    let told = world.store.told(world.channel, &"A".parse().unwrap()).await.unwrap();
    let quantities: Vec<i64> = told.iter().map(|told| told.level.quantity).collect();
    assert_eq!(quantities, [5, 5, 3]);
    let outcomes: Vec<String> = told.iter().map(|told| told.answer.outcome.to_string()).collect();
    assert_eq!(outcomes, ["accepted", "accepted", "unknown"]);
    assert_eq!(told[0].answer.handle.as_deref(), Some("handle-1"));
    assert_eq!(told[1].kind, "true_up");
    assert_eq!(told[2].generation, 2);
    assert!(told[2].inputs.as_ref().unwrap().sequence > told[0].inputs.as_ref().unwrap().sequence);
    for told in &told {
        let (sent, answered) = (told.told.as_ref().unwrap(), told.answer.told.as_ref().unwrap());
        assert!(sent.sequence < answered.sequence, "{told:?}");
        assert_eq!(told.terms, Some(2), "{told:?}");
        let sql = format!("SELECT COUNT(*) FROM journal WHERE hash = '{}'", sent.hash);
        assert_eq!(world.number(&sql).await, 1);
    }
    let refused = world.store.told(world.channel, &"B".parse().unwrap()).await.unwrap();
    assert_eq!(refused[0].answer.code.as_deref(), Some("E7"));
    assert_eq!(refused[1].answer.outcome.to_string(), "parked");
}

async fn an_interrupted_batch_and_late_news_keep_the_chain_whole(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lost = world.lease().await;
    world.refresh(&lost).await;
    let feed = world.open(&lost, FeedKind::Differential).await;
    let batch = world.claim(&lost, feed).await.unwrap();
    world.execute("UPDATE channel SET expires_at = 0").await;
    let _ = std::fs::remove_file(world.database.folder.path().join("trueup.db.shop.lock"));
    let lease = world.lease().await;
    world.record(&lost, &batch, accepted()).await;
    world.store.release(&lease).await.unwrap();
    assert_eq!(check(&world).await.broken, None);
    let sql = "SELECT COUNT(*) FROM journal WHERE event IN ('batch_interrupted', 'batch_late')";
    assert_eq!(world.number(sql).await, 2);
}
