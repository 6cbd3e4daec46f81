//! A channel that hangs, is throttled or is refused everything delays no other channel, and no
//! import either: nothing of the database is held while a marketplace is asked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::{Error, ErrorKind, Retry};
use trueup_runner::{Channel, Clock, Runner, Schedule, Schedules};
use trueup_store::Products;
use trueup_testbed::{TestDatabase, on_each_database};

use crate::fake::{Fake, Judge, refused};
use crate::world::{World, channel, code};

on_each_database!(
    a_hanging_channel_delays_no_other,
    a_throttled_channel_delays_no_other,
    a_channel_that_is_refused_everything_delays_no_other,
    a_channel_that_never_knows_delays_no_other,
);

/// Long enough for a busy machine, and far less than a request may take.
const PATIENCE: Duration = Duration::from_secs(30);
const PRODUCTS: usize = 3;

/// How much faster than real the runner's time passes: schedules have whole seconds.
const QUICKER: u32 = 20;

/// A clock that is in a hurry.
#[derive(Debug)]
struct Quick {
    began: Instant,
    at: Timestamp,
}

impl Default for Quick {
    fn default() -> Self {
        Self { began: Instant::now(), at: Timestamp::now() }
    }
}

impl Clock for Quick {
    fn now(&self) -> Timestamp {
        self.at + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed() * QUICKER
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration / QUICKER))
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

fn often(channel: Channel) -> Channel {
    let every = Some(Schedule::Every(SignedDuration::from_secs(10)));
    let schedules = Schedules { differential: every, ..Schedules::default() };
    Channel { schedules, ..channel }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Feeds a sick channel and a well one with one runner, and changes stock once the sick one is at
/// its worst.
async fn beside(database: TestDatabase, sick: Fake) {
    let world = World::new(database, sick, PRODUCTS).await;
    let well = Arc::new(Fake::new(500));
    let other = channel(&world.store, "well", Arc::clone(&well) as _).await;
    let now = world.clock.now();
    world.store.set_opt_in(&other.name, Products::All, true, now).await.unwrap();
    let runner = Runner::new(world.store.clone(), "both").with_clock(Arc::new(Quick::default()));
    let channels = vec![often(world.channel.clone()), often(other)];
    let running = tokio::spawn(async move { runner.run(channels).await });
    until("the sick channel is asked", || !world.fake.requests.lock().unwrap().is_empty()).await;
    let codes: Vec<String> = (1..=PRODUCTS).map(code).collect();
    for quantity in [7, 8] {
        let stock: Vec<(&str, i64)> = codes.iter().map(|code| (code.as_str(), quantity)).collect();
        let begin = Instant::now();
        world.stock("stock.csv", &stock).await;
        assert!(begin.elapsed() < PATIENCE, "an import waits for nobody's answer");
        let is_shown = |code: &String| well.shows(code) == Some(quantity);
        until("the well channel shows it", || codes.iter().all(is_shown)).await;
    }
    assert!(world.fake.shown.lock().unwrap().is_empty(), "the sick one is still sick");
    running.abort();
}

async fn judged(database: TestDatabase, judge: Judge) {
    let sick = Fake::new(500);
    sick.judge(judge);
    beside(database, sick).await;
}

async fn a_hanging_channel_delays_no_other(database: TestDatabase) {
    let sick = Fake::new(500);
    sick.hang_always();
    beside(database, sick).await;
}

async fn a_throttled_channel_delays_no_other(database: TestDatabase) {
    let throttled = || {
        let retry = Retry::After(Duration::ZERO);
        Error::not_applied(ErrorKind::Throttled, retry, "slow down")
    };
    judged(database, Box::new(move |_| Err(throttled()))).await;
}

async fn a_channel_that_is_refused_everything_delays_no_other(database: TestDatabase) {
    judged(database, Box::new(|_| Err(refused("the account is closed")))).await;
}

async fn a_channel_that_never_knows_delays_no_other(database: TestDatabase) {
    judged(database, Box::new(|_| Err(Error::unknown(ErrorKind::Timeout, "no answer")))).await;
}
