//! Decides what becomes of a GraphQL request before and after it is carried out.

use std::time::Duration;

use jiff::Timestamp;
use trueup_sandbox::{Dice, Ending, Rate};

use crate::auth::Closed;
use crate::world::World;

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Closed(Closed),
    Throttled(Duration),
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) ending: Result<Ending, Refused>,
    /// How long the answer is held back.
    pub(crate) delay: Duration,
}

impl Fate {
    /// Counts a request and decides. The login comes before the throttle, the faults last.
    pub(crate) fn of(world: &mut World, authorization: Option<&str>, now: Timestamp) -> Self {
        world.calls.graphql += 1;
        let dice = Dice { seed: world.seed, request: world.calls.graphql };
        let delay = world.modes.faults.delay(dice);
        let ending = admitted(world, authorization, now).and_then(|()| struck(world, dice));
        Self { ending, delay }
    }
}

fn struck(world: &mut World, dice: Dice) -> Result<Ending, Refused> {
    let wait = Duration::from_secs(world.modes.access.retry_after);
    match world.modes.faults.ending(dice) {
        Ending::Throttled => Err(Refused::Throttled(wait)),
        ending => Ok(ending),
    }
}

fn admitted(world: &mut World, authorization: Option<&str>, now: Timestamp) -> Result<(), Refused> {
    let opened = world.desk.open(authorization, &world.modes, now);
    opened.map_err(Refused::Closed)?;
    let Some(limit) = world.modes.access.requests_per_second else {
        return Ok(());
    };
    let rate = Rate { capacity: limit, per_second: f64::from(limit) };
    world.bucket.take(1.0, rate, now).map_err(Refused::Throttled)
}
