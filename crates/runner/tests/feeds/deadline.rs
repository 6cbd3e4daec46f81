//! A request ends with the deadline that its record promises to a successor, whatever is repeated or
//! waited for within it.
//!
//! On SQLite alone: there the lease is a lock, and lives on while minutes pass in no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use trueup_marketplace::{
    Batch, Capabilities, Checked, Context, Error, FeedKind, Marketplace, Prepared, Receipt,
};
use trueup_runner::Clock;
use trueup_testbed::on_sqlite;

use crate::fake::{Fake, refused};
use crate::world::{World, code};

/// What a record promises.
const DEADLINE: Duration = Duration::from_secs(120);
const ATTEMPT: Duration = Duration::from_secs(10);

/// Time that passes when it is told to, on a watch and on a calendar that may be set.
#[derive(Debug)]
struct Passing {
    watch: Mutex<Duration>,
    calendar: Mutex<Timestamp>,
    passes: Notify,
}

impl Passing {
    fn pass(&self, duration: Duration) {
        self.set_calendar(SignedDuration::try_from(duration).unwrap());
        *self.watch.lock().unwrap() += duration;
        self.passes.notify_waiters();
    }

    fn set_calendar(&self, by: SignedDuration) {
        *self.calendar.lock().unwrap() += by;
    }
}

impl Clock for Passing {
    fn now(&self) -> Timestamp {
        *self.calendar.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        *self.watch.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let until = self.elapsed() + duration;
        Box::pin(async move {
            loop {
                let passes = self.passes.notified();
                if self.elapsed() >= until {
                    return;
                }
                passes.await;
            }
        })
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A marketplace that is never reached: preparing takes a while, and then one attempt follows the
/// other, as retries and logins do.
#[derive(Debug)]
struct Unreached {
    clock: Arc<Passing>,
    preparing: Duration,
    calendar_jump: SignedDuration,
    attempts: Mutex<Vec<Duration>>,
}

#[async_trait]
impl Marketplace for Unreached {
    fn capabilities(&self) -> Capabilities {
        Capabilities::least()
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.clock.pass(self.preparing);
        self.clock.set_calendar(self.calendar_jump);
        Ok(Prepared::default())
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        loop {
            self.attempts.lock().unwrap().push(self.clock.elapsed());
            self.clock.pass(ATTEMPT);
            tokio::task::yield_now().await;
        }
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Err(refused("nothing is there"))
    }
}

/// When attempts began, measured from the record of the request.
async fn attempts(world: &mut World, preparing: Duration, jump: SignedDuration) -> Vec<Duration> {
    let clock = Arc::new(Passing {
        watch: Mutex::new(DEADLINE * 10),
        calendar: Mutex::new(world.clock.now()),
        passes: Notify::new(),
    });
    let (calendar_jump, attempts) = (jump, Mutex::default());
    let unreached = Unreached { clock: Arc::clone(&clock), preparing, calendar_jump, attempts };
    let unreached = Arc::new(unreached);
    world.channel.marketplace = Arc::clone(&unreached) as _;
    world.runner = world.runner.clone().with_clock(Arc::clone(&clock) as _);
    let begun = clock.elapsed();
    world.feed(FeedKind::Differential).await;
    let attempts = unreached.attempts.lock().unwrap();
    attempts.iter().map(|attempt| *attempt - begun).collect()
}

#[test]
fn no_attempt_begins_after_the_deadline_of_its_record() {
    on_sqlite(|database| async move {
        let mut world = World::new(database, Fake::new(1), 1).await;
        let preparing = Duration::from_secs(50);
        let attempts = attempts(&mut world, preparing, SignedDuration::ZERO).await;
        assert_eq!(attempts.first(), Some(&preparing));
        assert!(attempts.len() >= 7, "{attempts:?}");
        assert!(attempts.iter().all(|attempt| *attempt <= DEADLINE), "{attempts:?}");
        assert!(world.listing(&code(1)).await.possible.contains(&5), "it may have arrived");
    });
}

#[test]
fn a_calendar_that_is_set_back_lends_no_time() {
    on_sqlite(|database| async move {
        let mut world = World::new(database, Fake::new(1), 1).await;
        let (preparing, jump) = (Duration::from_secs(100), SignedDuration::from_hours(-1));
        let attempts = attempts(&mut world, preparing, jump).await;
        assert_eq!(attempts.first(), Some(&preparing));
        assert!(attempts.iter().all(|attempt| *attempt <= DEADLINE), "{attempts:?}");
    });
}

#[test]
fn what_is_late_by_the_watch_or_by_the_calendar_is_not_sent() {
    let (late, in_time) = (DEADLINE, Duration::from_secs(1));
    let (back, ahead) = (SignedDuration::from_hours(-1), SignedDuration::from_mins(3));
    for (preparing, jump) in [(late, SignedDuration::ZERO), (late, back), (in_time, ahead)] {
        on_sqlite(move |database| async move {
            let mut world = World::new(database, Fake::new(1), 1).await;
            let attempts = attempts(&mut world, preparing, jump).await;
            assert!(attempts.is_empty(), "{attempts:?}");
            assert!(!world.listing(&code(1)).await.possible.contains(&5));
        });
    }
}
