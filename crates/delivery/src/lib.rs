//! The pure core of delivery: what is wanted, what was acknowledged, and what may still land.
//!
//! Per listing three things are kept: the level *wanted* shown, the level the marketplace
//! *acknowledged*, and the *suspects*, sends whose fate is not known. The set of values the
//! marketplace might hold is the acknowledged one, the one in flight and every suspect; a listing is
//! clean if and only if that set is exactly the wanted value.
//!
//! [`step`] moves one listing by one event. It reads no clock and does no I/O; the store loads and
//! saves what it returns, and the runner decides which events happen.
//!
//! # Assumption
//! A request we gave up on cannot take effect later than the marketplace's settle time after we
//! gave up. Where that breaks, the next True-Up repairs it.

mod event;
mod listing;
mod mutant;
mod priority;
mod step;

pub use event::Event;
pub use listing::{
    Acknowledged, BatchId, Generation, Listing, ListingId, Parked, Sent, State, Suspect, Wanted,
};
#[cfg(feature = "mutants")]
pub use mutant::{Mutant, break_rule, is_broken};
pub use priority::Priority;
pub use step::step;
