//! Answers that get lost where a request must not simply be sent again.

use std::sync::Arc;
use std::time::Duration;

use trueup_delivery::State;
use trueup_marketplace::{Effect, FeedKind, Limit, TrueUp};
use trueup_runner::{Cause, FeedOrder};
use trueup_stock::Basis;
use trueup_testbed::{TestDatabase, on_each_database};

use crate::fake::Fake;
use crate::ledger::{Ledger, Mishap};
use crate::world::{World, code};

on_each_database!(
    a_lost_answer_is_resolved_with_the_same_bytes_and_applied_once,
    a_lost_request_is_repeated_as_it_was,
    a_sender_that_dies_leaves_its_request_to_the_next,
    the_newer_number_waits_and_goes_under_a_new_key,
    several_open_requests_hold_up_no_other_line,
    asking_backs_off,
    what_will_never_be_known_is_told_anew_once_it_has_settled,
    a_key_is_not_used_beyond_its_life,
    a_marketplace_without_keys_is_asked_once_the_settle_time_has_passed,
    a_whole_true_up_waits_for_what_is_not_known,
);

/// So many products on a ledger with these mishaps ahead.
async fn world(database: TestDatabase, products: usize, ledger: Ledger) -> (World, Arc<Ledger>) {
    let mut world = World::new(database, Fake::new(1), products).await;
    let ledger = Arc::new(ledger);
    world.channel.marketplace = Arc::clone(&ledger) as _;
    (world, ledger)
}

async fn differential(world: &World) {
    world.feed(FeedKind::Differential).await;
}

async fn is_clean(world: &World, number: usize) -> bool {
    world.listing(&code(number)).await.listing.state == State::Clean
}

async fn a_lost_answer_is_resolved_with_the_same_bytes_and_applied_once(database: TestDatabase) {
    let (world, ledger) = world(database, 1, Ledger::new(&[Mishap::AnswerLost])).await;
    differential(&world).await;
    let requests = ledger.books().requests.clone();
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert_eq!(requests[0], requests[1], "the identical bytes under the same key");
    assert_eq!(ledger.shows("P00001"), Some(5), "added once");
    assert!(is_clean(&world, 1).await);
    assert_eq!(world.status().await.unresolved, 0);
}

async fn a_lost_request_is_repeated_as_it_was(database: TestDatabase) {
    let (world, ledger) = world(database, 1, Ledger::new(&[Mishap::RequestLost])).await;
    differential(&world).await;
    assert_eq!(ledger.books().requests.len(), 2);
    assert_eq!(ledger.shows("P00001"), Some(5));
    assert!(is_clean(&world, 1).await);
}

async fn a_sender_that_dies_leaves_its_request_to_the_next(database: TestDatabase) {
    let (world, ledger) = world(database, 1, Ledger::new(&[Mishap::Hangs])).await;
    let order = FeedOrder {
        kind: FeedKind::Differential,
        basis: Basis::Real,
        cause: Cause::Schedule,
        planned: None,
    };
    // Dropping the feed is what the end of its process is to it.
    let dying =
        tokio::time::timeout(Duration::from_secs(1), world.runner.feed(&world.channel, &order));
    assert!(dying.await.is_err());
    assert_eq!(ledger.shows("P00001"), Some(5), "it had arrived");
    world.expire_lease().await;
    differential(&world).await;
    let requests = ledger.books().requests.clone();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
    assert_eq!(ledger.shows("P00001"), Some(5), "added once");
    assert!(is_clean(&world, 1).await);
}

async fn the_newer_number_waits_and_goes_under_a_new_key(database: TestDatabase) {
    let mishaps = [Mishap::AnswerLost, Mishap::RequestLost];
    let (world, ledger) = world(database, 1, Ledger::new(&mishaps)).await;
    differential(&world).await;
    assert_eq!(world.status().await.unresolved, 1);
    world.stock("stock.csv", &[("P00001", 9)]).await;
    world.pass(15);
    differential(&world).await;
    let requests = ledger.books().requests.clone();
    let bodies: Vec<_> = requests.iter().map(|(_, body)| body.as_ref()).collect();
    assert_eq!(bodies, [b"P00001 5\n".as_slice(), b"P00001 5\n", b"P00001 5\n", b"P00001 4\n"]);
    assert_eq!(requests[2].0, requests[0].0);
    assert_ne!(requests[3].0, requests[0].0);
    assert_eq!(ledger.shows("P00001"), Some(9));
    assert!(is_clean(&world, 1).await);
}

