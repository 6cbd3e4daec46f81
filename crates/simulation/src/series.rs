//! Many scenarios, on every core.

use std::sync::Mutex;
use std::thread::{available_parallelism, scope};

use crate::report::{Failure, Lived};
use crate::run::{Options, simulate};

/// Scenarios of one seed after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series {
    /// The first seed.
    pub first: u64,
    /// How many days must pass together.
    pub days: i64,
    /// How each is run.
    pub options: Options,
}

/// What is still to be done, and what was.
struct Progress {
    next: u64,
    lived: Lived,
    failure: Option<Box<Failure>>,
}

/// Runs scenarios until enough days have passed or a rule was broken.
///
/// # Errors
/// The first broken rule.
///
/// # Panics
/// Where a scenario panics.
pub fn series(wanted: Series) -> Result<Lived, Box<Failure>> {
    let Series { first, days, options } = wanted;
    let progress = Mutex::new(Progress { next: first, lived: Lived::default(), failure: None });
    let lock = || progress.lock().expect("a scenario that panics ends the series");
    let take = || {
        let mut progress = lock();
        let is_done = progress.lived.days >= days || progress.failure.is_some();
        progress.next += 1;
        (!is_done).then_some(progress.next - 1)
    };
    let work = || {
        while let Some(seed) = take() {
            match simulate(seed, options) {
                Ok(lived) => lock().lived += lived,
                Err(failure) => {
                    lock().failure.get_or_insert(failure);
                }
            }
        }
    };
    scope(|threads| {
        // A scenario and its database take turns, which leaves gaps for another one.
        for _ in 0..=available_parallelism().map_or(1, usize::from) {
            threads.spawn(work);
        }
    });
    let progress = progress.into_inner().expect("every scenario has ended");
    progress.failure.map_or(Ok(progress.lived), Err)
}
