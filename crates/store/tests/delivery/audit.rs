//! The auditor finds what no path of delivery could have done.

use jiff::SignedDuration;
use trueup_delivery::State;
use trueup_marketplace::FeedKind;
use trueup_store::{Defects, Lease, Planner};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{PROFILE, World, accepted, not_applied, rejected, unknown};

on_each_database!(
    a_hundred_corrupted_flags_are_found_and_healed_in_one_audit,
    whatever_delivery_does_is_no_defect,
    a_lost_mark_is_found_and_set_again,
    a_listing_that_was_changed_by_hand_is_computed_again,
    defects_are_kept_for_people,
);

async fn flags(world: &World, lease: &Lease) -> Defects {
    world.store.audit_flags(lease, world.now).await.unwrap()
}

async fn levels(world: &World, lease: &Lease) -> Defects {
    let planner = world.planner();
    let planners: [&Planner<'_>; 1] = [&planner];
    let (mut after, mut defects) = (None, Defects::default());
    loop {
        let step = world.store.audit_levels(lease, after, 7, PROFILE, &planners, world.now);
        let step = step.await.unwrap();
        defects.merge(step.defects);
        after = step.next;
        if after.is_none() {
            return defects;
        }
    }
}

/// Every product told and at rest.
async fn told(database: TestDatabase, count: i64) -> (World, Lease) {
    let codes: Vec<String> = (0..count).map(|number| format!("P{number:03}")).collect();
    let products: Vec<(&str, i64)> = codes.iter().map(|code| (code.as_str(), 5)).collect();
    let world = World::new(database, &products).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    (world, lease)
}

/// Ten ways, each for every tenth listing.
const CORRUPTIONS: [(&str, &str); 10] = [
    ("ack_quantity = 9", "false_clean"),
    ("ack_quantity = NULL", "false_clean"),
    ("want_is_last = 1", "false_clean"),
    ("ack_on_orders = 1", "false_clean"),
    ("state = 9", "unknown_state"),
    ("state = 2", "lost_in_flight"),
    ("state = 2, batch_id = 1", "lost_in_flight"),
    ("state = 1, priority = 1", "due_without_reason"),
    ("state = 1, priority = 7, ack_quantity = 4", "out_of_reach"),
    ("state = 3", "parked_without_reason"),
];

async fn a_hundred_corrupted_flags_are_found_and_healed_in_one_audit(database: TestDatabase) {
    let (world, lease) = told(database, 100).await;
    assert_eq!(flags(&world, &lease).await, Defects::default());
    for (number, (change, _)) in CORRUPTIONS.iter().enumerate() {
        world
            .execute(&format!("UPDATE delivery SET {change} WHERE listing_id % 10 = {number}"))
            .await;
    }
    let found = flags(&world, &lease).await;
    assert_eq!(found.count(), 100, "{found:?}");
    for (_, defect) in CORRUPTIONS {
        let expected = CORRUPTIONS.iter().filter(|(_, other)| *other == defect).count() * 10;
        assert_eq!(found.counts[defect], u64::try_from(expected).unwrap(), "{found:?}");
        assert_eq!(found.examples[defect].len(), 5, "{found:?}");
    }
    assert_eq!(flags(&world, &lease).await, Defects::default(), "healed at once");
    let due = world.number("SELECT COUNT(*) FROM delivery WHERE state = 1").await;
    assert_eq!(due, 90, "all but those that were due without a reason are told again");
}

async fn whatever_delivery_does_is_no_defect(database: TestDatabase) {
    let (mut world, mut lease) = told(database, 6).await;
    for (quantity, fate) in [(3, unknown()), (4, rejected()), (8, not_applied()), (2, accepted())] {
        world.stock("P000", "MAIN", quantity).await;
        world.tell(&lease, fate).await;
        assert_eq!(flags(&world, &lease).await, Defects::default());
        assert_eq!(levels(&world, &lease).await, Defects::default());
        world.pass(700);
    }
    world.deactivate("P001").await;
    world.opt("P002", false).await;
    assert_eq!(levels(&world, &lease).await, Defects::default(), "marked is not lost");
    world.tell(&lease, accepted()).await;
    assert_eq!(world.listing("P001").await.state, State::Retired);
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    world.walk(&lease, feed).await.unwrap();
    assert_eq!(flags(&world, &lease).await, Defects::default(), "in flight");
    world.execute("UPDATE channel SET expires_at = 0").await;
    let _ = std::fs::remove_file(world.database.folder.path().join("trueup.db.shop.lock"));
    lease = world.lease().await;
    world.now += SignedDuration::from_secs(1);
    assert_eq!(flags(&world, &lease).await, Defects::default(), "interrupted");
    assert_eq!(levels(&world, &lease).await, Defects::default());
}

async fn a_lost_mark_is_found_and_set_again(database: TestDatabase) {
    let (world, lease) = told(database, 20).await;
    world.stock("P003", "MAIN", 1).await;
    world.opt("P007", false).await;
    world.add("NEW", 4).await;
    assert_eq!(levels(&world, &lease).await, Defects::default());
    world.execute("DELETE FROM dirty_product").await;
    let found = levels(&world, &lease).await;
    assert_eq!(found.counts["lost_mark"], 3, "{found:?}");
    assert_eq!(found.examples["lost_mark"], ["P003", "P007", "NEW"]);
    assert_eq!(levels(&world, &lease).await, Defects::default(), "marked again");
    let mut told = world.tell(&lease, accepted()).await;
    told.sort_unstable();
    assert_eq!(told, [0, 1, 4]);
}

async fn a_listing_that_was_changed_by_hand_is_computed_again(database: TestDatabase) {
    let (world, lease) = told(database, 3).await;
    world.execute("UPDATE delivery SET want_quantity = 50, ack_quantity = 50").await;
    assert_eq!(flags(&world, &lease).await, Defects::default(), "flags and values agree");
    assert_eq!(levels(&world, &lease).await.counts["lost_mark"], 3);
    assert_eq!(world.tell(&lease, accepted()).await, [5, 5, 5]);
    world.execute("UPDATE delivery SET is_held = 1").await;
    assert_eq!(levels(&world, &lease).await.counts["lost_mark"], 3, "held without a reason");
}

async fn defects_are_kept_for_people(database: TestDatabase) {
    let (world, lease) = told(database, 3).await;
    world.execute("UPDATE delivery SET ack_quantity = 9").await;
    let found = flags(&world, &lease).await;
    world.store.record_audit(&lease, &found, world.now).await.unwrap();
    world.store.record_audit(&lease, &Defects::default(), world.now).await.unwrap();
    let audits = world.store.audits().await.unwrap();
    let audit = &audits[&world.name];
    assert_eq!((audit.total, audit.found.len(), audit.at), (3, 0, world.now));
    let noted = "SELECT COUNT(*) FROM journal WHERE event = 'defects_healed'";
    assert_eq!(world.number(noted).await, 1);
}
