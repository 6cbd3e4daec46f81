//! Time and chance: the two things that a runner cannot work out for itself.

use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;

/// Where a runner takes time and chance from; see [`crate::Runner::with_clock`].
pub trait Clock: fmt::Debug + Send + Sync {
    /// What the calendar says. It may be set back and forth.
    fn now(&self) -> Timestamp;

    /// How long some beginning is ago. It never goes back, whatever happens to the calendar.
    fn elapsed(&self) -> Duration;

    /// Ends after so long.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// A number from 0 to 1, another one each time.
    fn chance(&self) -> f64;
}

/// The clock and the dice of this machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}
