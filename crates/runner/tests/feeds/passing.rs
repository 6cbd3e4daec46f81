//! Time passes while a feed runs.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_runner::Clock;
use trueup_testbed::{TestDatabase, on_each_database};

use crate::fake::Fake;
use crate::world::{Still, World};

on_each_database!(a_change_travels_with_the_first_scheduled_feed_after_it);

/// A clock of which every look takes a millisecond.
#[derive(Debug)]
struct Ticking(Arc<Still>);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.0.pass(SignedDuration::from_millis(1));
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.0.sleep(duration)
    }

    fn chance(&self) -> f64 {
        self.0.chance()
    }
}

async fn a_change_travels_with_the_first_scheduled_feed_after_it(database: TestDatabase) {
    let mut world = World::new(database, Fake::new(2), 3).await;
    let clock = Arc::new(Ticking(Arc::clone(&world.clock)));
    world.runner = world.runner.clone().with_clock(clock);
    let feed = world.feed(FeedKind::Differential).await;
    assert_eq!((feed.planned, feed.accepted), (3, 3), "what it computed itself is due to it");
    world.stock("less.csv", &[("P00001", 2)]).await;
    assert_eq!(world.feed(FeedKind::Differential).await.accepted, 1);
    assert_eq!(world.fake.shows("P00001"), Some(2));
}
