//! What keeps a feed from doing great damage: it is held for a person, or does not go at all.
//!
//! A hold covers what was due when it was judged. What changes later is judged by itself, so that a
//! single listing that sells out is told at once, also while a mass of zeros waits.

mod judge;
mod reason;
mod terms;
#[cfg(test)]
mod tests;
mod whole;

pub(crate) use judge::{Judgement, Verdict};
pub use reason::Reason;
pub use terms::{Guard, StaleInputs};
pub use whole::refusal;
pub(crate) use whole::{NO_DIFFERENTIAL, complete, said};
