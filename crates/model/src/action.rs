//! What can happen next.

use trueup_stock::Level;

/// What the engine can want a listing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Desire {
    /// One unit.
    One,
    /// One unit, and one on order.
    OneAndOnOrder,
    /// Two units.
    Two,
    /// Sold out.
    Zero,
    /// The product leaves the channel: its last zero.
    LastZero,
}

impl Desire {
    /// Numbers up and down, and leaving.
    pub const NUMBERS: &'static [Self] = &[Self::One, Self::Two, Self::LastZero];

    /// Levels that differ in everything but the quantity.
    pub const SAME_QUANTITY: &'static [Self] = &[Self::One, Self::OneAndOnOrder, Self::LastZero];

    /// Sold out and leaving, which show the same.
    pub const ZEROS: &'static [Self] = &[Self::One, Self::Zero, Self::LastZero];

    /// The level that is sent.
    #[must_use]
    pub fn level(self) -> Level {
        let of = |quantity, on_orders| Level { quantity, on_orders, ..Level::default() };
        match self {
            Self::One => of(1, 0),
            Self::OneAndOnOrder => of(1, 1),
            Self::Two => of(2, 0),
            Self::Zero => of(0, 0),
            Self::LastZero => Level::LAST_ZERO,
        }
    }

    /// Whether the product leaves.
    #[must_use]
    pub fn is_last(self) -> bool {
        self == Self::LastZero
    }
}

/// One thing that happens. A number names a request under way by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// T1: the engine wants another level.
    Want(Desire),
    /// T1: the part number, the location or the settings change; the level does not.
    Refit,
    /// T2: a Differential takes a due listing along.
    Claim,
    /// T2: a True-Up takes it along although it is not due.
    TrueUp,
    /// T2 by a paused predecessor that woke up. The epoch forbids it, so only mutants do it.
    StaleClaim,
    /// A person asks for another try.
    Retry,
    /// A request leaves our process.
    Leave(usize),
    /// The marketplace applies a request, perhaps once more, perhaps after newer ones.
    Land(usize),
    /// T3: the answer arrives and is recorded.
    Accept(usize),
    /// T3: the marketplace refuses the line.
    Reject(usize),
    /// T3: the request certainly had no effect.
    NotApplied(usize),
    /// T3: no answer in time.
    TimeOut(usize),
    /// A paused predecessor hears the answer to its request and wants to record it.
    StaleAnswer(usize),
    /// Our process dies. What it had left for the network to carry may still land.
    Crash {
        /// Whether the power goes as well, and takes what was committed but not yet synced.
        loses_relaxed: bool,
    },
    /// A new process takes the lease.
    Recover,
    /// A new process takes the lease of one that is paused.
    TakeOver,
    /// Time passes.
    Tick,
}
