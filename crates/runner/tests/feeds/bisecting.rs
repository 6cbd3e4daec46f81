//! Batches that are refused as a whole, because of a line or because of everything.

use std::time::Duration;

use trueup_delivery::State;
use trueup_marketplace::{FeedKind, Limit, TrueUp};
use trueup_store::FeedState;
use trueup_testbed::{TestDatabase, on_each_database};

use crate::fake::{Fake, poisoned, refused};
use crate::world::{World, code};

on_each_database!(
    one_poison_line_among_2_costs_3_requests,
    one_poison_line_among_3_costs_5_requests,
    one_poison_line_among_500_costs_19_requests,
    one_poison_line_among_10_000_costs_29_requests,
    several_poison_lines_are_parked_and_the_others_delivered,
    many_poison_lines_side_by_side_are_parked_in_one_feed,
    a_marketplace_that_refuses_everything_gets_one_descent,
    single_lines_that_are_refused_hold_up_no_other,
    nothing_taken_parks_nothing,
    withheld_lines_are_told_once_and_blame_no_other,
    a_batch_too_large_is_only_divided,
    a_whole_true_up_is_not_divided,
    a_true_up_finds_poison_too,
    a_crash_while_dividing_loses_nothing,
);

/// 2·⌈log₂ n⌉ + 1, the request that was refused first included.
fn bound(lines: usize) -> usize {
    let mut halvings = 0;
    while 1_usize << halvings < lines {
        halvings += 1;
    }
    2 * halvings + 1
}

async fn one_among(database: TestDatabase, lines: usize, poison: &'static [&'static str]) {
    let world = World::new(database, Fake::new(lines), lines).await;
    world.fake.judge(poisoned(poison));
    let feed = world.feed(FeedKind::Differential).await;
    assert!(world.fake.requests() <= bound(lines), "{lines} lines");
    assert_eq!(feed.state, FeedState::Done);
    assert_eq!(feed.rejected, 1);
    assert_eq!(feed.accepted, u64::try_from(lines).unwrap() - 1);
    let listing = world.listing(poison[0]).await.listing;
    let State::Parked(parked) = listing.state else { panic!("{listing:?}") };
    assert_eq!(parked.reason, format!("refused: `{}` is malformed", poison[0]));
    assert_eq!(world.fake.shown.lock().unwrap().len(), lines - 1);
}

async fn one_poison_line_among_2_costs_3_requests(database: TestDatabase) {
    one_among(database, 2, &["P00002"]).await;
}

async fn one_poison_line_among_3_costs_5_requests(database: TestDatabase) {
    one_among(database, 3, &["P00001"]).await;
}

async fn one_poison_line_among_500_costs_19_requests(database: TestDatabase) {
    one_among(database, 500, &["P00317"]).await;
}

async fn one_poison_line_among_10_000_costs_29_requests(database: TestDatabase) {
    one_among(database, 10_000, &["P09999"]).await;
}

async fn several_poison_lines_are_parked_and_the_others_delivered(database: TestDatabase) {
    let world = World::new(database, Fake::new(100), 100).await;
    world.fake.judge(poisoned(&["P00001", "P00002", "P00050", "P00100"]));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.accepted, feed.rejected), (FeedState::Done, 96, 4));
    assert!(world.fake.requests() <= 4 * bound(100));
    assert_eq!(world.feed(FeedKind::Differential).await.planned, 0);
}

async fn many_poison_lines_side_by_side_are_parked_in_one_feed(database: TestDatabase) {
    let world = World::new(database, Fake::new(500), 200).await;
    world.fake.judge(Box::new(|batch| {
        let is_poison = |code: &str| ("P00040".."P00140").contains(&code);
        match batch.lines.iter().any(|line| is_poison(line.part_number.as_str())) {
            true => Err(refused("an unknown brand")),
            false => Ok(()),
        }
    }));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.accepted, feed.rejected), (FeedState::Done, 100, 100));
}

