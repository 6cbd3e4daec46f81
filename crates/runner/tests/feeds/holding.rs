//! Feeds that would do great damage: held in part, approved, released.

use jiff::SignedDuration;
use trueup_marketplace::{FeedKind, Limit, TrueUp};
use trueup_runner::Guard;
use trueup_store::{FeedId, FeedState, StoreErrorKind};
use trueup_testbed::{TestDatabase, on_each_database};

use crate::fake::{Fake, refused};
use crate::world::{World, code};

on_each_database!(
    a_first_contact_is_not_held,
    a_mass_of_zeros_waits_and_single_decreases_go,
    a_listing_that_sells_out_later_goes_at_once,
    an_approved_feed_is_delivered_and_released,
    an_approval_ends_only_when_all_of_it_was_sent,
    a_mended_file_releases_what_was_held,
    a_second_mass_needs_another_approval,
    a_rising_total_waits_and_decreases_go,
    a_file_that_shrank_raises_nothing_and_confirms_nothing,
    old_inputs_raise_nothing,
    a_true_up_holds_under_the_same_number,
    a_whole_true_up_that_is_held_leaves_decreases_to_a_differential,
    only_held_feeds_are_approved,
);

use FeedKind::{Differential, TrueUp as Complete};

const LISTINGS: usize = 100;

/// A hundred listings that show 50 each.
async fn told(database: TestDatabase) -> World {
    of(database, Fake::new(500)).await
}

async fn of(database: TestDatabase, fake: Fake) -> World {
    let world = World::new(database, fake, LISTINGS).await;
    import(&world, "stock.csv", 1..=LISTINGS, 50).await;
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Done, 100), "{feed:?}");
    world.pass(60);
    world
}

async fn import(
    world: &World,
    file: &str,
    numbers: impl IntoIterator<Item = usize>,
    quantity: i64,
) {
    let codes: Vec<String> = numbers.into_iter().map(code).collect();
    let stock: Vec<(&str, i64)> = codes.iter().map(|code| (code.as_str(), quantity)).collect();
    world.stock(file, &stock).await;
}

async fn approve(world: &World, feed: FeedId) {
    world.pass(60);
    let day = SignedDuration::from_hours(24);
    world.store.approve(feed, day, trueup_runner::Clock::now(&*world.clock)).await.unwrap();
}

impl World {
    fn shown(&self, number: usize) -> i64 {
        self.fake.shows(&code(number)).unwrap()
    }
}

async fn a_first_contact_is_not_held(database: TestDatabase) {
    let guard = Guard { inputs_age_max: Some(SignedDuration::from_hours(1)), ..Guard::default() };
    let mut world = World::new(database, Fake::new(500), LISTINGS).await;
    world.channel.guard = guard;
    world.pass(7_200);
    assert_eq!(world.feed(Complete).await.state, FeedState::Done);
    assert_eq!(world.shown(100), 5);
}

async fn a_mass_of_zeros_waits_and_single_decreases_go(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 0).await;
    import(&world, "one.csv", [81], 7).await;
    import(&world, "more.csv", [82], 60).await;
    let feed = world.feed(Differential).await;
    assert_eq!(feed.state, FeedState::Held);
    assert_eq!((feed.accepted, world.shown(81), world.shown(82)), (2, 7, 60));
    assert_eq!(world.shown(1), 50, "the zeros wait");
    let message = feed.message.unwrap();
    let id = feed.id.0;
    assert_eq!(
        message,
        format!(
            "feed {id} is held: 80 of 100 listings that show stock would be set to 0 (80 %); these \
             zeros wait, the rest is sent; `trueup approve {id}` lets all of it go"
        )
    );
}

async fn a_listing_that_sells_out_later_goes_at_once(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 0).await;
    let held = world.feed(Differential).await;
    world.pass(60);
    import(&world, "one.csv", [90], 0).await;
    let feed = world.feed(Differential).await;
    assert_eq!((world.shown(90), world.shown(1)), (0, 50));
    assert_eq!(feed.state, FeedState::Failed, "there is one held feed, and it is an older one");
    let holds = world.store.holds().await.unwrap();
    assert_eq!(holds.iter().map(|hold| hold.feed).collect::<Vec<_>>(), [held.id]);
    assert!(feed.message.unwrap().contains(&format!("`trueup approve {}`", held.id.0)));
}

async fn an_approved_feed_is_delivered_and_released(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 0).await;
    let held = world.feed(Differential).await;
    approve(&world, held.id).await;
    let feed = world.feed(Differential).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Done, 80));
    assert_eq!(world.shown(1), 0);
    let released = world.store.feed(held.id).await.unwrap().unwrap();
    let message = format!("approved, and sent with feed {}", feed.id.0);
    assert_eq!((released.state, released.message), (FeedState::Released, Some(message)));
    assert_eq!(world.store.holds().await.unwrap(), []);
}

async fn an_approval_ends_only_when_all_of_it_was_sent(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 0).await;
    let held = world.feed(Differential).await;
    approve(&world, held.id).await;
    world.fake.judge(Box::new(|_| Err(refused("closed for the night"))));
    assert_eq!(world.feed(Differential).await.state, FeedState::Failed);
    assert_eq!(world.store.holds().await.unwrap().len(), 1);
    world.fake.judge(Box::new(|_| Ok(())));
    world.pass(3_600);
    assert_eq!(world.feed(Differential).await.accepted, 80);
    assert_eq!(world.store.holds().await.unwrap(), []);
}

