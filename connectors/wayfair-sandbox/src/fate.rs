//! Decides what becomes of a GraphQL request before and after it is carried out.

use std::time::Duration;

use jiff::Timestamp;

use crate::auth::Closed;
use crate::bucket::Rate;
use crate::chance::{Chance, Dice};
use crate::modes::Faults;
use crate::world::World;

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Answered,
    NotAppliedDrop,
    ServerErrorNotApplied,
    Html200,
    DataNull,
    Throttled(Duration),
    Closed(Closed),
    LostAnswer,
    ServerErrorApplied,
    TruncatedBody,
    Late(u64),
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) ending: Ending,
    /// How long the answer is held back.
    pub(crate) delay: Duration,
}

impl Fate {
    /// Counts a request and decides. The login comes before the throttle, the faults last.
    pub(crate) fn of(world: &mut World, authorization: Option<&str>, now: Timestamp) -> Self {
        world.calls.graphql += 1;
        let dice = Dice { seed: world.seed, request: world.calls.graphql };
        let slow = &mut world.modes.faults.slow;
        let is_slow = slow.chance.strikes(dice.draw("slow"));
        let delay = Duration::from_millis(if is_slow { slow.millis } else { 0 });
        let ending = match admitted(world, authorization, now) {
            Ok(()) => struck(&mut world.modes.faults, dice, world.modes.access.retry_after),
            Err(ending) => ending,
        };
        Self { ending, delay }
    }
}

fn admitted(world: &mut World, authorization: Option<&str>, now: Timestamp) -> Result<(), Ending> {
    let opened = world.desk.open(authorization, &world.modes, now);
    opened.map_err(Ending::Closed)?;
    let Some(limit) = world.modes.access.requests_per_second else {
        return Ok(());
    };
    let rate = Rate { capacity: limit, per_second: f64::from(limit) };
    world.bucket.take(rate, now).map_err(Ending::Throttled)
}

/// The first fault that strikes ends the request. Those after it do not draw, so that a fault that
/// counts its strikes is not used up by a request that ended otherwise.
fn struck(faults: &mut Faults, dice: Dice, retry_after: u64) -> Ending {
    let throttled = Ending::Throttled(Duration::from_secs(retry_after));
    let late = Ending::Late(faults.late.millis);
    let order: [(&str, &mut Chance, Ending); 9] = [
        ("throttle", &mut faults.throttle, throttled),
        ("not_applied_drop", &mut faults.not_applied_drop, Ending::NotAppliedDrop),
        (
            "server_error_not_applied",
            &mut faults.server_error_not_applied,
            Ending::ServerErrorNotApplied,
        ),
        ("html_200", &mut faults.html_200, Ending::Html200),
        ("data_null", &mut faults.data_null, Ending::DataNull),
        ("late", &mut faults.late.chance, late),
        ("lost_answer", &mut faults.lost_answer, Ending::LostAnswer),
        ("server_error_applied", &mut faults.server_error_applied, Ending::ServerErrorApplied),
        ("truncated_body", &mut faults.truncated_body, Ending::TruncatedBody),
    ];
    order
        .into_iter()
        .find_map(|(name, chance, ending)| chance.strikes(dice.draw(name)).then_some(ending))
        .unwrap_or(Ending::Answered)
}
