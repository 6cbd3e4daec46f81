//! What everything in a scenario shares: time, dice, marketplaces and the log; and the clock that
//! the real runner is given.

use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, pending};
use jiff::{SignedDuration, Timestamp};
use trueup_runner::Clock;

use crate::dice::Dice;
use crate::log::Log;
use crate::mix::Mix;
use crate::shop::Shop;

/// The first moment of every scenario.
pub(crate) const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// What everything shares.
#[derive(Debug)]
pub(crate) struct Props {
    /// The true time.
    pub(crate) now: Timestamp,
    /// How far the calendar is ahead of it.
    pub(crate) ahead: SignedDuration,
    /// The latest that the calendar ever said.
    pub(crate) latest: Timestamp,
    pub(crate) mix: Mix,
    pub(crate) dice: Dice,
    pub(crate) shops: Vec<Shop>,
    pub(crate) log: Log,
    /// Until when the actor that is being driven waits, if it does.
    parked: Option<Timestamp>,
    /// Whether an actor is being driven. What a runner spawns beside its feed never wakes up.
    is_acting: bool,
    /// Whether that actor slept so long that it lost its lease.
    is_zombie: bool,
}

/// A handle on what is shared. Nobody holds it across an await.
#[derive(Clone, Debug)]
pub(crate) struct Stage(Arc<Mutex<Props>>);

impl Stage {
    pub(crate) fn new(mix: Mix, dice: Dice, shops: Vec<Shop>) -> Self {
        Self(Arc::new(Mutex::new(Props {
            now: START,
            ahead: SignedDuration::ZERO,
            latest: START,
            mix,
            dice,
            shops,
            log: Log::default(),
            parked: None,
            is_acting: false,
            is_zombie: false,
        })))
    }

    /// # Panics
    /// Where somebody panicked while holding it, which the scenario does not survive anyway.
    pub(crate) fn props(&self) -> MutexGuard<'_, Props> {
        self.0.lock().expect("whoever panicked with it ended the scenario")
    }

    /// Waits until a true moment; only an actor can.
    pub(crate) async fn until(&self, moment: Timestamp) {
        futures::future::poll_fn(|_| {
            let mut props = self.props();
            if props.now >= moment {
                // The other waits of a `select!` end with this one.
                props.parked = None;
                return Poll::Ready(());
            }
            // Whoever waits for several moments wakes at the first.
            props.parked = Some(props.parked.map_or(moment, |other| other.min(moment)));
            Poll::Pending
        })
        .await;
    }

    /// Before an actor is polled.
    pub(crate) fn enter(&self, is_zombie: bool) {
        let mut props = self.props();
        (props.is_acting, props.is_zombie, props.parked) = (true, is_zombie, None);
    }

    /// After it: until when it waits, if it does.
    pub(crate) fn leave(&self) -> Option<Timestamp> {
        let mut props = self.props();
        props.is_acting = false;
        props.parked.take()
    }

    pub(crate) fn say(&self, what: impl FnOnce() -> String) {
        let mut props = self.props();
        let now = props.now;
        props.log.add(now, what());
    }
}

impl Props {
    /// What the calendar says.
    pub(crate) fn calendar(&self) -> Timestamp {
        self.now + self.ahead
    }

    /// Notes that a rule was seen broken.
    pub(crate) fn accuse(&mut self, invariant: &str, what: String) {
        let now = self.now;
        self.log.accuse(now, invariant, what);
    }
}

/// The clock of the simulated machine.
#[derive(Clone, Debug)]
pub(crate) struct VirtualClock(pub(crate) Stage);

impl Clock for VirtualClock {
    /// Each look takes a moment, so that no two are the same.
    fn now(&self) -> Timestamp {
        let mut props = self.0.props();
        props.now += SignedDuration::from_micros(200);
        let calendar = props.calendar();
        props.latest = props.latest.max(calendar);
        calendar
    }

    /// Only who slept notices that time passed: all others are taken to renew their leases.
    fn elapsed(&self) -> Duration {
        let props = self.0.props();
        if !props.is_zombie {
            return Duration::ZERO;
        }
        props.now.duration_since(START).unsigned_abs()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let props = self.0.props();
        if !props.is_acting {
            return pending().boxed();
        }
        let wait = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let moment = props.now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        drop(props);
        let stage = &self.0;
        async move { stage.until(moment).await }.boxed()
    }

    fn chance(&self) -> f64 {
        self.0.props().dice.share()
    }
}