async fn a_mended_file_releases_what_was_held(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 0).await;
    let held = world.feed(Differential).await;
    world.pass(60);
    import(&world, "stock.csv", 1..=LISTINGS, 50).await;
    let feed = world.feed(Differential).await;
    assert_eq!((feed.state, feed.planned), (FeedState::Done, 0));
    let released = world.store.feed(held.id).await.unwrap().unwrap();
    assert_eq!(released.state, FeedState::Released);
    assert!(released.message.unwrap().starts_with("nothing was left to be held"));
}

async fn a_second_mass_needs_another_approval(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=40, 0).await;
    let held = world.feed(Differential).await;
    approve(&world, held.id).await;
    world.pass(60);
    import(&world, "other.csv", 41..=90, 0).await;
    assert_eq!(world.feed(Differential).await.state, FeedState::Failed);
    assert_eq!((world.shown(1), world.shown(90)), (50, 50));
    let hold = world.store.holds().await.unwrap().remove(0);
    assert_eq!((hold.feed, hold.approved_until), (held.id, None));
    assert!(hold.reasons.contains("\"listings\":90"), "{}", hold.reasons);
    approve(&world, held.id).await;
    assert_eq!(world.feed(Differential).await.accepted, 90);
}

async fn a_rising_total_waits_and_decreases_go(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 5_000).await;
    import(&world, "one.csv", [81], 0).await;
    let feed = world.feed(Differential).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Held, 1));
    assert_eq!((world.shown(1), world.shown(81)), (50, 0));
    let message = feed.message.unwrap();
    assert!(message.contains("396000 units would be added to the 5000"), "{message}");
    assert!(message.contains("whatever would show more waits"), "{message}");
    approve(&world, feed.id).await;
    assert_eq!(world.feed(Differential).await.accepted, 80);
    assert_eq!(world.shown(1), 5_000);
}

async fn a_file_that_shrank_raises_nothing_and_confirms_nothing(database: TestDatabase) {
    let mut world = told(database).await;
    world.channel.guard = Guard { shrunk_rows_min: 10, ..Guard::default() };
    world.fake.requests();
    import(&world, "stock.csv", 1..=5, 51).await;
    import(&world, "one.csv", [6], 49).await;
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Held, 1));
    assert_eq!((world.shown(1), world.shown(6)), (50, 49));
    assert!(feed.message.unwrap().contains("stock file `stock.csv` has 5 rows and had 100"));
    import(&world, "stock.csv", 1..=5, 51).await;
    assert_eq!(world.feed(Complete).await.state, FeedState::Failed, "repeating it mends nothing");
    approve(&world, feed.id).await;
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, world.shown(1)), (FeedState::Done, 51));
    world.pass(60);
    assert_eq!(world.feed(Complete).await.state, FeedState::Done, "5 rows are the usual now");
}

async fn old_inputs_raise_nothing(database: TestDatabase) {
    let mut world = told(database).await;
    let age_max = Some(SignedDuration::from_hours(26));
    world.channel.guard = Guard { inputs_age_max: age_max, ..Guard::default() };
    world.pass(27 * 3_600);
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, feed.planned), (FeedState::Held, 0), "{feed:?}");
    assert!(feed.message.unwrap().contains("the newest import of stock is of"));
    approve(&world, feed.id).await;
    assert_eq!(world.feed(Complete).await.accepted, 100);
    assert_eq!(world.feed(Complete).await.accepted, 100, "the approval lasts");
    import(&world, "one.csv", [1], 51).await;
    assert_eq!(world.feed(Differential).await.accepted, 1);
    assert_eq!(world.store.holds().await.unwrap(), [], "the inputs are new again");
}

async fn a_true_up_holds_under_the_same_number(database: TestDatabase) {
    let world = told(database).await;
    import(&world, "stock.csv", 1..=80, 0).await;
    let held = world.feed(Differential).await;
    world.pass(60);
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Failed, 20), "the others are confirmed");
    assert_eq!(world.shown(1), 50);
    approve(&world, held.id).await;
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Done, 100));
}

async fn a_whole_true_up_that_is_held_leaves_decreases_to_a_differential(database: TestDatabase) {
    let mut fake = Fake::new(500);
    fake.capabilities.true_up = TrueUp::Whole(Limit::NONE);
    let world = of(database, fake).await;
    world.fake.requests();
    import(&world, "stock.csv", 1..=80, 0).await;
    import(&world, "one.csv", [81], 7).await;
    let held = world.feed(Complete).await;
    assert_eq!((held.state, held.accepted), (FeedState::Held, 1));
    assert_eq!((world.shown(1), world.shown(81)), (50, 7));
    approve(&world, held.id).await;
    let feed = world.feed(Complete).await;
    assert_eq!((feed.state, feed.accepted), (FeedState::Done, 100));
    assert_eq!(world.shown(1), 0);
}

async fn only_held_feeds_are_approved(database: TestDatabase) {
    let world = told(database).await;
    let day = SignedDuration::from_hours(24);
    let now = trueup_runner::Clock::now(&*world.clock);
    let done = world.store.feeds(None, 1).await.unwrap().remove(0);
    for feed in [done.id, FeedId(99)] {
        let error = world.store.approve(feed, day, now).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NotFound, "{error}");
    }
}
