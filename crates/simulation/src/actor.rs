//! Driving the real code one step at a time: until it waits for simulated time, ends, or dies.

use std::any::Any;
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Once;
use std::task::Poll;

use jiff::Timestamp;
use trueup_runner::RunError;
use trueup_store::FeedId;

use crate::stage::Stage;

/// A future of the real code.
pub(crate) type Act<T> = Pin<Box<dyn Future<Output = T>>>;

/// A feed under way.
pub(crate) struct Actor {
    pub(crate) channel: usize,
    pub(crate) act: Act<Result<FeedId, RunError>>,
    pub(crate) wakes: Timestamp,
    /// Whether its lease was free while it slept; it does not know.
    pub(crate) is_zombie: bool,
    /// The channel's epoch when it fell asleep.
    pub(crate) epoch: Option<i64>,
    pub(crate) has_ended: bool,
}

/// How far it came.
#[derive(Debug)]
pub(crate) enum Driven<T> {
    Ended(T),
    /// It waits for simulated time.
    Waits(Timestamp),
    Died,
}

/// What a simulated death unwinds with.
struct Death;

thread_local! {
    /// Statements that are still to be begun before the process dies.
    static LIFE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Lets the code driven next die before its `n`th statement; needs the store's failpoints.
pub(crate) fn die_before_statement(n: Option<u64>) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        fail::cfg_callback("statement", count_down).expect("the failpoint's name is free");
    });
    LIFE.set(n);
}

fn count_down() {
    match LIFE.get() {
        None => {}
        Some(0) => {
            LIFE.set(None);
            resume_unwind(Box::new(Death));
        }
        Some(left) => LIFE.set(Some(left - 1)),
    }
}

/// Drives a future. The database answers in real time, so its answers are awaited; everything else
/// waits on the stage.
pub(crate) async fn drive<T>(stage: &Stage, act: &mut Act<T>, is_zombie: bool) -> Driven<T> {
    let driven = poll_fn(|context| {
        stage.enter(is_zombie);
        let polled = catch_unwind(AssertUnwindSafe(|| act.as_mut().poll(context)));
        let waits = stage.leave();
        match polled {
            Err(cause) => Poll::Ready(died(cause)),
            Ok(Poll::Ready(end)) => Poll::Ready(Driven::Ended(end)),
            Ok(Poll::Pending) => {
                waits.map_or(Poll::Pending, |until| Poll::Ready(Driven::Waits(until)))
            }
        }
    })
    .await;
    LIFE.set(None);
    driven
}

/// A panic that is no simulated death is a bug and goes on.
fn died<T>(cause: Box<dyn Any + Send>) -> Driven<T> {
    match cause.downcast::<Death>() {
        Ok(_) => Driven::Died,
        Err(cause) => resume_unwind(cause),
    }
}
