//! Random events against a marketplace that loses answers, answers late and applies late.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use trueup_delivery::{BatchId, Event, Listing, Parked, Sent, State, Suspect, step};
use trueup_stock::Level;

use crate::laws;

const SETTLE: SignedDuration = SignedDuration::from_secs(60);

#[derive(Clone, Debug)]
enum Operation {
    Want {
        quantity: i64,
        is_last: bool,
        fingerprint: i64,
    },
    Claim,
    Apply,
    Accept,
    Reject {
        fingerprint: i64,
    },
    NotApplied,
    Lose {
        lands_later: bool,
    },
    /// An outcome of a batch that was given up.
    LateNews {
        is_accepted: bool,
    },
    Land {
        which: usize,
    },
    /// A whole True-Up goes out that does not name the listing.
    Whole,
    /// It has an answer, or none.
    EndWhole {
        is_lost: bool,
    },
    /// It lands.
    LandWhole,
    Retry,
    Pass {
        seconds: i64,
    },
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => (0..4_i64, prop_oneof![5 => Just(false), 1 => Just(true)], 0..2_i64).prop_map(
            |(quantity, is_last, fingerprint)| Operation::Want { quantity, is_last, fingerprint }
        ),
        6 => Just(Operation::Claim),
        3 => Just(Operation::Apply),
        5 => Just(Operation::Accept),
        1 => (0..2_i64).prop_map(|fingerprint| Operation::Reject { fingerprint }),
        1 => Just(Operation::NotApplied),
        4 => any::<bool>().prop_map(|lands_later| Operation::Lose { lands_later }),
        1 => any::<bool>().prop_map(|is_accepted| Operation::LateNews { is_accepted }),
        3 => any::<usize>().prop_map(|which| Operation::Land { which }),
        1 => Just(Operation::Whole),
        2 => any::<bool>().prop_map(|is_lost| Operation::EndWhole { is_lost }),
        2 => Just(Operation::LandWhole),
        1 => Just(Operation::Retry),
        4 => (1..90_i64).prop_map(|seconds| Operation::Pass { seconds }),
    ]
}

/// One listing and the marketplace's side of it.
struct World {
    now: Timestamp,
    listing: Listing,
    /// What the marketplace shows.
    shown: Option<i64>,
    in_flight: Option<(Sent, bool)>,
    /// Requests we gave up on, and until when they can still take effect.
    lost: Vec<(i64, Timestamp)>,
    given_up: Vec<Sent>,
    /// The last whole True-Up without the listing, and until when it may land.
    whole: Option<(BatchId, Timestamp)>,
    batches: i64,
}

