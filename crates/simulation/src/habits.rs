//! What kind of marketplace a simulated one is.

use std::time::Duration;

use jiff::SignedDuration;
use trueup_marketplace::{
    Acknowledges, BatchScope, Capabilities, Effect, Fields, Limit, Locations, TrueUp,
};

use crate::dice::Dice;

/// The habits that matter to delivery.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    pub(crate) acknowledges: Acknowledges,
    /// Whether a True-Up travels whole, and what is left out becomes 0.
    pub(crate) is_whole: bool,
    pub(crate) lines_per_batch: usize,
    /// Whether it names lines by part number alone.
    pub(crate) is_one_location: bool,
    /// Whether it judges line by line; otherwise one bad line refuses the batch.
    pub(crate) judges_lines: bool,
    pub(crate) settle: SignedDuration,
    /// Whether it takes differences, each once per key.
    pub(crate) is_keyed: bool,
}

/// How long a marketplace that takes differences knows their keys.
pub(crate) const KEY_LIFE: SignedDuration = SignedDuration::from_mins(60);

impl Habits {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        // Twice the most involved.
        let tickets = [Acknowledges::Ticket; 2];
        let acknowledges =
            [&tickets[..], &[Acknowledges::Applied, Acknowledges::Submission]].concat();
        Self {
            acknowledges: *dice.one_of(&acknowledges),
            is_whole: dice.happens(0.5),
            lines_per_batch: *dice.one_of(&[1, 2, 3, 500]),
            is_one_location: dice.happens(0.3),
            judges_lines: dice.happens(0.7),
            settle: SignedDuration::from_mins(*dice.one_of(&[2, 10, 20])),
            is_keyed: false,
        }
    }

    /// The same of a marketplace that takes differences.
    pub(crate) fn keyed(self) -> Self {
        let acknowledges = Acknowledges::Applied;
        Self { acknowledges, is_whole: false, judges_lines: true, is_keyed: true, ..self }
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        let scope = if self.is_one_location { BatchScope::OneLocation } else { BatchScope::Mixed };
        let (effect, key_life) = match self.is_keyed {
            true => (Effect::KeyedDifference, KEY_LIFE.unsigned_abs()),
            false => (Effect::Absolute, Duration::ZERO),
        };
        Capabilities {
            effect,
            key_life,
            acknowledges: self.acknowledges,
            true_up: if self.is_whole { TrueUp::Whole(Limit::NONE) } else { TrueUp::Chunked },
            batch_scope: scope,
            lines_per_batch: Limit::lines(self.lines_per_batch),
            locations: Locations::Optional,
            fields: Fields::default(),
            quantity_max: 1_000,
            settle: self.settle.unsigned_abs(),
            ..Capabilities::least()
        }
    }
}