async fn a_marketplace_that_refuses_everything_gets_one_descent(database: TestDatabase) {
    let world = World::new(database, Fake::new(500), 1_200).await;
    world.fake.judge(Box::new(|_| Err(refused("the account is closed"))));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!(world.fake.requests(), bound(500));
    assert_eq!(feed.state, FeedState::Failed);
    let message = feed.message.unwrap();
    assert!(message.starts_with("everything is refused, down to single lines"), "{message}");
    assert!(message.contains("the account is closed"), "{message}");
    assert_eq!((feed.rejected, feed.pending, feed.accepted), (0, 0, 0));
    let status = world.status().await;
    assert_eq!((status.parked, status.due, status.in_flight), (0, 1_200, 0));
    world.fake.judge(Box::new(|_| Ok(())));
    world.pass(3_600);
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Done, 1_200));
}

async fn single_lines_that_are_refused_hold_up_no_other(database: TestDatabase) {
    let world = World::new(database, Fake::new(1), 12).await;
    world.fake.judge(poisoned(&["P00001", "P00002", "P00003", "P00004", "P00012"]));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Done, 7));
    // Nothing was taken after the last one, so that nothing shows whose fault that is.
    assert_eq!((feed.rejected, feed.superseded), (4, 1));
}

async fn nothing_taken_parks_nothing(database: TestDatabase) {
    let world = World::new(database, Fake::new(500), 1).await;
    world.fake.judge(poisoned(&["P00001"]));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.superseded, feed.rejected), (1, 0));
    assert!(matches!(world.listing("P00001").await.listing.state, State::Due { .. }));
}

async fn withheld_lines_are_told_once_and_blame_no_other(database: TestDatabase) {
    let codes = ["A", "B", "WITHHELD-1", "WITHHELD-2", "X"].map(str::to_owned);
    let world = World::of(database, Fake::new(500), &codes).await;
    world.fake.judge(poisoned(&["X"]));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.accepted, feed.rejected), (FeedState::Done, 2, 3));
    let listing = world.listing("WITHHELD-1").await.listing;
    let State::Parked(parked) = listing.state else { panic!("{listing:?}") };
    assert_eq!(parked.reason, "own: cannot be sent");
    assert!(world.fake.requests() <= bound(3), "the withheld ones are not sent");
}

async fn a_batch_too_large_is_only_divided(database: TestDatabase) {
    let world = World::new(database, Fake::new(500), 100).await;
    world.fake.judge(Box::new(|batch| match batch.lines.len() {
        0..=30 => Ok(()),
        _ => Err(refused("too many lines")),
    }));
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.accepted, feed.rejected), (FeedState::Done, 100, 0));
    assert_eq!(world.fake.requests(), 7);
}

async fn a_whole_true_up_is_not_divided(database: TestDatabase) {
    let mut fake = Fake::new(500);
    fake.capabilities.true_up = TrueUp::Whole(Limit::NONE);
    let world = World::new(database, fake, 10).await;
    world.fake.judge(poisoned(&["P00004"]));
    let feed = world.feed(FeedKind::TrueUp).await;
    assert_eq!((world.fake.requests(), feed.state), (1, FeedState::Failed));
    let message = feed.message.unwrap();
    assert!(message.contains("travels whole there and cannot be divided"), "{message}");
    assert_eq!((feed.superseded, feed.rejected), (10, 0));
}

async fn a_true_up_finds_poison_too(database: TestDatabase) {
    let world = World::new(database, Fake::new(50), 120).await;
    assert_eq!(world.feed(FeedKind::Differential).await.accepted, 120);
    world.fake.judge(poisoned(&["P00077"]));
    let feed = world.feed(FeedKind::TrueUp).await;
    assert_eq!((feed.state, feed.accepted, feed.rejected), (FeedState::Done, 119, 1));
    assert_eq!(world.fake.shows(&code(77)), Some(5), "it still shows what it showed");
}

async fn a_crash_while_dividing_loses_nothing(database: TestDatabase) {
    let world = World::new(database, Fake::new(64), 64).await;
    world.fake.judge(poisoned(&["P00030"]));
    world.fake.hang_at(6);
    let feed = world.feed(FeedKind::Differential);
    assert!(tokio::time::timeout(Duration::from_secs(2), feed).await.is_err(), "it hangs");
    world.expire_lease().await;
    world.pass(3_600);
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.state, feed.rejected), (FeedState::Done, 1), "{feed:?}");
    world.pass(3_600);
    world.feed(FeedKind::Differential).await;
    let status = world.status().await;
    assert_eq!((status.clean, status.parked, status.unresolved), (63, 1, 0), "{status:?}");
}