impl World {
    fn new() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let listing = Listing::new(level(1), now);
        Self {
            now,
            listing,
            shown: None,
            in_flight: None,
            lost: Vec::new(),
            given_up: Vec::new(),
            whole: None,
            batches: 0,
        }
    }

    fn move_by(&mut self, event: Event) {
        let before = self.listing.clone();
        self.listing = step(before.clone(), event.clone());
        laws::check_step(&before, &event, &self.listing);
    }

    fn run(&mut self, operation: &Operation) {
        let now = self.now;
        match *operation {
            Operation::Want { quantity, is_last, fingerprint } => {
                let level = if is_last { Level::LAST_ZERO } else { level(quantity) };
                self.move_by(Event::Want { level, is_last, fingerprint, now });
            }
            Operation::Claim => self.claim(),
            Operation::Apply => self.apply(),
            Operation::LateNews { is_accepted } => self.late_news(is_accepted),
            Operation::Land { which } => self.land(which),
            Operation::Whole => self.whole(),
            Operation::EndWhole { is_lost } => self.end_whole(is_lost),
            Operation::LandWhole => self.land_whole(),
            Operation::Retry => self.move_by(Event::Retry { now }),
            Operation::Pass { seconds } => {
                self.now += SignedDuration::from_secs(seconds);
                let now = self.now;
                self.lost.retain(|(_, until)| now < *until);
                self.whole.take_if(|(_, until)| *until <= now);
            }
            Operation::Accept
            | Operation::Reject { .. }
            | Operation::NotApplied
            | Operation::Lose { .. } => self.answer(operation),
        }
    }

    fn claim(&mut self) {
        let is_claimable = match self.listing.state {
            State::Clean | State::Parked(_) => true,
            State::Due { not_before, .. } => not_before <= self.now,
            State::InFlight(_) | State::Retired => false,
        };
        if !is_claimable {
            return;
        }
        self.batches += 1;
        let batch = BatchId(self.batches);
        let wanted = self.listing.wanted;
        let (generation, level) = (wanted.generation, wanted.level);
        self.move_by(Event::Claimed(batch));
        if let Some((batch, settle_until)) = self.whole {
            self.move_by(Event::LeftOut { batch, settle_until });
        }
        self.in_flight = Some((Sent { batch, generation, level, started_at: self.now }, false));
    }

    /// Only where nothing may be shown: the guard holds back any other.
    fn whole(&mut self) {
        let may_show = self.listing.possible().any(|quantity| quantity > 0);
        if self.whole.is_none() && self.in_flight.is_none() && !may_show {
            self.batches += 1;
            self.whole = Some((BatchId(self.batches), Suspect::UNDER_WAY));
        }
    }

    fn end_whole(&mut self, is_lost: bool) {
        let Some((batch, until)) = self.whole else { return };
        if until != Suspect::UNDER_WAY {
            return;
        }
        let settle_until = if is_lost { self.now + SETTLE } else { self.now };
        self.whole = is_lost.then_some((batch, settle_until));
        self.move_by(Event::Ended { batch, settle_until });
    }

    fn land_whole(&mut self) {
        if self.whole.is_some() && self.shown.is_some() {
            self.shown = Some(0);
        }
    }

    fn apply(&mut self) {
        if let Some((sent, is_applied)) = &mut self.in_flight {
            self.shown = Some(sent.level.quantity);
            *is_applied = true;
        }
    }

    fn answer(&mut self, operation: &Operation) {
        let Some((sent, is_applied)) = self.in_flight.take() else {
            return;
        };
        let now = self.now;
        let not_before = now + SignedDuration::from_secs(20);
        match *operation {
            Operation::Reject { fingerprint } if !is_applied => {
                let parked = Parked { reason: "no".to_owned(), fingerprint, probe_at: now };
                self.move_by(Event::Rejected { sent, parked, now });
            }
            Operation::NotApplied if !is_applied => {
                self.move_by(Event::NotApplied { sent, not_before });
            }
            Operation::Lose { lands_later } => {
                if lands_later && !is_applied {
                    self.lost.push((sent.level.quantity, now + SETTLE));
                }
                self.given_up.push(sent);
                self.move_by(Event::Unknown { sent, now, settle: SETTLE, not_before });
            }
            _ => {
                self.shown = Some(sent.level.quantity);
                self.move_by(Event::Accepted { sent, now });
            }
        }
    }

    fn late_news(&mut self, is_accepted: bool) {
        let Some(sent) = self.given_up.pop() else {
            return;
        };
        let now = self.now;
        let event = if is_accepted {
            Event::Accepted { sent, now }
        } else {
            Event::NotApplied { sent, not_before: now }
        };
        let before = self.listing.clone();
        self.move_by(event);
        assert_eq!(before, self.listing, "late news changed a listing");
    }

    fn land(&mut self, which: usize) {
        if !self.lost.is_empty() {
            let (quantity, _) = self.lost.remove(which % self.lost.len());
            self.shown = Some(quantity);
        }
    }

    fn check(&self) {
        let in_flight = self.in_flight.map(|(sent, _)| sent.level.quantity);
        let mut believed = self.listing.possible().chain(in_flight);
        if let Some(shown) = self.shown {
            assert!(believed.any(|value| value == shown), "unbelieved {shown}: {:?}", self.listing);
        }
        if matches!(self.listing.state, State::Clean) {
            assert_eq!(self.shown, Some(self.listing.wanted.level.quantity), "a false clean");
            assert!(self.lost.is_empty(), "clean, and something may still land");
            let is_told = self.shown.is_some_and(|shown| shown > 0);
            assert!(self.whole.is_none() || !is_told, "clean, and a True-Up may still land");
        }
        if matches!(self.listing.state, State::Retired) {
            assert!(matches!(self.shown, None | Some(0)), "retired with a number standing");
        }
    }
}

fn level(quantity: i64) -> Level {
    Level { quantity, ..Level::default() }
}

/// Without faults and with the inputs at rest, everything becomes clean within the settle time.
fn rest(world: &mut World) {
    world.answer(&Operation::Accept);
    world.run(&Operation::EndWhole { is_lost: false });
    world.run(&Operation::Retry);
    for _ in 0..4 {
        world.run(&Operation::Claim);
        world.run(&Operation::Accept);
        world.run(&Operation::Pass { seconds: 61 });
        world.check();
    }
    assert!(matches!(world.listing.state, State::Clean | State::Retired), "{:?}", world.listing);
    assert!(world.listing.suspects.is_empty());
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4096))]

    #[test]
    fn whatever_happens_the_marketplace_shows_a_value_we_believe_possible(
        operations in proptest::collection::vec(operation(), 1..60)
    ) {
        let mut world = World::new();
        for operation in &operations {
            world.run(operation);
            world.check();
        }
        rest(&mut world);
    }
}
