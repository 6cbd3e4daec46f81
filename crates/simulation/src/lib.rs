//! The real core and the real store against simulated marketplaces, in virtual time.
//!
//! One seed is one scenario: some marketplaces with habits of their own, a mix of faults, and days of
//! people changing what is sold. The runner, the store and the database are the real ones; what is
//! simulated is time, chance, and everything beyond the marketplace trait. After each step of the
//! real code every invariant that can be checked is checked against what was sent, told, shown and
//! stated. `docs/simulation.md` says what is simulated and what is not.

mod actor;
mod booking;
mod change;
mod company;
mod dice;
mod ending;
mod event;
mod expected;
mod fate;
mod habits;
mod inputs;
mod kept;
mod ledger;
mod log;
mod mix;
mod observed;
mod refusing;
mod report;
mod run;
mod scenario;
mod series;
mod shop;
mod sight;
mod stage;
mod stall;
mod stating;

pub use log::Accusation;
pub use report::{Failure, Lived};
pub use run::{Options, simulate};
pub use series::{Series, series};