async fn several_open_requests_hold_up_no_other_line(database: TestDatabase) {
    let mishaps = [Mishap::RequestLost, Mishap::RequestLost];
    let (world, ledger) = world(database, 1, Ledger::new(&mishaps)).await;
    differential(&world).await;
    world.products(&[code(2), code(3)]).await;
    world.stock("more.csv", &[("P00002", 2), ("P00003", 3)]).await;
    ledger.books().lose_next(2);
    differential(&world).await;
    assert_eq!(world.status().await.unresolved, 2);
    world.pass(3_600);
    differential(&world).await;
    assert_eq!((ledger.shows("P00001"), ledger.shows("P00002")), (Some(5), Some(2)));
    assert_eq!(ledger.shows("P00003"), Some(3));
    assert_eq!(world.status().await.clean, 3);
}

async fn asking_backs_off(database: TestDatabase) {
    let (world, ledger) = world(database, 1, Ledger::new(&[Mishap::RequestLost; 50])).await;
    for _ in 0..60 {
        differential(&world).await;
        world.pass(60);
    }
    let asked = ledger.keys().len();
    assert!((5..=15).contains(&asked), "{asked} requests in an hour");
    assert_eq!(ledger.keys().iter().collect::<std::collections::HashSet<_>>().len(), 1);
}

async fn what_will_never_be_known_is_told_anew_once_it_has_settled(database: TestDatabase) {
    let mishaps = [Mishap::AnswerLost, Mishap::Forgotten];
    let (world, ledger) = world(database, 1, Ledger::new(&mishaps)).await;
    differential(&world).await;
    let listing = world.listing("P00001").await.listing;
    assert_eq!(listing.suspects.len(), 1, "{listing:?}");
    world.pass(599);
    differential(&world).await;
    assert_eq!(ledger.keys().len(), 2, "no difference is computed while one may land");
    world.pass(1);
    differential(&world).await;
    assert_eq!(ledger.books().requests[2].1.as_ref(), b"P00001 0\n", "it had been applied");
    assert_eq!(ledger.shows("P00001"), Some(5));
    assert!(is_clean(&world, 1).await);
}

async fn a_key_is_not_used_beyond_its_life(database: TestDatabase) {
    let mishaps = [Mishap::AnswerLost, Mishap::RequestLost];
    let (world, ledger) = world(database, 1, Ledger::new(&mishaps)).await;
    differential(&world).await;
    // A repetition takes up to two minutes.
    world.pass(86_400 - 119);
    differential(&world).await;
    assert_eq!(ledger.keys().len(), 2, "the marketplace would take it for a new request");
    assert_eq!(world.listing("P00001").await.listing.suspects.len(), 1);
    world.pass(600);
    differential(&world).await;
    assert_eq!(ledger.shows("P00001"), Some(5));
    assert!(is_clean(&world, 1).await);
}

async fn a_marketplace_without_keys_is_asked_once_the_settle_time_has_passed(
    database: TestDatabase,
) {
    let mut ledger = Ledger::new(&[Mishap::AnswerLost]);
    ledger.capabilities.effect = Effect::Difference;
    ledger.capabilities.key_life = Duration::ZERO;
    let (world, ledger) = world(database, 1, ledger).await;
    differential(&world).await;
    world.pass(599);
    differential(&world).await;
    assert_eq!(ledger.keys().len(), 1, "what is not there yet may still come");
    world.pass(1);
    differential(&world).await;
    assert_eq!(ledger.keys().len(), 2);
    assert!(is_clean(&world, 1).await);
}

async fn a_whole_true_up_waits_for_what_is_not_known(database: TestDatabase) {
    let mut ledger = Ledger::new(&[Mishap::AnswerLost, Mishap::RequestLost, Mishap::RequestLost]);
    ledger.capabilities.true_up = TrueUp::Whole(Limit::NONE);
    let (world, ledger) = world(database, 1, ledger).await;
    differential(&world).await;
    let feed = world.feed(FeedKind::TrueUp).await;
    assert!(feed.message.unwrap().contains("an earlier feed is not settled"));
    assert_eq!(ledger.keys().len(), 2);
    world.pass(900);
    world.feed(FeedKind::TrueUp).await;
    world.pass(900);
    let feed = world.feed(FeedKind::TrueUp).await;
    assert_eq!((feed.accepted, feed.message), (1, None));
}
