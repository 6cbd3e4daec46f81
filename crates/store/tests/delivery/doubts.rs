//! Unclear outcomes, and what happens until they are clear.

use trueup_delivery::{Priority, State};
use trueup_marketplace::FeedKind;
use trueup_store::Recorded;
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, at, rejected, unknown, whole};

on_each_database!(
    an_unclear_number_is_confirmed_until_it_is_clean,
    a_decrease_after_an_unclear_outcome_is_told_at_once,
    each_line_of_a_batch_has_its_own_fate,
    a_ticket_keeps_lines_in_flight_but_for_the_exceptions,
);

async fn an_unclear_number_is_confirmed_until_it_is_clean(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.stock("A", "MAIN", 8).await;
    world.tell(&lease, unknown()).await;
    let listing = world.listing("A").await;
    assert_eq!((listing.suspects.len(), listing.exposure()), (1, 0));
    assert_eq!(listing.suspects[0].settle_until, at(600));
    assert_eq!(world.rows("A").await[0].possible, [5, 8]);
    world.pass(30);
    assert_eq!(world.tell(&lease, accepted()).await, [8], "sent again after the back-off");
    let listing = world.listing("A").await;
    assert_eq!(listing.suspects.len(), 1, "the first send may still land");
    assert_eq!(listing.state, State::Due { priority: Priority::First, not_before: at(600) });
    assert_eq!(world.tell(&lease, accepted()).await, Vec::<i64>::new());
    world.pass(600);
    assert_eq!(world.tell(&lease, accepted()).await, [8], "confirmed after the settle time");
    let listing = world.listing("A").await;
    assert_eq!((listing.state, listing.suspects.len()), (State::Clean, 0));
    assert_eq!(world.number("SELECT COUNT(*) FROM suspect").await, 0);
}

async fn a_decrease_after_an_unclear_outcome_is_told_at_once(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, unknown()).await;
    world.stock("A", "MAIN", 1).await;
    let status = &world.store.status(world.now).await.unwrap()[0];
    assert_eq!((status.unresolved, status.due, status.dirty), (1, 1, 1));
    assert_eq!(world.tell(&lease, unknown()).await, [1]);
    let status = &world.store.status(world.now).await.unwrap()[0];
    assert_eq!((status.unresolved, status.exposure), (1, 4));
}

async fn each_line_of_a_batch_has_its_own_fate(database: TestDatabase) {
    let world = World::new(database, &[("A", 1), ("B", 2), ("C", 3)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    let mut outcome = whole(accepted());
    let line = |part: &str| {
        let found = batch.lines.iter().find(|line| line.part_number.as_str() == part);
        found.unwrap().listing
    };
    outcome.exceptions.insert(line("B"), rejected());
    outcome.exceptions.insert(line("C"), unknown());
    assert_eq!(world.answer(&lease, &batch, &outcome).await, Recorded::Done);
    assert_eq!(world.listing("A").await.state, State::Clean);
    let State::Parked(parked) = world.listing("B").await.state else { panic!("not parked") };
    assert_eq!(parked.reason, "E7: unknown part");
    assert_eq!(world.listing("C").await.suspects.len(), 1);
}

async fn a_ticket_keeps_lines_in_flight_but_for_the_exceptions(database: TestDatabase) {
    let world = World::new(database, &[("A", 1), ("B", 2)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::Differential).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    world.keep(&lease, &batch, b"request").await;
    let mut outcome = whole(accepted());
    let refused = &batch.lines[1];
    outcome.exceptions.insert(refused.listing, rejected());
    let retry_at = |_| at(20);
    let ticketed = world
        .store
        .record_ticket(&lease, &batch, "T1", &outcome, 7, &retry_at, super::world::SETTLE, at(1))
        .await;
    assert_eq!(ticketed.unwrap(), Recorded::Done);
    assert!(matches!(world.listing("A").await.state, State::InFlight(_)));
    assert_eq!(world.rows("A").await[0].possible, [1]);
    assert!(matches!(world.listing("B").await.state, State::Parked(_)));
    let open = world.store.open_tickets(world.channel).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].ticket.as_deref(), &open[0].key), (Some("T1"), &batch.key));
    assert_eq!(open[0].lines.len(), 2);
    assert_eq!(world.record(&lease, &open[0], accepted()).await, Recorded::Done);
    assert_eq!(world.listing("A").await.state, State::Clean);
    assert!(matches!(world.listing("B").await.state, State::Parked(_)), "it keeps its fate");
    let row = world.store.feed(feed).await.unwrap().unwrap();
    assert_eq!((row.planned, row.accepted, row.rejected), (2, 1, 1));
}
